//! Campaigns: list and one. Each caller sees the parts of organisations in their scope.

use serde::{Deserialize, Serialize};

/// Which campaigns: `GET /api/v1/campaigns`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignQuery {
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}
