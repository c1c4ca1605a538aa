//! Lists of indicators, and the places from which they are pulled.

use serde::{Deserialize, Serialize};
use wardwatch_model::{IndicatorListId, IndicatorSourceId, OrgId, SourceKind, Timestamp};

use crate::secret::Secret;

/// A list of indicators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorList {
    /// Its identity.
    pub id: IndicatorListId,
    /// The organisation that it belongs to; it goes for that one and all below.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// How many times it was loaded.
    pub version: u64,
    /// What it was written in.
    pub format: String,
    /// When it was loaded last.
    pub loaded: Timestamp,
    /// By whom.
    pub loaded_by: String,
    /// How many indicators are in it.
    pub indicators: u64,
    /// How many of them the last load brought.
    pub fresh: u64,
    /// How many things of it were not taken.
    pub problems: u64,
    /// How far history was searched for what the last load brought.
    pub history: Option<HistorySearch>,
}

/// A search of history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistorySearch {
    /// The version of the list that it is for.
    pub version: u64,
    /// From when on events are searched.
    pub from: Timestamp,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; none while it goes on.
    pub ended: Option<Timestamp>,
    /// Days that are to be searched.
    pub days: u64,
    /// Days that were.
    pub days_done: u64,
    /// Events that were searched.
    pub events: u64,
    /// Hits, those included that were known before.
    pub hits: u64,
}

/// Where a list that is sent belongs: `POST /api/v1/indicator-lists`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadQuery {
    /// The organisation.
    pub org: OrgId,
    /// Its name; a list of that name is replaced.
    pub name: String,
    /// What it is written in; told by its content unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// Something of a list that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListProblem {
    /// Where it stands.
    pub place: String,
    /// Why it was not taken.
    pub reason: String,
}

/// What came of a list that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadedList {
    /// The list as it is now.
    pub list: IndicatorList,
    /// What was not taken; the first of them.
    pub problems: Vec<ListProblem>,
    /// Values that stood there more than once.
    pub repeated: u64,
    /// Things that are no indicators and were not meant to be.
    pub others: u64,
}

/// A place from which a list is pulled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorSource {
    /// Its identity.
    pub id: IndicatorSourceId,
    /// The organisation of its list.
    pub org: OrgId,
    /// Its name, and that of its list.
    pub name: String,
    /// What lies there.
    pub kind: SourceKind,
    /// The address.
    pub address: String,
    /// The collection, for TAXII; empty otherwise.
    pub collection: String,
    /// Seconds between two pulls.
    pub interval_seconds: u64,
    /// When it was made.
    pub created: Timestamp,
    /// When it is pulled next.
    pub next_pull: Timestamp,
    /// When it was pulled last, well or not.
    pub last_pull: Option<Timestamp>,
    /// When it was pulled well.
    pub last_success: Option<Timestamp>,
    /// How many times in a row it could not be pulled.
    pub failures: u64,
    /// Why it could not the last time; none when it could.
    pub error: Option<String>,
}

/// A source to be: `POST /api/v1/indicator-sources`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewIndicatorSource {
    /// The organisation that its list is to belong to.
    pub org: OrgId,
    /// Its name, and that of its list.
    pub name: String,
    /// What lies there.
    pub kind: SourceKind,
    /// The address.
    pub address: String,
    /// The collection by identity, alias or title, for TAXII.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// A name, with the secret as its password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// A password, or without a name a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// Seconds between two pulls, from 300 to 2,592,000; an hour unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<u64>,
}
