//! Logging in and out.

use serde::{Deserialize, Serialize};
use wardwatch_model::Timestamp;

use crate::secret::Secret;

/// Who wants in: `POST /api/v1/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The login name.
    pub name: String,
    /// The password.
    pub password: Secret,
    /// Six digits of the authenticator, for those who have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// A password of one's own, in place of one that somebody else set and that works once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_password: Option<Secret>,
    /// Give the session's secret in the answer, for programs, instead of a cookie.
    #[serde(default)]
    pub bearer: bool,
}

/// How a browser comes back from another issuer: `GET /api/v1/session/oidc/callback`. There may be
/// more in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcReturn {
    /// Which login it answers.
    pub state: Option<String>,
    /// What the issuer gives a token for.
    pub code: Option<String>,
    /// The issuer.
    pub iss: Option<String>,
}

/// The session that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The login name.
    pub name: String,
    /// When the session ends.
    pub until: Timestamp,
    /// What to send as `Authorization: Bearer …`; only when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
}
