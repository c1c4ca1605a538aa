//! What leaves support, when, where, and what blocks it.

use serde::{Deserialize, Serialize};
use wardwatch_model::{Day, OrgId};

use crate::decision::DecisionCounts;
use crate::exposure::Reporting;
use crate::landscape::LandscapeInUse;

/// Months that are asked for unless said otherwise.
pub const MONTHS: u8 = 12;
/// Months at most.
pub const MAX_MONTHS: u8 = 120;

/// How far ahead: `GET /api/v1/lifecycle`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifecycleQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// How many months; 12 unless given.
    pub months: Option<u8>,
    /// Lines of `leaving` and of `by_organisation` at most, and of these the organisations with most devices
    /// that are without support or lose it then; all, in the order of codes, unless given.
    pub lines: Option<u32>,
}

/// What is in the way of devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InTheWay {
    /// What it is, in words.
    pub what: String,
    /// How many devices.
    pub devices: u64,
}

/// Devices of one organisation that leave support together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavingLine {
    /// Their last supported day.
    pub ends: Day,
    /// Their organisation.
    pub org: OrgId,
    /// What they run.
    pub label: String,
    /// How many they are.
    pub devices: u64,
    /// Names of the first of them.
    pub named: Vec<String>,
    /// How many of them something blocks.
    pub blocked: u64,
    /// What blocks them, most first.
    pub blockers: Vec<InTheWay>,
}

/// Devices that move to a newer release in one half of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveLine {
    /// The year.
    pub year: i16,
    /// 1 for January to June, 2 for July to December.
    pub half: u8,
    /// How many move then at the latest.
    pub devices: u64,
    /// Those of them that nothing stands in the way of, as far as is known.
    pub ready: u64,
    /// What blocks the others, most first.
    pub blockers: Vec<InTheWay>,
}

/// Devices that leave support in a calendar month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// The year.
    pub year: i16,
    /// The month, from 1.
    pub month: i8,
    /// How many devices.
    pub devices: u64,
}

/// How many devices leave support when. All numbers add up to the devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CliffLine {
    /// The organisation; none for all together.
    pub org: Option<OrgId>,
    /// Without support already.
    pub ended: u64,
    /// Months in their order, those with devices alone.
    pub months: Vec<Month>,
    /// Later than the months that were asked for.
    pub later: u64,
    /// Supported without a known end.
    pub open_ended: u64,
    /// Not known.
    pub unknown: u64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleAnswer {
    /// As of this day, in Europe/London.
    pub from: Day,
    /// Through how many calendar months.
    pub months: u8,
    /// What leaves, the soonest first.
    pub leaving: Vec<LeavingLine>,
    /// How many lines of that there are, listed or not.
    pub leaving_lines: u64,
    /// The half-yearly waves in which they move, the soonest first.
    pub waves: Vec<WaveLine>,
    /// All organisations together.
    pub all: CliffLine,
    /// Each organisation.
    pub by_organisation: Vec<CliffLine>,
    /// How many organisations that is, listed or not.
    pub organisations: u64,
    /// What was decided of those without support and those that leave it in that time.
    pub decisions: DecisionCounts,
    /// Of how many devices it speaks.
    pub coverage: Reporting,
    /// What the dates rest on.
    pub landscape: LandscapeInUse,
}
