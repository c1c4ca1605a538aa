//! Organisations: list and import.

use serde::{Deserialize, Serialize};
use wardwatch_model::OrgId;

/// How to import: `POST /api/v1/organisations/import`. The body is a JSON list of organisations,
/// or CSV with a head of `code,parent,name,kind` and, if wanted, `closed,successor`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Only say what would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// What an import changed, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Whether nothing was changed because nobody wanted it.
    pub dry_run: bool,
    /// New ones.
    pub added: Vec<OrgId>,
    /// Known ones with something else than before.
    pub changed: Vec<OrgId>,
    /// Known ones that stay as they are.
    pub unchanged: Vec<OrgId>,
    /// Why nothing is imported; empty when it is.
    pub problems: Vec<String>,
}
