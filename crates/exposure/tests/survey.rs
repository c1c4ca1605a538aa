//! A survey of a sector adds up to what each device would be told by itself.
#![allow(clippy::unwrap_used)]

mod sample;

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use sample::{catalogue, inventory};
use wardwatch_exposure::Catalogue;
use wardwatch_exposure::fleet::{Fleet, State, StateId};
use wardwatch_exposure::rank::{Attack, Attacks, HumanImpact, Tables};
use wardwatch_exposure::survey::{Alike, Devices, Stands, figures, survey};
use wardwatch_model::{CveId, Day, ExposureStatus};

const LINES: &str = "
Microsoft Windows XP Service Pack 3 | CVE-2017-0143 | 4012598 | | 2017-03-14 | standalone | 3177186
Windows 7 for x64-based Systems Service Pack 1 | CVE-2017-0144 | 4012212 | | 2017-03-14 | security_only |
Windows 7 for x64-based Systems Service Pack 1 | CVE-2017-0144 | 4012215 | | 2017-03-14 | cumulative | 3212646
Windows 7 for x64-based Systems Service Pack 1 | CVE-2019-0708 | 4499164 | | 2019-05-14 | cumulative | 4493472
";
const PRODUCTS: [Option<&str>; 3] = [
    Some("Microsoft Windows XP Service Pack 3"),
    Some("Windows 7 for x64-based Systems Service Pack 1"),
    None,
];

struct Sector {
    fleet: Fleet,
    stands: Stands,
    tables: Tables,
    devices: Vec<(u32, StateId, HumanImpact)>,
}

impl Sector {
    fn of(devices: &[(u32, usize, Vec<u32>, usize)]) -> Self {
        let catalogue: Arc<Catalogue> = Arc::new(catalogue(LINES));
        let mut fleet = Fleet::new(Arc::clone(&catalogue));
        let devices = devices
            .iter()
            .map(|(org, product, updates, impact)| {
                let state = State::new(&catalogue, PRODUCTS[*product], None, &inventory(updates));
                (*org, fleet.enter(state), HumanImpact::ALL[*impact])
            })
            .collect();
        let mut stands = Stands::default();
        stands.follow(&fleet);
        let tables = Tables::new(catalogue.landscape());
        Sector { fleet, stands, tables, devices }
    }

    fn counted(&self) -> Devices {
        let mut counted = Devices::default();
        for &(org, state, impact) in &self.devices {
            *counted.entry(Alike { org, state, impact }).or_default() += 1;
        }
        counted
    }
}

fn cve(text: &str) -> CveId {
    text.parse().unwrap()
}

#[test]
fn an_attack_lifts_its_vulnerability_over_all_others() {
    let sector = Sector::of(&[(0, 1, vec![], 0), (1, 1, vec![], 2), (1, 2, vec![], 0)]);
    let ask = |attacks: &Attacks| {
        survey(&sector.fleet, &sector.stands, &sector.tables, &sector.counted(), attacks)
    };
    let calm = ask(&Attacks::default());
    let attack = Attack {
        name: "worm".to_owned(),
        organisations: 2,
        since: Day::parse("2017-05-12").unwrap(),
    };
    let attacked = cve("CVE-2019-0708");
    let lifted = ask(&Arc::new(BTreeMap::from([(attacked, attack)])));
    assert_eq!(lifted[0].cve, attacked);
    assert!(lifted[0].rank.order < calm.iter().find(|row| row.cve == attacked).unwrap().rank.order);
    assert!(
        lifted[0].rank.grounds.sentences()[0].contains("attacked now: worm in 2 organisations")
    );
    assert_eq!((lifted[0].organisations, lifted[0].tally.unknown), (2, 1));
    assert_eq!(lifted[0].impact, HumanImpact::ALL[2], "the device that people need most");
}

#[test]
fn each_device_counts_once_in_an_alert_by_its_worst_answer() {
    let sector = Sector::of(&[
        (0, 1, vec![4012212], 0),
        (0, 1, vec![4012212, 4499164], 0),
        (0, 0, vec![4012598], 0),
        (1, 2, vec![], 0),
    ]);
    let both = [cve("CVE-2017-0144"), cve("CVE-2019-0708")];
    let figures = figures(&sector.fleet, &sector.counted(), &both);
    let first = figures[&0];
    assert_eq!((first.affected, first.fixed), (1, 1), "{first:?}");
    assert_eq!(first.affected + first.fixed + first.unknown + first.not_affected, 3);
    assert_eq!(figures[&1].unknown, 1, "what it runs is not known");
}

proptest! {
    #[test]
    fn rows_add_up_to_the_devices(
        devices in proptest::collection::vec(
            (
                0u32..4,
                0usize..3,
                proptest::sample::subsequence(
                    vec![3177186, 3212646, 4012212, 4012215, 4012598, 4493472, 4499164], 0..7),
                0usize..4,
            ),
            1..30,
        ),
    ) {
        let sector = Sector::of(&devices);
        let attacks = Attacks::default();
        let counted = sector.counted();
        let rows = survey(&sector.fleet, &sector.stands, &sector.tables, &counted, &attacks);
        for name in ["CVE-2017-0143", "CVE-2017-0144", "CVE-2019-0708"] {
            let each = sector.devices.iter().map(|&(org, state, _)| (org, state));
            let tallies = sector.fleet.tally(cve(name), 4, each);
            let exposed: u64 = tallies.iter().map(|tally| tally.exposed).sum();
            let row = rows.iter().find(|row| row.cve == cve(name));
            prop_assert_eq!(row.is_some(), exposed > 0);
            let Some(row) = row else { continue };
            let all = |part: fn(&wardwatch_exposure::fleet::Tally) -> u64| {
                tallies.iter().map(part).sum::<u64>()
            };
            prop_assert_eq!(row.tally.exposed, exposed);
            prop_assert_eq!(row.tally.fixed, all(|tally| tally.fixed));
            prop_assert_eq!(row.tally.unknown, all(|tally| tally.unknown));
            prop_assert_eq!(row.tally.not_affected, all(|tally| tally.not_affected));
            prop_assert_eq!(row.tally.devices(), devices.len() as u64);
            let open = tallies.iter().filter(|tally| tally.exposed > 0).count() as u64;
            prop_assert_eq!(row.organisations, open);
            prop_assert_eq!(
                sector.fleet.status(sector.devices[0].1, cve(name)) == ExposureStatus::Exposed,
                sector.stands.of(sector.devices[0].1).iter().any(|stand| {
                    stand.vulnerability == row.vulnerability
                        && stand.status == ExposureStatus::Exposed
                })
            );
        }
    }
}
