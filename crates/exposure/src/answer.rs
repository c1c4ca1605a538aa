//! The answer for one host, as it is shown and kept.
//!
//! In: what was decided. Out: one value with updates and packages to install, vulnerabilities and
//! counts. Never: a decision.

use serde::Serialize;
use wardwatch_estate::lifecycle::Support;
use wardwatch_estate::wave::Blocker;
use wardwatch_model::inventory::Architecture;
use wardwatch_model::landscape::{Severity, Track};
use wardwatch_model::{Build, CveId, Day, ExposureStatus, Kb};

use crate::package::{Outdated, Release};
use crate::reasons::Reasons;

/// An update to install.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingUpdate {
    /// Its number: `KB4012598`.
    pub id: Kb,
    /// Its title; empty when the catalogue has none.
    pub title: String,
    /// Its line.
    pub track: Track,
    /// The first day on which the catalogue has it.
    pub released: Day,
    /// How many open vulnerabilities it closes.
    pub closes: usize,
    /// Updates for this product that it replaces.
    pub supersedes: Vec<Kb>,
}

/// A vulnerability of the host's product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exposure {
    /// Its number.
    pub cve: CveId,
    /// The answer.
    pub status: ExposureStatus,
    /// How bad the vendor calls it.
    pub severity: Severity,
    /// Whether it is in the catalogue of known exploited vulnerabilities.
    pub kev: bool,
    /// Whether ransomware is known to use it.
    pub ransomware: bool,
    /// By when to close it, in the words of the BOD 26-04 table; none when it is closed.
    pub decision: Option<&'static str>,
    /// What a deployer does (SSVC); none when it is closed or there is no table.
    pub ssvc: Option<&'static str>,
    /// The last day for it; none when it is closed, or waits for the next upgrade.
    pub due: Option<Day>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// What the answer and the rank rest on.
    pub reasons: Reasons,
}

/// How many vulnerabilities stand how. A host that is not known has all of them under `unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Open.
    pub exposed: usize,
    /// Open with the way in closed.
    pub mitigated: usize,
    /// Fixed.
    pub fixed: usize,
    /// Said by the vendor not to be there.
    pub not_affected: usize,
    /// Not known.
    pub unknown: usize,
    /// Vulnerabilities of Windows that the vendor did not look for in this product any more, or not
    /// yet; they are not among the exposures.
    pub not_looked_at: usize,
    /// Open and known to be exploited.
    pub exploited: usize,
    /// Open, and past their day.
    pub overdue: usize,
    /// Updates to install.
    pub missing_updates: usize,
}

/// The answer for one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// The host's name.
    pub host: Option<String>,
    /// What it runs; none when that could not be told.
    pub product: Option<String>,
    /// Its service pack.
    pub service_pack: Option<u8>,
    /// Its processor family.
    pub architecture: Option<Architecture>,
    /// Its build.
    pub build: Option<Build>,
    /// Which evidence told the product.
    pub evidence: Vec<String>,
    /// Installed updates.
    pub installed: Vec<Kb>,
    /// How its support stands.
    pub support: Support,
    /// The release from which `blockers` keep it; none when nothing is known to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moves_to: Option<&'static str>,
    /// What keeps it from that release, as far as its reports tell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blockers: Vec<Blocker>,
    /// Updates to install, those that close most first.
    pub missing_updates: Vec<MissingUpdate>,
    /// Packages of Linux to bring up to date, those that close most first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outdated_packages: Vec<Outdated>,
    /// Vulnerabilities of its product, the most urgent first.
    pub exposures: Vec<Exposure>,
    /// How many stand how.
    pub counts: Counts,
    /// The release whose tracker's silence says that a package is not there.
    #[serde(skip)]
    pub silent: Option<Release>,
    /// What could not be read, is doubtful, or is not in the catalogue.
    pub doubts: Vec<String>,
}
