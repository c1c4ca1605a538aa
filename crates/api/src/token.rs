//! Tokens of the API: for programs that ask on behalf of an organisation.

use serde::{Deserialize, Serialize};
use wardwatch_model::{OrgId, Role, Timestamp, TokenId};

use crate::secret::Secret;

/// A token to be: `POST /api/v1/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// The organisation that it belongs to.
    pub org: OrgId,
    /// Its role there.
    pub role: Role,
    /// When it ends; in a year when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// The token that was made, of the API or of a sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeToken {
    /// Identity, to revoke it.
    pub id: TokenId,
    /// The secret, told once.
    pub secret: Secret,
}
