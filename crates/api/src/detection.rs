//! Detections: list, one, and in the words of others.

use serde::{Deserialize, Serialize};
use wardwatch_model::{IncidentId, Level, OrgId, RuleId, Sighting, SuppressionId, Timestamp};

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

/// Which detections by whether they are suppressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suppressed {
    /// Those that are not.
    #[default]
    No,
    /// Those that are.
    Only,
    /// All.
    All,
}

/// A detection, and what suppresses it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// The detection.
    #[serde(flatten)]
    pub sighting: Sighting,
    /// The suppression; only where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed_by: Option<SuppressionId>,
}

/// Which detections: `GET /api/v1/detections`. Newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectionQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Of none of these and those below them: codes, apart by commas.
    pub not_org: Option<String>,
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
    /// Whether with suppressed ones; without unless given.
    pub suppressed: Option<Suppressed>,
    /// In whose words.
    pub format: Option<DetectionFormat>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}
