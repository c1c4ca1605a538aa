//! Rules tried on stored events before they go live.

use serde::{Deserialize, Serialize};
use wardwatch_model::{BacktestId, OrgId, RuleId, Sighting, Timestamp};

/// A rule to be tried: `POST /api/v1/rules/backtests`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBacktest {
    /// A rule's text; or `id`.
    #[serde(default)]
    pub rule: Option<String>,
    /// A rule in use; or `rule`.
    #[serde(default)]
    pub id: Option<RuleId>,
    /// Events that happened at this time or later; seven days before the end unless given.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Events that happened before this time; now unless given.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Only those of this organisation and those below it.
    #[serde(default)]
    pub org: Option<OrgId>,
}

/// How far a back-test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BacktestState {
    /// At work.
    Running,
    /// At its end; all events were looked at.
    Done,
    /// Ended at a limit: not all events were looked at.
    Cut,
    /// Somebody ended it.
    Cancelled,
    /// It could not go on.
    Failed,
}

/// A back-test: `GET /api/v1/rules/backtests/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// Its identity.
    pub id: BacktestId,
    /// How far it is.
    pub state: BacktestState,
    /// Why it was cut or failed.
    pub reason: Option<String>,
    /// The rule's identity.
    pub rule: RuleId,
    /// The rule's title.
    pub title: String,
    /// Events from this time on.
    pub from: Timestamp,
    /// Events before this time.
    pub until: Timestamp,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Files to be read, and how many were.
    pub files: u64,
    /// How many were read.
    pub files_read: u64,
    /// Events that were looked at.
    pub rows: u64,
    /// Events at rest that could not be read.
    pub unreadable: u64,
    /// Detections that the rule would have made, organisations' filters and levels aside.
    pub hits: u64,
    /// By organisation, most first.
    pub by_org: Vec<OrgCount>,
    /// By device, most first; the first hundred.
    pub by_device: Vec<DeviceCount>,
    /// By day of the event.
    pub by_day: Vec<DayCount>,
    /// Detections a day, over the days that have events.
    pub alerts_a_day: f64,
    /// The first of them, at most a hundred.
    pub samples: Vec<Sighting>,
}

/// Hits in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgCount {
    /// The organisation.
    pub org: OrgId,
    /// How many.
    pub hits: u64,
}

/// Hits on a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCount {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub device: String,
    /// How many.
    pub hits: u64,
}

/// Hits on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// The day, in UTC, such as `2017-05-12`.
    pub day: String,
    /// How many.
    pub hits: u64,
}
