//! The audit: who did what, chained so that nothing can be changed unseen.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wardwatch_model::{OrgId, Timestamp};

/// Which entries: `GET /api/v1/audit`. Newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number in the chain.
    pub seq: u64,
    /// When.
    pub time: Timestamp,
    /// Who.
    pub actor: String,
    /// Whose data it is about, where it is about an organisation's.
    pub org: Option<OrgId>,
    /// What was done.
    pub action: String,
    /// To what.
    pub target: String,
    /// More about it.
    pub detail: Value,
    /// The chain's hash up to here.
    pub hash: String,
}

/// Whether the chain is whole: `GET /api/v1/audit/verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditProof {
    /// How many entries were looked at.
    pub entries: u64,
    /// Number of the first entry that does not fit; none when all do.
    pub broken_at: Option<u64>,
    /// The hash of the last entry, to be kept elsewhere.
    pub head: String,
}
