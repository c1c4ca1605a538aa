//! Incidents: list, one, and what people do with them.

use serde::{Deserialize, Serialize};
use wardwatch_model::process::ProcessNode;
use wardwatch_model::{
    CloseReason, DetectionId, Incident, IncidentId, IncidentState, Level, OrgId, Timestamp,
};

/// Which incidents: `GET /api/v1/incidents`. Most severe first, then newest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentQuery {
    /// Only in this state.
    pub state: Option<IncidentState>,
    /// Only at this level or above.
    pub level: Option<Level>,
    /// Only that touched this device.
    pub device: Option<String>,
    /// Only that this person works on.
    pub owner: Option<String>,
    /// Only that nobody works on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unowned: Option<bool>,
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// None of these organisations and those below them: codes, with commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_org: Option<String>,
    /// None that touched this device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_device: Option<String>,
    /// None that this person works on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_owner: Option<String>,
    /// Only with something at this time or later.
    pub from: Option<Timestamp>,
    /// Only with something before this time.
    pub until: Option<Timestamp>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}

/// Which device's processes: `GET /api/v1/incidents/{id}/processes`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessesQuery {
    /// The device; the first one of the incident unless given.
    pub device: Option<String>,
}

/// Processes of one device of an incident, with what rules found in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessTrees {
    /// The organisation.
    pub org: OrgId,
    /// The device.
    pub device: String,
    /// From when on was looked: an hour before the first finding.
    pub from: Timestamp,
    /// Until when, not included: ten minutes after the last one, and a day at most.
    pub until: Timestamp,
    /// Processes that started in that time.
    pub starts: u64,
    /// Findings in that time.
    pub detections: u64,
    /// Those of them that stand in no tree: nothing tells of their process, or there was no room.
    pub unplaced: u64,
    /// Whether there were more processes or findings than were read.
    pub cut: bool,
    /// The trees: whatever something was found in, who started it, and what it started.
    pub trees: Vec<ProcessNode>,
}

/// Who works on it: `POST /api/v1/incidents/{id}/assign`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The person; none when nobody does.
    pub owner: Option<String>,
}

/// Something to write down: `POST /api/v1/incidents/{id}/note`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// What.
    pub text: String,
}

/// How it ended: `POST /api/v1/incidents/{id}/close`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Why.
    pub reason: CloseReason,
    /// What else to write down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What to fold it into: `POST /api/v1/incidents/{id}/merge`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The incident of the same organisation that goes on.
    pub into: IncidentId,
}

/// What to make an incident of its own: `POST /api/v1/incidents/{id}/split`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The detections that leave, at most 500; others stay.
    pub detections: Vec<DetectionId>,
}

/// An incident split in two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitDone {
    /// What is left of it.
    pub stays: Incident,
    /// The new one.
    pub leaves: Incident,
}
