//! Suppressions: detections that open no incident, for a time.

use serde::{Deserialize, Serialize};
use wardwatch_model::{Entity, OrgId, RuleId, Suppression, Timestamp};

/// Which suppressions: `GET /api/v1/suppressions`. Newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuppressionQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Those that ended too.
    #[serde(default)]
    pub ended: bool,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}

/// A suppression to be: `POST /api/v1/suppressions`. It names a rule, an entity or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSuppression {
    /// Where it goes, and below.
    pub org: OrgId,
    /// Only of this rule.
    #[serde(default)]
    pub rule: Option<RuleId>,
    /// Only of what touched this.
    #[serde(default)]
    pub entity: Option<Entity>,
    /// Why.
    pub reason: String,
    /// When it ends; in 30 days when none.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// A suppression, and how much it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuppressionCount {
    /// The suppression.
    pub suppression: Suppression,
    /// Whether it counts now.
    pub running: bool,
    /// Detections that it holds.
    pub detections: u64,
}
