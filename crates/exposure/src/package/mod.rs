//! Whether the packages of a Linux host are open to what its distribution's tracker lists.
//!
//! Trackers of Debian's kind go by source packages, those of RPM's kind by the packages themselves or by
//! their sources. In: rows of trackers, the host's release, its packages. Out: for each source package with a row,
//! and each vulnerability, the answer with its reason; and the version that closes what is open.
//! Never: a package that is only half installed counted as fixed; a removed one counted at all.

mod assess;
mod trackers;
pub mod version;

use std::collections::BTreeMap;

use serde::Serialize;
use wardwatch_model::inventory::{Package, PackageState};
use wardwatch_model::landscape::{PackageFix, PackageStatus};
use wardwatch_model::{CveId, ExposureStatus};

use crate::catalogue::Catalogue;
pub(crate) use assess::{by_vulnerability, fill};
pub use trackers::Trackers;
use version::Packager;

/// Releases of Debian by number and name: its own tracker uses names, OSV numbers.
const DEBIAN: [(&str, &str); 9] = [
    ("7", "wheezy"),
    ("8", "jessie"),
    ("9", "stretch"),
    ("10", "buster"),
    ("11", "bullseye"),
    ("12", "bookworm"),
    ("13", "trixie"),
    ("14", "forky"),
    ("15", "duke"),
];

/// The release of a distribution that a host runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Release {
    /// The distribution's id: `debian`.
    pub distribution: String,
    /// What trackers call the release: `bookworm`, `12`.
    pub names: Vec<String>,
    /// Whose packages it has.
    pub packager: Packager,
}

/// Distributions whose trackers are understood, and whose packages they have.
const DISTRIBUTIONS: [(&str, Packager); 5] = [
    ("debian", Packager::Dpkg),
    ("ubuntu", Packager::Dpkg),
    ("rhel", Packager::Rpm),
    ("rocky-linux", Packager::Rpm),
    ("almalinux", Packager::Rpm),
];

impl Release {
    /// A release by the distribution's id and the number or name of the release; none of a distribution
    /// whose trackers are not understood.
    pub fn of(distribution: &str, release: &str) -> Option<Self> {
        let (_, packager) = *DISTRIBUTIONS.iter().find(|(known, _)| *known == distribution)?;
        let mut names = vec![release.to_lowercase()];
        if distribution == "debian" {
            let known = DEBIAN.iter().find(|(number, name)| release == *number || release == *name);
            names = known
                .map_or(names, |(number, name)| vec![(*name).to_owned(), (*number).to_owned()]);
        }
        Some(Release { distribution: distribution.to_owned(), names, packager })
    }
}

/// The answer for one vulnerability in a source package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The vulnerability.
    pub cve: CveId,
    /// The answer.
    pub status: ExposureStatus,
    /// The version that fixes it, where there is one.
    pub fixed: Option<String>,
    /// What the answer rests on.
    pub reason: String,
}

/// A source package with its findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Its installed version; of several the lowest.
    pub version: String,
    /// Installed packages built from it, sorted.
    pub packages: Vec<String>,
    /// Whether one of them is held back from updates.
    pub held: bool,
    /// Whether one of them is unpacked and not set up.
    pub broken: bool,
    /// The answers, by vulnerability.
    pub findings: Vec<Finding>,
}

/// A source package to bring up to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outdated {
    /// The source package.
    pub source: String,
    /// Installed packages built from it.
    pub packages: Vec<String>,
    /// The installed version.
    pub installed: String,
    /// The version that closes all that can be closed.
    pub fixed: String,
    /// How many open vulnerabilities it closes.
    pub closes: usize,
    /// Whether the administrator holds it back.
    pub held: bool,
}

/// Answers for a host's packages, by source package.
pub fn decide(catalogue: &Catalogue, release: &Release, packages: &[Package]) -> Vec<Source> {
    decide_by(&catalogue.landscape().packages, catalogue.trackers(), release, packages)
}

fn decide_by(
    rows: &[PackageFix],
    trackers: &Trackers,
    release: &Release,
    packages: &[Package],
) -> Vec<Source> {
    let mut sources = sources(packages, release.packager);
    for source in &mut sources {
        let mut names = vec![source.name.as_str()];
        if release.packager == Packager::Rpm {
            names.extend(source.packages.iter().map(String::as_str));
        }
        let said = trackers.rows(rows, release, &names);
        source.findings = findings(source, release.packager, &said);
    }
    sources.retain(|source| !source.findings.is_empty());
    sources
}

/// What to bring up to date, that which closes most first.
pub fn outdated(packager: Packager, sources: &[Source]) -> Vec<Outdated> {
    let mut found: Vec<Outdated> = sources
        .iter()
        .filter_map(|source| {
            let open = || {
                let exposed = |one: &&Finding| one.status == ExposureStatus::Exposed;
                source.findings.iter().filter(exposed).filter_map(|one| one.fixed.as_deref())
            };
            let fixed = open().max_by(|one, other| packager.compare(one, other))?;
            Some(Outdated {
                source: source.name.clone(),
                packages: source.packages.clone(),
                installed: source.version.clone(),
                fixed: fixed.to_owned(),
                closes: open().count(),
                held: source.held,
            })
        })
        .collect();
    found.sort_by(|a, b| (b.closes, &a.source).cmp(&(a.closes, &b.source)));
    found
}

fn sources(packages: &[Package], packager: Packager) -> Vec<Source> {
    let mut found: BTreeMap<&str, Source> = BTreeMap::new();
    for package in packages.iter().filter(|package| package.state != PackageState::Removed) {
        let source = found.entry(&package.source).or_insert_with(|| Source {
            name: package.source.clone(),
            version: package.source_version.clone(),
            packages: Vec::new(),
            held: false,
            broken: false,
            findings: Vec::new(),
        });
        if packager.compare(&package.source_version, &source.version).is_lt() {
            source.version.clone_from(&package.source_version);
        }
        source.packages.push(package.name.clone());
        source.held |= package.held;
        source.broken |= package.state == PackageState::Broken;
    }
    let mut found: Vec<Source> = found.into_values().collect();
    for source in &mut found {
        source.packages.sort_unstable();
        source.packages.dedup();
    }
    found
}

fn findings(source: &Source, packager: Packager, rows: &[&PackageFix]) -> Vec<Finding> {
    let mut found: BTreeMap<CveId, Finding> = BTreeMap::new();
    for row in rows {
        let new = finding(source, packager, row);
        // Of several ranges or trackers the worst word counts.
        let known = found.entry(row.cve).or_insert_with(|| new.clone());
        if gravity(new.status) > gravity(known.status) {
            *known = new;
        }
    }
    found.into_values().collect()
}

pub(crate) fn gravity(status: ExposureStatus) -> u8 {
    match status {
        ExposureStatus::NotAffected => 0,
        ExposureStatus::Fixed => 1,
        ExposureStatus::Mitigated => 2,
        ExposureStatus::Unknown => 3,
        ExposureStatus::Exposed => 4,
    }
}

fn finding(source: &Source, packager: Packager, row: &PackageFix) -> Finding {
    use ExposureStatus::{Exposed, Fixed, NotAffected, Unknown};
    let (name, have) = (&source.name, &source.version);
    let before = |limit: &str| packager.compare(have, limit).is_lt();
    let told = |status, reason: String| Finding { cve: row.cve, status, fixed: None, reason };
    if let Some(introduced) = row.introduced.as_deref().filter(|introduced| before(introduced)) {
        return told(
            NotAffected,
            format!("{name} {have} is older than {introduced}, which brought it"),
        );
    }
    match &row.status {
        PackageStatus::FixedIn(fixed) => {
            let (status, reason) = match () {
                () if before(fixed) => {
                    (Exposed, format!("{name} {have} is older than {fixed}, which fixes it"))
                }
                () if source.broken => {
                    (Exposed, format!("{name} {have} would fix it, and is unpacked but not set up"))
                }
                () => (Fixed, format!("{name} {have} is not older than {fixed}, which fixes it")),
            };
            Finding { fixed: Some(fixed.clone()), ..told(status, reason) }
        }
        PackageStatus::Open | PackageStatus::WontFix(_) if row.urgency == "unimportant" => told(
            NotAffected,
            format!(
                "the tracker calls it unimportant in {name}: the built packages are not open to it"
            ),
        ),
        PackageStatus::Open if row.urgency == "end-of-life" => told(
            Exposed,
            format!("{name} {have} has it, and gets no fixes in this release any more"),
        ),
        PackageStatus::Open => {
            told(Exposed, format!("{name} {have} has it, and there is no fix yet"))
        }
        PackageStatus::WontFix(why) => told(
            Exposed,
            format!("{name} {have} has it, and the distribution will not fix it ({why})"),
        ),
        PackageStatus::NotAffected => {
            told(NotAffected, format!("the tracker says that {name} has it not"))
        }
        PackageStatus::Undetermined => {
            told(Unknown, format!("the tracker has not looked whether {name} has it"))
        }
    }
}

#[cfg(test)]
mod tests;
