//! A landscape from lines of text, for stories: `product | CVE | KB | component | day | track |
//! replaces | fixed build`.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::Arc;

use wardwatch_exposure::{Catalogue, Host, Verdict, decide};
use wardwatch_model::inventory::{InstalledUpdate, Inventory, ReportKind};
use wardwatch_model::landscape::{Bulletin, Fix, Product, Severity, Track, Update, Vulnerability};
use wardwatch_model::{Build, CveId, Day, ExposureStatus, Kb, Landscape};

fn track(word: &str) -> Track {
    match word {
        "cumulative" => Track::Cumulative,
        "security_only" => Track::SecurityOnly,
        "internet_explorer" => Track::InternetExplorer,
        "hotpatch" => Track::Hotpatch,
        "dotnet" => Track::DotNet,
        "standalone" => Track::Standalone,
        other => panic!("no track: {other}"),
    }
}

/// Reads the lines.
pub fn catalogue(lines: &str) -> Catalogue {
    let rows: Vec<Vec<&str>> = lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let mut products: BTreeMap<&str, Vec<&Vec<&str>>> = BTreeMap::new();
    let mut updates: BTreeMap<u32, (&str, &str, Vec<u32>)> = BTreeMap::new();
    let mut cves: BTreeMap<CveId, ()> = BTreeMap::new();
    let mut components: Vec<String> = Vec::new();
    for row in &rows {
        products.entry(row[0]).or_default().push(row);
        cves.insert(row[1].parse().unwrap(), ());
        let replaces: Vec<u32> =
            row[6].split_whitespace().map(|number| number.parse().unwrap()).collect();
        for &older in &replaces {
            updates.entry(older).or_insert(("2000-01-01", "standalone", Vec::new()));
        }
        let entry = updates.entry(row[2].parse().unwrap()).or_insert((row[4], row[5], Vec::new()));
        (entry.0, entry.1) = (row[4], row[5]);
        entry.2.extend(replaces);
        if !components.iter().any(|known| known == row[3]) {
            components.push(row[3].to_owned());
        }
    }
    let place_of: BTreeMap<u32, u32> = updates.keys().copied().zip(0..).collect();
    let cve_places: Vec<CveId> = cves.keys().copied().collect();
    let mut landscape = Landscape {
        components: components.clone(),
        vulnerabilities: cve_places.iter().copied().map(Vulnerability::new).collect(),
        updates: updates
            .iter()
            .map(|(&kb, (day, track_word, replaces))| Update {
                kb: Kb(kb),
                title: String::new(),
                track: track(track_word),
                published: Day::parse(day).unwrap(),
                supersedes: replaces.iter().map(|older| place_of[older]).collect(),
                builds: Vec::new(),
            })
            .collect(),
        bulletins: vec![Bulletin {
            name: "MS17-010".to_owned(),
            vulnerabilities: (143..=148).map(|number| CveId { year: 2017, number }).collect(),
        }],
        ..Landscape::default()
    };
    for number in 143..=148 {
        let cve = CveId { year: 2017, number };
        if !cve_places.contains(&cve) {
            landscape.vulnerabilities.push(Vulnerability::new(cve));
        }
    }
    landscape.vulnerabilities.sort_by_key(|vulnerability| vulnerability.cve);
    for (name, rows) in products {
        let start = landscape.fixes.len() as u32;
        for row in rows {
            let cve: CveId = row[1].parse().unwrap();
            let place = landscape.vulnerabilities.iter().position(|known| known.cve == cve);
            landscape.fixes.push(Fix {
                vulnerability: place.unwrap() as u32,
                update: place_of[&row[2].parse().unwrap()],
                component: components.iter().position(|known| known == row[3]).unwrap() as u16,
                severity: Severity::Critical,
                published: Day::parse(row[4]).unwrap(),
                fixed_build: row.get(7).and_then(|text| Build::parse(text)),
            });
        }
        let fixes = start..landscape.fixes.len() as u32;
        landscape.products.push(Product { name: name.to_owned(), fixes });
    }
    Catalogue::new(Arc::new(landscape))
}

/// An inventory with these updates.
pub fn inventory(updates: &[u32]) -> Inventory {
    let mut inventory = Inventory::new(ReportKind::HotfixList);
    inventory.updates =
        updates.iter().map(|&kb| InstalledUpdate { kb: Kb(kb), installed: None }).collect();
    inventory
}

/// Verdicts of a host.
pub fn verdicts(
    catalogue: &Catalogue,
    product: &str,
    build: Option<&str>,
    inventory: &Inventory,
) -> Vec<Verdict> {
    let place = catalogue.product(product).expect("the sample has the product");
    decide(catalogue, &Host::new(catalogue, place, build.and_then(Build::parse), inventory))
}

/// Status of a CVE with its first reason.
pub fn status(catalogue: &Catalogue, verdicts: &[Verdict], cve: &str) -> (ExposureStatus, String) {
    let place = catalogue.vulnerability_place(cve.parse().unwrap()).expect("the CVE is known");
    let verdict = verdicts.iter().find(|verdict| verdict.vulnerability == place);
    let verdict = verdict.expect("the product has the CVE");
    (verdict.status, verdict.reasons[0].to_string())
}
