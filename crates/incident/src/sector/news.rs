//! What the sector is told of an incident, and what it answers.
//!
//! In: nothing. Out: values. Never: devices or users.

use std::sync::Arc;

use wardwatch_model::{CampaignId, Entity, IncidentId, Level, OrgId, RuleId, Timestamp};

/// What a sighting changed of an incident.
pub(crate) struct News<'a> {
    pub incident: IncidentId,
    pub org: &'a OrgId,
    /// Of the incident.
    pub level: Level,
    /// Of the incident.
    pub span: (Timestamp, Timestamp),
    /// Entities that are new to it.
    pub fresh: &'a [Arc<Entity>],
    /// The sighting's rule and level.
    pub rule: (&'a RuleId, Level),
}

/// An incident's new place.
pub(crate) struct Assigned {
    pub org: OrgId,
    pub incident: IncidentId,
    pub campaign: Option<CampaignId>,
}
