//! How long events are kept, and the erasure of an organisation's data.

use serde::{Deserialize, Serialize};
use wardwatch_model::OrgId;

/// How long events of a class are kept: `GET` and `POST /api/v1/retention`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Whose events.
    pub org: OrgId,
    /// The beginning of their class; empty for all.
    pub class: String,
    /// How many days; null when set takes the setting away.
    pub days: Option<u32>,
}

/// That somebody means it: `POST /api/v1/organisations/{id}/erase`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erase {
    /// The organisation's name, as it is written.
    pub name: String,
}

/// What was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Events.
    pub events: u64,
    /// Detections.
    pub detections: u64,
    /// Incidents.
    pub incidents: u64,
    /// Its parts of campaigns.
    pub campaign_parts: u64,
    /// Devices.
    pub devices: u64,
    /// What correlations remembered.
    pub observations: u64,
    /// Tokens.
    pub tokens: u64,
    /// Saved hunts.
    pub saved_hunts: u64,
    /// Reports of what devices run.
    pub inventories: u64,
}
