//! What devices are open to, how urgent that is, and why.

use serde::{Deserialize, Serialize};
use wardwatch_model::{
    Architecture, Build, CareClass, CveId, Day, Decided, Exception, ExposureStatus, Kb, OrgId,
    ReportKind, SupportState, Timestamp,
};

use crate::landscape::LandscapeInUse;

/// Days after which a report is called old.
pub const STALE_DAYS: i64 = 30;

/// Of how many devices an answer speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reporting {
    /// Devices that were heard from in any way.
    pub heard: u64,
    /// Those of them that reported what they run; of the others nothing is known.
    pub reported: u64,
    /// Those of these whose product could not be told.
    pub unresolved: u64,
    /// Those that reported last more than [`STALE_DAYS`] days ago: what is said of them may be over.
    pub stale: u64,
}

/// Which open holes: `GET /api/v1/exposures`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExposureQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Of none of these and those below them: codes, apart by commas.
    pub not_org: Option<String>,
    /// Only those known to be exploited (KEV), or attacked now.
    pub exploited: Option<bool>,
    /// Only those that the vendor calls so bad: `critical`, `important`, `moderate`, `low` or `unknown`.
    pub severity: Option<String>,
    /// None that the vendor calls so bad.
    pub not_severity: Option<String>,
    /// Only this vulnerability.
    pub cve: Option<CveId>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}

/// One vulnerability over all devices of the caller's organisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExposureRow {
    /// Its number.
    pub cve: CveId,
    /// How bad the vendor calls it: `critical`, `important`, `moderate`, `low` or `unknown`.
    pub severity: String,
    /// Whether it is in the catalogue of known exploited vulnerabilities.
    pub kev: bool,
    /// Whether ransomware is known to use it.
    pub ransomware: bool,
    /// The attack on it that is seen in the sector now.
    pub attack: Option<String>,
    /// Devices that are open to it.
    pub exposed: u64,
    /// Those of them that an exception covers: somebody answers for them until a day.
    pub excepted: u64,
    /// Devices that are open with the way in closed.
    pub mitigated: u64,
    /// Devices of which it is not known.
    pub unknown: u64,
    /// Devices that are fixed.
    pub fixed: u64,
    /// Devices that do not run what is vulnerable.
    pub not_affected: u64,
    /// Organisations with a device that is open to it.
    pub organisations: u64,
    /// By when to close it, in the words of the BOD 26-04 table.
    pub decision: String,
    /// What a deployer does (SSVC).
    pub ssvc: Option<String>,
    /// The last day for it.
    pub due: Option<Day>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
}

/// A page of open holes, the most urgent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExposurePage {
    /// What the verdicts rest on, and how old it is.
    pub landscape: LandscapeInUse,
    /// Of how many devices it speaks.
    pub coverage: Reporting,
    /// The holes.
    pub items: Vec<ExposureRow>,
    /// What to give as `after` for the next page.
    pub next: Option<String>,
}

/// Which devices: `GET /api/v1/exposures/{cve}/devices`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExposedQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Of none of these and those below them: codes, apart by commas.
    pub not_org: Option<String>,
    /// Those that stand so; exposed unless given.
    pub status: Option<ExposureStatus>,
    /// Only those that run this.
    pub product: Option<String>,
    /// None that runs this.
    pub not_product: Option<String>,
    /// Only of this care class, or `unclassified`.
    pub care_class: Option<String>,
    /// None of this care class, or `unclassified`.
    pub not_care_class: Option<String>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}

/// A device and how it stands towards a vulnerability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExposedDevice {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub device: String,
    /// What it runs.
    pub product: Option<String>,
    /// How its support stands.
    pub support: SupportState,
    /// How it stands.
    pub status: ExposureStatus,
    /// How careful to be with it.
    pub care_class: Option<CareClass>,
    /// When it reported last.
    pub reported: Timestamp,
}

/// How support of a device stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceSupport {
    /// How it stands today.
    pub state: SupportState,
    /// The last day of fixes.
    pub ends: Option<Day>,
    /// The last day of fixes for those who pay.
    pub extended_until: Option<Day>,
    /// The release, for people.
    pub label: String,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
}

/// An update to install.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateToInstall {
    /// Its number.
    pub id: Kb,
    /// Its title; empty when it is not known.
    pub title: String,
    /// The first day on which the catalogue has it.
    pub released: Day,
    /// How many open holes it closes.
    pub closes: u64,
    /// Updates that it replaces.
    pub supersedes: Vec<Kb>,
}

/// One vulnerability on one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceExposure {
    /// Its number.
    pub cve: CveId,
    /// The answer.
    pub status: ExposureStatus,
    /// Whether it is in the catalogue of known exploited vulnerabilities.
    pub kev: bool,
    /// By when to close it; none when it is closed.
    pub decision: Option<String>,
    /// What a deployer does (SSVC).
    pub ssvc: Option<String>,
    /// The last day for it.
    pub due: Option<Day>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// What the answer and the rank rest on.
    pub reasons: Vec<String>,
    /// The exception under which it stays open for now.
    pub exception: Option<Exception>,
}

/// A report that a device sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSeen {
    /// Of which kind.
    pub kind: ReportKind,
    /// When it was received.
    pub received: Timestamp,
    /// The day on which it was made, when it says so.
    pub taken: Option<Day>,
}

/// Which of a device's holes: `GET /api/v1/devices/{org}/{name}/exposures`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceExposureQuery {
    /// Only this vulnerability.
    pub cve: Option<CveId>,
    /// Closed ones too.
    pub all: Option<bool>,
}

/// A source package of Linux to bring up to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageToUpdate {
    /// The source package; the package itself where the list does not tell its source.
    pub source: String,
    /// Installed packages that are built from it.
    pub packages: Vec<String>,
    /// The installed version.
    pub installed: String,
    /// The version that closes all that can be closed.
    pub fixed: String,
    /// How many open holes it closes.
    pub closes: u64,
    /// Whether the administrator holds it back.
    pub held: bool,
}

/// Everything that is to be said of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceReport {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub device: String,
    /// What it runs; none when that could not be told.
    pub product: Option<String>,
    /// Its build.
    pub build: Option<Build>,
    /// Processor family.
    pub architecture: Option<Architecture>,
    /// Which evidence told the product, one sentence each.
    pub evidence: Vec<String>,
    /// How its support stands.
    pub support: DeviceSupport,
    /// The release from which `blockers` keep it; none when nothing is known to.
    #[serde(default)]
    pub moves_to: Option<String>,
    /// What keeps it from that release, as far as its reports tell.
    #[serde(default)]
    pub blockers: Vec<String>,
    /// Installed updates.
    pub installed: Vec<Kb>,
    /// Updates to install, those that close most first.
    pub missing_updates: Vec<UpdateToInstall>,
    /// Packages of Linux to bring up to date, those that close most first.
    #[serde(default)]
    pub outdated_packages: Vec<PackageToUpdate>,
    /// How many holes stand how, by the words of statuses.
    pub counts: StatusCounts,
    /// Its holes, the most urgent first; those that were asked for.
    pub exposures: Vec<DeviceExposure>,
    /// What could not be read or is doubtful, one sentence each.
    pub doubts: Vec<String>,
    /// The reports that it rests on, the newest first.
    pub reports: Vec<ReportSeen>,
    /// A protection plan on one page, when it gets no fixes any more.
    pub plan: Option<String>,
    /// What was decided of it.
    pub decided: Option<Decided>,
    /// What the verdicts rest on.
    pub landscape: LandscapeInUse,
}

/// How many holes of a device stand how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StatusCounts {
    /// Open.
    pub exposed: u64,
    /// Open with the way in closed.
    pub mitigated: u64,
    /// Not known.
    pub unknown: u64,
    /// Fixed.
    pub fixed: u64,
    /// Not there.
    pub not_affected: u64,
    /// Found when the vendor did not look at this product: not known either.
    pub not_looked_at: u64,
}
