//! What people decide: of devices whose support ends, and of holes that stay open for now.

use serde::{Deserialize, Serialize};
use wardwatch_model::{CareClass, CveId, Day, Decided, Decision, OrgId, ServiceCode};

/// Devices of one decision.
pub const MAX_DEVICES: usize = 5_000;
/// Characters of an owner.
pub const MAX_OWNER: usize = 200;
/// Characters of a reason.
pub const MAX_REASON: usize = 2_000;
/// Days for which something may be accepted, or a hole stay open.
pub const MAX_ACCEPTED_DAYS: i32 = 366;
/// Days within which what was decided must be done.
pub const MAX_DAYS: i32 = 3 * 366;

/// Which of the devices that something is to be decided of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing was decided.
    Undecided,
    /// It is to get a newer release.
    Upgrade,
    /// Another is to take its place.
    Replace,
    /// It goes on, cut off.
    Isolate,
    /// It goes on as it is.
    Accept,
    /// The day of its decision has passed.
    Late,
}

impl Stage {
    /// All of them.
    pub const ALL: [Stage; 6] = [
        Stage::Undecided,
        Stage::Upgrade,
        Stage::Replace,
        Stage::Isolate,
        Stage::Accept,
        Stage::Late,
    ];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Undecided => "undecided",
            Stage::Upgrade => "upgrade",
            Stage::Replace => "replace",
            Stage::Isolate => "isolate",
            Stage::Accept => "accept",
            Stage::Late => "late",
        }
    }
}

/// Which devices: `GET /api/v1/decisions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Of none of these and those below them: codes, apart by commas.
    pub not_org: Option<String>,
    /// Only those that run this.
    pub system: Option<String>,
    /// None that runs this.
    pub not_system: Option<String>,
    /// Only of this care class, or `unclassified`.
    pub care_class: Option<String>,
    /// None of this care class, or `unclassified`.
    pub not_care_class: Option<String>,
    /// Only those at this stage.
    pub stage: Option<Stage>,
    /// Those without support, and those that lose it within so many months; 12 unless given.
    pub months: Option<u8>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}

/// A device that something is to be decided of, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRow {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub device: String,
    /// What it runs.
    pub system: String,
    /// The last day of its support.
    pub ends: Day,
    /// How careful to be with it; none counts as passive.
    pub care_class: Option<CareClass>,
    /// The service that depends on it.
    pub service: Option<ServiceCode>,
    /// What was decided; none while nothing was.
    pub decided: Option<Decided>,
    /// Whether the day of the decision has passed.
    pub late: bool,
}

/// How many devices stand at which stage; those that are late count at their course too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionCounts {
    /// Without a decision.
    pub undecided: u64,
    /// To get a newer release.
    pub upgrade: u64,
    /// To be replaced.
    pub replace: u64,
    /// Cut off.
    pub isolate: u64,
    /// Accepted.
    pub accept: u64,
    /// Those of whose decision the day has passed.
    pub late: u64,
}

/// A decision for devices: `POST /api/v1/decisions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// The devices' organisation.
    pub org: OrgId,
    /// The devices.
    pub devices: Vec<String>,
    /// What is decided; none takes away what was.
    #[serde(default)]
    pub decision: Option<Decision>,
}

/// What was decided of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionMade {
    /// Devices.
    pub devices: u64,
}

/// Which exceptions: `GET /api/v1/exceptions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Only of this vulnerability.
    pub cve: Option<CveId>,
    /// Those that have run out too.
    pub ended: Option<bool>,
}

/// A hole that is to stay open for now: `POST /api/v1/exceptions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewException {
    /// Whose devices.
    pub org: OrgId,
    /// The vulnerability.
    pub cve: CveId,
    /// The device; none for all of the organisation's.
    #[serde(default)]
    pub device: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// Why it cannot be closed now.
    pub reason: String,
    /// The last day.
    pub until: Day,
}

/// The end of an exception: `POST /api/v1/exceptions/end`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndException {
    /// Whose devices.
    pub org: OrgId,
    /// The vulnerability.
    pub cve: CveId,
    /// The device; none for the one of all of the organisation's.
    #[serde(default)]
    pub device: Option<String>,
}
