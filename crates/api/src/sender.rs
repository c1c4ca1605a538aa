//! Senders: shippers and agents, each bound to an organisation by its token.

use serde::{Deserialize, Serialize};
use wardwatch_model::{OrgId, Timestamp, TokenId};

/// Whose senders: `GET /api/v1/senders`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenderQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
}

/// A sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Its token, to revoke it.
    pub token: TokenId,
    /// The organisation whose data it sends.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When something of it was last seen; none while it never sent.
    pub last_seen: Option<Timestamp>,
    /// How many events came from it.
    pub events: u64,
    /// How many gaps in the numbering of its devices were found and are still open.
    #[serde(default)]
    pub gaps: u64,
}

/// A sender to be: `POST /api/v1/senders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSender {
    /// Its name.
    pub name: String,
    /// The organisation whose data it sends.
    pub org: OrgId,
}
