//! The order of versions and the packages to bring up to date, held to `dpkg` and `apt` where they are.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Arc;

use wardwatch_exposure::Catalogue;
use wardwatch_exposure::package::version::Packager;
use wardwatch_exposure::package::{Release, decide, outdated};
use wardwatch_model::inventory::{Package, PackageState};
use wardwatch_model::landscape::{PackageFix, PackageStatus};
use wardwatch_model::{CveId, Landscape};

/// Pairs that `dpkg` is asked about; each takes some milliseconds.
const PAIRS: usize = 300;

fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).env("LC_ALL", "C").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Package, version, source package and its version of everything that is installed.
fn installed() -> Option<Vec<Package>> {
    let form = "${binary:Package}\t${Version}\t${source:Package}\t${source:Version}\t${db:Status-Status}\n";
    let text = output("dpkg-query", &["-W", "-f", form])?;
    let packages = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [name, version, source, source_version, "installed"] = cells.as_slice() else {
            return None;
        };
        Some(Package {
            name: (*name).to_owned(),
            version: (*version).to_owned(),
            source: (*source).to_owned(),
            source_version: (*source_version).to_owned(),
            architecture: String::new(),
            state: PackageState::Installed,
            held: false,
        })
    });
    Some(packages.collect())
}

fn by_dpkg(one: &str, other: &str) -> Ordering {
    let holds = |word| {
        let args = ["--compare-versions", one, word, other];
        Command::new("dpkg").args(args).status().unwrap().success()
    };
    match () {
        () if holds("lt") => Ordering::Less,
        () if holds("eq") => Ordering::Equal,
        () => Ordering::Greater,
    }
}

#[test]
fn versions_stand_in_the_order_of_dpkg() {
    let Some(packages) = installed() else {
        println!("skipped: no dpkg");
        return;
    };
    let versions: BTreeSet<&str> = packages.iter().map(|one| one.version.as_str()).collect();
    let mut pairs: Vec<(String, String)> = [
        ("1.0-2~bad1", "1.0-2"),
        ("1.0~~", "1.0~"),
        ("1.0a", "1.0+"),
        ("1:0", "2"),
        ("1.0-0", "1.0"),
        ("1.007", "1.7"),
        ("1.0-1-2", "1.0-1-10"),
    ]
    .map(|(one, other)| (one.to_owned(), other.to_owned()))
    .to_vec();
    for (place, version) in versions.iter().enumerate() {
        // Against its neighbour, and against what its next versions are often called.
        let changed = match place % 4 {
            0 => format!("{version}+deb12u1"),
            1 => format!("{version}~deb12u1"),
            2 => version.replacen('1', "10", 1),
            _ => versions.iter().nth(place / 2).unwrap().to_string(),
        };
        pairs.push(((*version).to_owned(), changed));
    }
    for (one, other) in pairs.iter().take(PAIRS) {
        assert_eq!(Packager::Dpkg.compare(one, other), by_dpkg(one, other), "{one} {other}");
    }
}

/// The version that `apt` would install of each package.
fn candidates(packages: &[Package]) -> Option<BTreeMap<String, String>> {
    let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let text = output("apt-cache", &[&["policy"], names.as_slice()].concat())?;
    let mut found = BTreeMap::new();
    let mut name = "";
    for line in text.lines() {
        if let Some(head) = line.strip_suffix(':').filter(|line| !line.starts_with(' ')) {
            name = head;
        } else if let Some(version) = line.trim().strip_prefix("Candidate: ") {
            found.insert(name.to_owned(), version.to_owned());
        }
    }
    Some(found)
}

#[test]
fn what_apt_would_bring_up_to_date_is_what_a_tracker_of_its_candidates_says() {
    let Some(mut packages) = installed() else {
        println!("skipped: no dpkg");
        return;
    };
    let Some(candidates) = candidates(&packages) else {
        println!("skipped: no apt");
        return;
    };
    // A tracker that says of every package: fixed in the candidate. Names stand for sources.
    for package in &mut packages {
        package.source.clone_from(&package.name);
        package.source_version.clone_from(&package.version);
    }
    let row = |(place, (name, version)): (usize, (&String, &String))| PackageFix {
        distribution: "debian".to_owned(),
        release: "bookworm".to_owned(),
        source: name.clone(),
        cve: CveId { year: 2999, number: place as u32 + 1 },
        introduced: None,
        status: PackageStatus::FixedIn(version.clone()),
        urgency: String::new(),
    };
    let packages_of = candidates.iter().enumerate().map(row).collect();
    let landscape = Landscape { packages: packages_of, ..Landscape::default() };
    let catalogue = Catalogue::new(Arc::new(landscape));
    let sources = decide(&catalogue, &Release::of("debian", "12").unwrap(), &packages);
    let ours: BTreeMap<String, String> =
        outdated(Packager::Dpkg, &sources).into_iter().map(|one| (one.source, one.fixed)).collect();
    let apt: BTreeMap<String, String> = packages
        .iter()
        .filter_map(|package| Some((package, candidates.get(&package.name)?)))
        .filter(|(package, candidate)| package.version != **candidate && *candidate != "(none)")
        .map(|(package, candidate)| (package.name.clone(), candidate.clone()))
        .collect();
    println!("{} packages, {} to bring up to date", packages.len(), apt.len());
    assert_eq!(ours, apt);
}
