//! How things stand in few numbers, for the first page that somebody sees.

use serde::{Deserialize, Serialize};
use wardwatch_model::{Level, OrgId, OrgKind, Timestamp};

/// Hours without an event after which a device, or an organisation, is called silent.
pub const SILENT_HOURS: i64 = 24;
/// Spans of time that the rate is cut into.
pub const SPANS: i64 = 48;
/// Hours that the rate looks back over at most.
pub const MAX_HOURS: u32 = 24 * 31;

/// Of whom, and how far back: `GET /api/v1/overview`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverviewQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Hours of the rate, up to now; 24 unless given.
    pub hours: Option<u32>,
}

/// Open incidents by their level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCounts {
    /// Critical.
    pub critical: u64,
    /// High.
    pub high: u64,
    /// Medium.
    pub medium: u64,
    /// Low.
    pub low: u64,
    /// For information.
    pub informational: u64,
    /// Those at high or critical that nobody works on.
    pub unowned: u64,
}

/// An organisation now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgNow {
    /// Its code.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OrgKind,
    /// What it lies below.
    pub parent: Option<OrgId>,
    /// Open incidents.
    pub open: u64,
    /// The most serious of them.
    pub worst: Option<Level>,
    /// Devices that were ever heard from.
    pub devices: u64,
    /// Those of them that were silent for [`SILENT_HOURS`].
    pub silent: u64,
    /// When a device was heard from last; none when none ever was, and then nothing is known.
    pub last_heard: Option<Timestamp>,
}

/// Detections of a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateSpan {
    /// When it begins.
    pub from: Timestamp,
    /// How many.
    pub detections: u64,
    /// How many of them at level high or above.
    pub serious: u64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// When it was counted.
    pub time: Timestamp,
    /// Open incidents.
    pub open: OpenCounts,
    /// Each organisation of the caller's that is not closed, in the order of codes.
    pub organisations: Vec<OrgNow>,
    /// Detections over time, every span once.
    pub rate: Vec<RateSpan>,
}
