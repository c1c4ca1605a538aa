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

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// Asks.
    Api,
    /// Sends.
    Sender,
}

impl TokenKind {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            TokenKind::Api => "api",
            TokenKind::Sender => "sender",
        }
    }
}

/// A token that counts, without its secret: `GET /api/v1/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Identity, to revoke it.
    pub id: TokenId,
    /// What it is for.
    pub kind: TokenKind,
    /// What it may be; none for a sender's.
    pub role: Option<Role>,
    /// The organisation that it belongs to.
    pub org: OrgId,
    /// What it is called.
    pub name: String,
    /// Who made it, as far as that was written down.
    pub made_by: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used, to the minute; none while it never was.
    pub last_used: Option<Timestamp>,
    /// When it ends; none when it does not.
    pub until: Option<Timestamp>,
}
