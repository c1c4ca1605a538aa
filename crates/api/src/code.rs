//! Enrolment codes: printed on paper, used once.

use serde::{Deserialize, Serialize};
use wardwatch_model::{OrgId, Timestamp};

use crate::secret::Secret;

/// A code to be: `POST /api/v1/codes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCode {
    /// The organisation of the sender that it will make.
    pub org: OrgId,
    /// The name of the sender that it will make.
    pub name: String,
    /// When it ends; in seven days when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// The code that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeCode {
    /// The code, told once.
    pub code: Secret,
    /// When it ends.
    pub until: Timestamp,
}

/// A code that can still be used, without the code itself: `GET /api/v1/codes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The organisation of the sender that it will make.
    pub org: OrgId,
    /// The name of the sender that it will make.
    pub name: String,
    /// Who made it, as far as that was written down.
    pub made_by: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}
