//! What changed just now: the data of server-sent events of `GET /api/v1/live`.
//!
//! An event says that something changed and how it stands; details are asked for in the usual
//! way. So it holds no text from logs and no user's name.

use serde::{Deserialize, Serialize};
use wardwatch_model::{CampaignId, IncidentId, IncidentState, Level, OrgId, Timestamp};

/// Name of the event that says: some were missed, ask for the lists again.
pub const MISSED: &str = "missed";

/// What changed. The event's name is the noun: `incident` or `campaign`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "noun", rename_all = "snake_case")]
pub enum Change {
    /// An incident.
    Incident {
        /// Which.
        id: IncidentId,
        /// Whose.
        org: OrgId,
        /// Its state now.
        state: IncidentState,
        /// Its level now.
        level: Level,
        /// Its score now.
        score: u32,
        /// How many detections it has now.
        count: u64,
        /// When its latest detection was received.
        updated: Timestamp,
        /// The campaign that it is part of.
        campaign: Option<CampaignId>,
    },
    /// A campaign.
    Campaign {
        /// Which.
        id: CampaignId,
        /// Its level now.
        level: Level,
        /// Organisations that it touched, of those the caller sees.
        orgs: Vec<OrgId>,
        /// Event time of its last sign.
        last: Timestamp,
    },
}

impl Change {
    /// The event's name.
    pub fn noun(&self) -> &'static str {
        match self {
            Change::Incident { .. } => "incident",
            Change::Campaign { .. } => "campaign",
        }
    }
}
