//! Devices in a fleet get the verdicts that they would get by themselves.
#![allow(clippy::unwrap_used)]

mod sample;

use std::sync::Arc;

use proptest::prelude::*;
use sample::{catalogue, inventory, status, verdicts};
use wardwatch_exposure::fleet::{Fleet, State, Tally};
use wardwatch_model::{Build, ExposureStatus};

const LINES: &str = "
Microsoft Windows XP Service Pack 3 | CVE-2017-0143 | 4012598 | | 2017-03-14 | standalone | 3177186
Windows 7 for x64-based Systems Service Pack 1 | CVE-2017-0144 | 4012212 | | 2017-03-14 | security_only |
Windows 7 for x64-based Systems Service Pack 1 | CVE-2017-0144 | 4012215 | | 2017-03-14 | cumulative | 3212646
Windows 7 for x64-based Systems Service Pack 1 | CVE-2019-0708 | 4499164 | | 2019-05-14 | cumulative | 4493472
Windows 10 Version 22H2 for x64-based Systems | CVE-2023-2000 | 5032000 | | 2023-11-14 | cumulative | 5031000 | 10.0.19045.3693
";
const PRODUCTS: [&str; 3] = [
    "Microsoft Windows XP Service Pack 3",
    "Windows 7 for x64-based Systems Service Pack 1",
    "Windows 10 Version 22H2 for x64-based Systems",
];

#[test]
fn every_device_is_counted_once_in_its_organisation() {
    let catalogue = Arc::new(catalogue(LINES));
    let mut fleet = Fleet::new(Arc::clone(&catalogue));
    let mut state = |product: Option<&str>, updates: &[u32]| {
        fleet.enter(State::new(&catalogue, product, None, &inventory(updates)))
    };
    let open = state(Some(PRODUCTS[1]), &[]);
    let closed = state(Some(PRODUCTS[1]), &[4499164]);
    let same = state(Some(PRODUCTS[1]), &[4499164, 999_999]);
    let nameless = state(None, &[4499164]);
    assert_eq!(closed, same);
    let devices = [(0, open), (0, closed), (1, closed), (1, nameless), (1, same)];
    let tallies = fleet.tally("CVE-2017-0144".parse().unwrap(), 2, devices.into_iter());
    assert_eq!(tallies[0], Tally { exposed: 1, fixed: 1, ..Tally::default() });
    assert_eq!(tallies[1], Tally { fixed: 2, unknown: 1, ..Tally::default() });
    let unheard = fleet.tally("CVE-1999-0001".parse().unwrap(), 2, devices.into_iter());
    assert_eq!(unheard[1], Tally { unknown: 3, ..Tally::default() });
}

proptest! {
    #[test]
    fn a_fleet_says_what_the_plain_decision_says(
        product in 0usize..3,
        updates in proptest::sample::subsequence(
            vec![3177186, 3212646, 4012212, 4012215, 4012598, 4493472, 4499164, 5031000, 5032000, 1], 0..10),
        revision in proptest::option::of(3000u32..4000),
    ) {
        let catalogue = Arc::new(catalogue(LINES));
        let inventory = inventory(&updates);
        let build = revision.map(|revision| Build([10, 0, 19045, revision]));
        let mut fleet = Fleet::new(Arc::clone(&catalogue));
        let id = fleet.enter(State::new(&catalogue, Some(PRODUCTS[product]), build, &inventory));
        let plain = verdicts(&catalogue, PRODUCTS[product], build.map(|b| b.to_string()).as_deref(), &inventory);
        for cve in ["CVE-2017-0143", "CVE-2017-0144", "CVE-2019-0708", "CVE-2023-2000"] {
            let place = catalogue.vulnerability_place(cve.parse().unwrap()).unwrap();
            let found = fleet.status(id, cve.parse().unwrap());
            if plain.iter().any(|verdict| verdict.vulnerability == place) {
                prop_assert_eq!(found, status(&catalogue, &plain, cve).0);
            } else {
                prop_assert!(matches!(found, ExposureStatus::NotAffected | ExposureStatus::Unknown));
            }
        }
    }
}
