//! Packages whose truth is known by hand: what trackers say, and what becomes of it.

use wardwatch_model::inventory::{Package, PackageState};
use wardwatch_model::landscape::{PackageFix, PackageStatus};

use super::*;

/// `source | cve | release | status | urgency | introduced`, status being a version, or a word.
fn rows(lines: &str) -> Vec<PackageFix> {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            PackageFix {
                distribution: "debian".to_owned(),
                release: cells[2].to_owned(),
                source: cells[0].to_owned(),
                cve: cells[1].parse().unwrap(),
                introduced: cells
                    .get(5)
                    .filter(|text| !text.is_empty())
                    .map(|&text| text.to_owned()),
                status: match cells[3] {
                    "open" => PackageStatus::Open,
                    "none" => PackageStatus::NotAffected,
                    "undetermined" => PackageStatus::Undetermined,
                    "ignored" => PackageStatus::WontFix("ignored".to_owned()),
                    version => PackageStatus::FixedIn(version.to_owned()),
                },
                urgency: cells.get(4).copied().unwrap_or_default().to_owned(),
            }
        })
        .collect()
}

fn package(name: &str, source: &str, version: &str, state: PackageState) -> Package {
    Package {
        name: name.to_owned(),
        version: version.to_owned(),
        source: source.to_owned(),
        source_version: version.to_owned(),
        architecture: "amd64".to_owned(),
        state,
        held: false,
    }
}

fn told(sources: &[Source]) -> Vec<String> {
    let of = |source: &Source| {
        let name = source.name.clone();
        let line = move |one: &Finding| format!("{} {name} {:?}", one.cve, one.status);
        source.findings.iter().map(line).collect::<Vec<_>>()
    };
    sources.iter().flat_map(of).collect()
}

const TRACKER: &str = "
    lamp | CVE-2999-0001 | bookworm | 1.1-1+deb12u1
    lamp | CVE-2999-0002 | bookworm | 1.0-1
    lamp | CVE-2999-0003 | bookworm | open
    lamp | CVE-2999-0004 | bookworm | open | unimportant
    lamp | CVE-2999-0005 | bookworm | open | end-of-life
    lamp | CVE-2999-0006 | bookworm | undetermined
    lamp | CVE-2999-0007 | bookworm | ignored
    lamp | CVE-2999-0008 | bookworm | none
    lamp | CVE-2999-0009 | trixie | open
    fan | CVE-2999-0001 | bookworm | 2:1.0-2
    fan | CVE-2999-0010 | bookworm | 3.0 | | 2:1.5
    kite | CVE-2999-0011 | bookworm | open
";

fn decided(release: &Release, packages: &[Package]) -> Vec<Source> {
    let rows = rows(TRACKER);
    decide_by(&rows, &Trackers::new(&rows), release, packages)
}

#[test]
fn each_word_of_the_tracker_has_its_answer() {
    let installed = PackageState::Installed;
    let packages = [
        package("liblamp1", "lamp", "1.1-1", installed),
        package("lamp-tools", "lamp", "1.1-1", installed),
        package("fan", "fan", "2:1.0-2", installed),
        package("kite", "kite", "1", PackageState::Removed),
    ];
    let sources = decided(&Release::of("debian", "12").unwrap(), &packages);
    assert_eq!(
        told(&sources),
        [
            "CVE-2999-0001 fan Fixed",
            "CVE-2999-0010 fan NotAffected",
            "CVE-2999-0001 lamp Exposed",
            "CVE-2999-0002 lamp Fixed",
            "CVE-2999-0003 lamp Exposed",
            "CVE-2999-0004 lamp NotAffected",
            "CVE-2999-0005 lamp Exposed",
            "CVE-2999-0006 lamp Unknown",
            "CVE-2999-0007 lamp Exposed",
            "CVE-2999-0008 lamp NotAffected",
        ]
    );
    let outdated = outdated(Packager::Dpkg, &sources);
    let [one] = outdated.as_slice() else { panic!("{outdated:?}") };
    assert_eq!((one.source.as_str(), one.fixed.as_str(), one.closes), ("lamp", "1.1-1+deb12u1", 1));
    assert_eq!(one.packages, ["lamp-tools", "liblamp1"]);
}

#[test]
fn what_is_unpacked_and_not_set_up_is_not_fixed() {
    let packages = [package("lamp", "lamp", "1.2-1", PackageState::Broken)];
    let sources = decided(&Release::of("debian", "bookworm").unwrap(), &packages);
    let fixed = &sources[0].findings[0];
    assert_eq!(fixed.status, ExposureStatus::Exposed);
    assert_eq!(fixed.reason, "lamp 1.2-1 would fix it, and is unpacked but not set up");
}

#[test]
fn of_two_installed_versions_the_lower_counts() {
    let installed = PackageState::Installed;
    let packages = [
        package("liblamp1", "lamp", "1.1-1+deb12u1", installed),
        package("lamp-doc", "lamp", "1.0-9", installed),
    ];
    let sources = decided(&Release::of("debian", "12").unwrap(), &packages);
    assert_eq!(sources[0].version, "1.0-9");
    assert_eq!(sources[0].findings[0].status, ExposureStatus::Exposed);
}

#[test]
fn packages_of_rpm_are_told_by_their_own_names_and_their_sources() {
    let installed = PackageState::Installed;
    let row = |source: &str, number, fixed: &str| PackageFix {
        distribution: "rocky-linux".to_owned(),
        release: "9".to_owned(),
        source: source.to_owned(),
        cve: CveId { year: 2999, number },
        introduced: None,
        status: PackageStatus::FixedIn(fixed.to_owned()),
        urgency: String::new(),
    };
    let rows = [
        row("lamp", 1, "0:1.1-3.el9"),
        row("lamp-libs", 2, "0:1.1-2.el9"),
        row("lamp-libs", 3, "1:0.9-1.el9"),
        row("fan", 4, "0:2-1.el9"),
    ];
    let packages = [
        package("lamp-libs", "lamp", "1.1-2.el9_4", installed),
        package("fan", "fan", "2~rc1-9.el9", installed),
    ];
    let release = Release::of("rocky-linux", "9").unwrap();
    let sources = decide_by(&rows, &Trackers::new(&rows), &release, &packages);
    assert_eq!(
        told(&sources),
        [
            "CVE-2999-0004 fan Exposed",
            "CVE-2999-0001 lamp Exposed",
            "CVE-2999-0002 lamp Fixed",
            "CVE-2999-0003 lamp Exposed",
        ]
    );
    let fixed = |one: &Outdated| format!("{} {}", one.source, one.fixed);
    let outdated: Vec<String> = outdated(Packager::Rpm, &sources).iter().map(fixed).collect();
    assert_eq!(outdated, ["lamp 1:0.9-1.el9", "fan 0:2-1.el9"]);
    assert_eq!(Release::of("haiku", "1"), None);
}
