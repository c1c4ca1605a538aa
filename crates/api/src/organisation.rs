//! Organisations: list and import.

use serde::{Deserialize, Serialize};
use wardwatch_model::{OrgId, OrgKind, Organisation};

use crate::sender::Sender;

/// Codes of one question.
pub const MAX_CODES: usize = 500;
/// Organisations that a search by name gives at most.
pub const MAX_NAMED: u32 = 50;

/// Which organisations: `GET /api/v1/organisations`; all of them unless it is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationQuery {
    /// Only those with these codes, apart by commas; at most [`MAX_CODES`].
    pub codes: Option<String>,
    /// Only those whose name has this in it; at most [`MAX_NAMED`].
    pub name: Option<String>,
}

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

/// What is to be different: `PUT /api/v1/organisations/{id}`. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeOrganisation {
    /// Another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<OrgKind>,
    /// Another parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<OrgId>,
}

/// How it ends: `POST /api/v1/organisations/{id}/close`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseOrganisation {
    /// Who took it over, if anybody did: whoever sees that one then sees what was this one's.
    #[serde(default)]
    pub successor: Option<OrgId>,
}

/// A closed organisation, and what still belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedOrganisation {
    /// As it is now.
    pub organisation: Organisation,
    /// How many people may log in who belong to it. They keep what they hold.
    pub people: u64,
    /// How many tokens of the API count.
    pub api_tokens: u64,
    /// Organisations directly below it that are open.
    pub below: Vec<OrgId>,
    /// Senders that go on until they are revoked.
    pub senders: Vec<Sender>,
}
