//! Hunts: SQL over events, and the ones that somebody saved.

use serde::{Deserialize, Serialize};
use wardwatch_model::{HuntId, OrgId, Timestamp};

/// A hunt to be: `POST /api/v1/hunts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewHunt {
    /// One `SELECT` over the view `events`.
    pub sql: String,
    /// From when.
    pub from: Timestamp,
    /// Until when, not included.
    pub until: Timestamp,
    /// Only this organisation and what lies below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<OrgId>,
    /// How many rows at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
    /// Whether to answer only when it has ended, or after some seconds.
    #[serde(default)]
    pub wait: bool,
}

/// How a hunt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HuntState {
    /// It is on its way.
    Running,
    /// It has ended with a result.
    Done,
    /// It has ended without one.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

/// How far a hunt is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HuntProgress {
    /// Rows within the scope that the files gave so far.
    pub rows_read: u64,
    /// Rows of all files of the stretch of time.
    pub rows_total: u64,
    /// Bytes of the files that were read so far.
    pub bytes_read: u64,
    /// Bytes of the files; most hunts need few of them.
    pub bytes_total: u64,
    /// Files of the stretch of time.
    pub files_total: u64,
}

/// A hunt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunt {
    /// Its identity.
    pub id: HuntId,
    /// How it stands.
    pub state: HuntState,
    /// What was asked.
    pub sql: String,
    /// From when.
    pub from: Timestamp,
    /// Until when, not included.
    pub until: Timestamp,
    /// Below which organisation; null for all that the caller may see.
    pub org: Option<OrgId>,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// How many rows it found.
    pub rows: u64,
    /// Whether there are more rows than are kept.
    pub cut: bool,
    /// Whether its result can be fetched.
    pub kept: bool,
    /// Why it ended as it did.
    pub detail: String,
    /// How far it is; null when it ended a while ago.
    pub progress: Option<HuntProgress>,
}

/// How a result is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultFormat {
    /// A list of objects.
    #[default]
    Json,
    /// Comma-separated, safe to open in a spreadsheet.
    Csv,
    /// Arrow's stream format.
    Arrow,
}

/// Which hunts: `GET /api/v1/hunts`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HuntQuery {
    /// Where the page starts.
    pub after: Option<String>,
    /// How many items.
    pub limit: Option<u32>,
}

/// How to fetch a result: `GET /api/v1/hunts/{id}/result`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultQuery {
    /// In which format.
    pub format: Option<ResultFormat>,
}

/// A hunt to be saved: `POST /api/v1/saved-hunts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSavedHunt {
    /// For whose people.
    pub org: OrgId,
    /// Its name, one of a kind there.
    pub name: String,
    /// One `SELECT` over the view `events`.
    pub sql: String,
}

/// A saved hunt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedHunt {
    /// Its identity.
    pub id: HuntId,
    /// For whose people.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// What it asks.
    pub sql: String,
    /// Who saved it.
    pub by: String,
    /// When.
    pub created: Timestamp,
}
