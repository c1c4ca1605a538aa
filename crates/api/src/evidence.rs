//! The evidence pack: `GET /api/v1/evidence`, and the key that signs it.

use serde::{Deserialize, Serialize};
use wardwatch_model::OrgId;

/// Of whom: `GET /api/v1/evidence`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
}

/// The key that packs of this server are signed with: `GET /api/v1/evidence/key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceKey {
    /// Its public half (Ed25519), 64 hexadecimal digits.
    pub key: String,
}
