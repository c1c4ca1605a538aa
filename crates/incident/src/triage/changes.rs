//! What triage says of a sighting, of what changed, and of itself.
//!
//! In: nothing. Out: values for those who store and show them. Never: decisions.

use wardwatch_model::{Campaign, Incident, IncidentId};

/// What became of a sighting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The incident that took it; none for an informational one that shares nothing with any.
    pub incident: Option<IncidentId>,
    /// Whether it opened that incident.
    pub opened: bool,
    /// Incidents that it joined to that one: their detections now belong there.
    pub absorbed: Vec<IncidentId>,
}

/// What changed since the last call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Incidents, each once. Those folded into others stand behind those.
    pub incidents: Vec<Incident>,
    /// Campaigns, each once. One without parts is no longer.
    pub campaigns: Vec<Campaign>,
}

/// How much is in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Organisations with incidents in memory.
    pub organisations: usize,
    /// Incidents.
    pub incidents: usize,
    /// Entities by which they are found.
    pub entities: usize,
    /// Campaigns that run.
    pub campaigns: usize,
    /// How many entries of indexes were looked at since the start.
    pub steps: u64,
}
