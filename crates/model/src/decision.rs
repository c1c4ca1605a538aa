//! What people decided: what becomes of a device whose support ends, and which hole may stay open for
//! how long.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::fix::CveId;
use crate::organisation::OrgId;
use crate::time::Timestamp;

/// What becomes of a device whose support ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// It gets a newer release.
    Upgrade,
    /// Another takes its place.
    Replace,
    /// It goes on, cut off from what does not need it.
    Isolate,
    /// It goes on as it is, and somebody answers for that.
    Accept,
}

impl Course {
    /// All of them.
    pub const ALL: [Course; 4] =
        [Course::Upgrade, Course::Replace, Course::Isolate, Course::Accept];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Course::Upgrade => "upgrade",
            Course::Replace => "replace",
            Course::Isolate => "isolate",
            Course::Accept => "accept",
        }
    }
}

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is no course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCourse(pub String);

impl fmt::Display for UnknownCourse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no course: use one of upgrade, replace, isolate, accept", self.0)
    }
}

impl std::error::Error for UnknownCourse {}

impl FromStr for Course {
    type Err = UnknownCourse;

    fn from_str(word: &str) -> Result<Self, UnknownCourse> {
        let found = Course::ALL.into_iter().find(|course| course.as_str() == word);
        found.ok_or_else(|| UnknownCourse(word.chars().take(64).collect()))
    }
}

/// One decision for one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What becomes of it.
    pub course: Course,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The day by which it is done; of what is accepted, the last day on which it is.
    pub until: Day,
}

/// A decision, with who wrote it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// Who wrote it down.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Decided {
    /// Whether its day has passed.
    pub fn is_late(&self, today: Day) -> bool {
        self.decision.until < today
    }
}

/// A hole that may stay open until a day, because somebody answers for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Whose devices.
    pub org: OrgId,
    /// The vulnerability.
    pub cve: CveId,
    /// The device; none for all of the organisation's.
    pub device: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// Why it cannot be closed now.
    pub reason: String,
    /// The last day.
    pub until: Day,
    /// Who wrote it down.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Exception {
    /// Whether it still runs.
    pub fn runs(&self, today: Day) -> bool {
        self.until >= today
    }
}
