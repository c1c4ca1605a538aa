//! What a desk says after it took a sighting.
//!
//! In: nothing. Out: values for the triage. Never: decisions.

use std::sync::Arc;

use wardwatch_model::{Entity, Incident, IncidentId};

/// What became of a sighting.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The incident that took it.
    pub incident: Option<IncidentId>,
    /// Whether it opened that incident.
    pub opened: bool,
    /// Whether it was there already.
    pub repeated: bool,
    /// Entities that the incident is found by from now on.
    pub fresh: Vec<Arc<Entity>>,
    /// Mark of the device that it was seen on.
    pub device: Option<u64>,
    /// Incidents that were folded into it.
    pub absorbed: Vec<IncidentId>,
    /// What left memory.
    pub gone: Gone,
}

/// What left memory.
#[derive(Debug, Default)]
pub(crate) struct Gone {
    /// All that left.
    pub ids: Vec<IncidentId>,
    /// Those of them, and of the absorbed ones, that have changes to be told.
    pub changed: Vec<Incident>,
}
