//! Devices that trackers and advisories speak of count in a survey as each would be told by itself.
#![allow(clippy::unwrap_used)]

mod sample;

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use wardwatch_estate::lifecycle::Support;
use wardwatch_exposure::fleet::{Fleet, State, Tally};
use wardwatch_exposure::package::Release;
use wardwatch_exposure::rank::{Attacks, HumanImpact, Surroundings, Tables};
use wardwatch_exposure::survey::{Alike, Devices, Stands, survey};
use wardwatch_exposure::{Catalogue, Subject, absent, assess};
use wardwatch_model::inventory::{Package, PackageState, ReportKind, Software};
use wardwatch_model::landscape::{
    MedicalAdvisory, MedicalProduct, MedicalStatus, PackageFix, PackageStatus, Vulnerability,
};
use wardwatch_model::{CveId, Day, ExposureStatus, Inventory};

const LINES: &str = "
Windows 7 for x64-based Systems Service Pack 1 | CVE-2017-0144 | 4012212 | | 2017-03-14 | security_only |
";
const SEVEN: &str = "Windows 7 for x64-based Systems Service Pack 1";

fn cve(number: u32) -> CveId {
    CveId { year: 2999, number }
}

/// Holes 1 to 3 in packages of two releases, 3 and 4 in pumps.
fn landscape() -> Catalogue {
    let mut landscape = sample::catalogue(LINES).landscape().clone();
    landscape.vulnerabilities.extend((1..=4).map(|number| Vulnerability::new(cve(number))));
    let row = |release: &str, source: &str, number, status| PackageFix {
        distribution: "debian".to_owned(),
        release: release.to_owned(),
        source: source.to_owned(),
        cve: cve(number),
        introduced: None,
        status,
        urgency: String::new(),
    };
    let fixed = |version: &str| PackageStatus::FixedIn(version.to_owned());
    landscape.packages = vec![
        row("bookworm", "lamp", 1, fixed("2")),
        row("bookworm", "fan", 1, fixed("3")),
        row("bookworm", "fan", 2, PackageStatus::Open),
        row("trixie", "lamp", 3, PackageStatus::Undetermined),
        row("trixie", "kite", 2, PackageStatus::NotAffected),
    ];
    let product = |versions: &str, number, status| MedicalProduct {
        vendor: "ZZ Pumps".to_owned(),
        name: "Drip".to_owned(),
        versions: versions.to_owned(),
        statuses: vec![(cve(number), status)],
    };
    landscape.medical = vec![MedicalAdvisory {
        id: "ZZ-1".to_owned(),
        title: "Drips".to_owned(),
        updated: None,
        products: vec![
            product("<= 4.2", 3, MedicalStatus::Affected),
            product("5.0", 4, MedicalStatus::Fixed),
        ],
        remedies: Vec::new(),
    }];
    Catalogue::new(Arc::new(landscape))
}

fn subject(product: Option<&str>, release: Option<Release>) -> Subject {
    Subject {
        product: product.map(str::to_owned),
        name: product.map(str::to_owned),
        architecture: None,
        service_pack: None,
        build: None,
        evidence: Vec::new(),
        support: Support::unknown("a test"),
        release,
    }
}

fn package(source: &str, version: &str, named: bool) -> Package {
    Package {
        name: if named { format!("lib{source}") } else { source.to_owned() },
        version: version.to_owned(),
        source: source.to_owned(),
        source_version: version.to_owned(),
        architecture: "amd64".to_owned(),
        state: PackageState::Installed,
        held: false,
    }
}

/// A host of any of the kinds that a sector has.
fn host() -> impl Strategy<Value = (Subject, Inventory)> {
    let windows = (any::<bool>(), any::<bool>()).prop_map(|(known, fixed)| {
        let inventory = sample::inventory(if fixed { &[4012212] } else { &[] });
        (subject(known.then_some(SEVEN), None), inventory)
    });
    let packages = prop::collection::vec((select(vec!["lamp", "fan", "kite"]), "[1-4]"), 0..4);
    let linux = (select(vec!["12", "13", "11"]), packages, any::<bool>()).prop_map(
        |(release, packages, named)| {
            let mut inventory = Inventory::new(ReportKind::DpkgStatus);
            let package = |(source, version): &(&str, String)| package(source, version, named);
            inventory.packages = packages.iter().map(package).collect();
            (subject(None, Release::of("debian", release)), inventory)
        },
    );
    let pump = (select(vec!["ZZ Pumps", "ZZ Beds"]), select(vec!["4.1", "5.0", "9.9"])).prop_map(
        |(vendor, version)| {
            let mut inventory = Inventory::new(ReportKind::Table);
            inventory.software.push(Software {
                vendor: Some(vendor.to_owned()),
                name: "Drip".to_owned(),
                version: Some(version.to_owned()),
            });
            (subject(None, None), inventory)
        },
    );
    prop_oneof![windows, linux, pump]
}

/// How a host stands towards a vulnerability, by its own assessment.
fn alone(catalogue: &Catalogue, host: &(Subject, Inventory), cve: CveId) -> ExposureStatus {
    let (tables, today) = (Tables::new(catalogue.landscape()), Day(20_700));
    let (subject, inventory) = host;
    let around = Surroundings::default();
    let told = assess(catalogue, &tables, subject, inventory, &around, today);
    let found = told.exposures.iter().find(|exposure| exposure.cve == cve);
    found.map_or_else(
        || absent::of(catalogue, told.product.as_deref(), told.silent.as_ref(), cve).0,
        |exposure| exposure.status,
    )
}

proptest! {
    #[test]
    fn rows_are_the_sums_of_what_each_is_told(hosts in prop::collection::vec(host(), 1..12)) {
        let catalogue = Arc::new(landscape());
        let mut fleet = Fleet::new(Arc::clone(&catalogue));
        let mut devices = Devices::default();
        let mut states = Vec::new();
        for (subject, inventory) in &hosts {
            let state = fleet.enter(State::of(&catalogue, subject, inventory));
            let alike = Alike { org: 0, state, impact: HumanImpact::Medium };
            *devices.entry(alike).or_default() += 1;
            states.push(state);
        }
        let mut stands = Stands::default();
        stands.follow(&fleet);
        let tables = Tables::new(catalogue.landscape());
        let rows = survey(&fleet, &stands, &tables, &devices, &Attacks::default());
        let rows: BTreeMap<CveId, Tally> = rows.iter().map(|row| (row.cve, row.tally)).collect();
        let all = catalogue.landscape().vulnerabilities.iter().map(|one| one.cve);
        for cve in all {
            let mut tally = Tally::default();
            for (host, state) in hosts.iter().zip(&states) {
                let status = alone(&catalogue, host, cve);
                prop_assert_eq!(fleet.status(*state, cve), status, "{}", cve);
                tally.add(status);
            }
            let row = (tally.exposed > 0).then_some(&tally);
            prop_assert_eq!(rows.get(&cve), row, "{}", cve);
        }
    }
}

#[test]
fn a_list_that_names_no_sources_leaves_silence_unknown() {
    let catalogue = landscape();
    let told = |named| {
        let mut inventory = Inventory::new(ReportKind::DpkgStatus);
        inventory.packages.push(package("lamp", "2", named));
        let host = (subject(None, Release::of("debian", "12")), inventory);
        [1, 2, 4].map(|number| alone(&catalogue, &host, cve(number)))
    };
    use ExposureStatus::{Fixed, NotAffected, Unknown};
    assert_eq!(told(true), [Fixed, NotAffected, Unknown]);
    assert_eq!(told(false), [Fixed, Unknown, Unknown]);
}
