//! What is known of vulnerabilities, updates and support, and how old that is.

use serde::{Deserialize, Serialize};
use wardwatch_model::{CveId, Day, Timestamp};

/// The landscape that verdicts rest on, in few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandscapeInUse {
    /// Its number; none of what is built in.
    pub version: Option<u64>,
    /// When it was loaded.
    pub loaded: Option<Timestamp>,
    /// The newest day that any of its feeds names.
    pub newest: Option<Day>,
}

/// A feed in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Its name.
    pub feed: String,
    /// Where it came from.
    pub origin: String,
    /// The newest day that its records name.
    pub newest: Option<Day>,
    /// Days since then.
    pub age_days: Option<i32>,
    /// Records taken.
    pub records: u64,
    /// Records left out as junk.
    pub dropped: u64,
    /// Records that could not be read.
    pub refused: u64,
}

/// The landscape with its feeds: `GET /api/v1/landscape`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandscapeStatus {
    /// Which.
    pub in_use: LandscapeInUse,
    /// By whom it was loaded.
    pub loaded_by: Option<String>,
    /// Its feeds.
    pub feeds: Vec<Feed>,
    /// How many vulnerabilities it has.
    pub vulnerabilities: u64,
    /// How many updates.
    pub updates: u64,
}

/// How to load: `POST /api/v1/landscape`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadLandscape {
    /// The name of the file, for its origin.
    pub name: Option<String>,
    /// Take the present one's place even when that knows more of some feed.
    pub force: Option<bool>,
}

/// A vulnerability that became known as exploited with this load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewlyExploited {
    /// Its number.
    pub cve: CveId,
    /// Devices of the sector that are open to it.
    pub exposed: u64,
}

/// What a load did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadedLandscape {
    /// Its number.
    pub version: u64,
    /// Its feeds.
    pub feeds: Vec<Feed>,
    /// What became known as exploited, where a device is open to it: an alert may be due.
    pub newly_exploited: Vec<NewlyExploited>,
    /// Rows that could not be used, the first few.
    pub problems: Vec<String>,
}
