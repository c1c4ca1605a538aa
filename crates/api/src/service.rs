//! Services, and what an import of a list changed.

use serde::{Deserialize, Serialize};
use wardwatch_model::OrgId;

/// Whose services: `GET /api/v1/services`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
}

/// How to import: `POST /api/v1/services/import` and `POST /api/v1/devices/import`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Only say what would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// What an import changed, or would; each item as `ORG/NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedList {
    /// Whether nothing was changed because nobody wanted it.
    pub dry_run: bool,
    /// New ones.
    pub added: Vec<String>,
    /// Known ones with something else than before.
    pub changed: Vec<String>,
    /// Known ones that stay as they are.
    pub unchanged: Vec<String>,
    /// Why nothing is imported; empty when it is.
    pub problems: Vec<String>,
}
