//! Detections: list, one, and in the words of others.

use serde::{Deserialize, Serialize};
use wardwatch_model::{IncidentId, Level, OrgId, RuleId, Timestamp};

/// In whose words detections are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DetectionFormat {
    /// In ours.
    #[default]
    Ward,
    /// As detection findings of OCSF 1.8.
    Ocsf,
    /// As alerts of the Elastic Common Schema.
    Ecs,
}

/// Which detections: `GET /api/v1/detections`. Newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectionQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Only that happened at this time or later.
    pub from: Option<Timestamp>,
    /// Only that happened before this time.
    pub until: Option<Timestamp>,
    /// Only of this rule.
    pub rule: Option<RuleId>,
    /// Only on this device.
    pub device: Option<String>,
    /// Only at this level or above.
    pub level: Option<Level>,
    /// Only of this incident.
    pub incident: Option<IncidentId>,
    /// In whose words.
    pub format: Option<DetectionFormat>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}
