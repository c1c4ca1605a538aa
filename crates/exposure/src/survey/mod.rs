//! All open holes of many devices at once: which, how many devices, how urgent.
//!
//! In: a fleet, and how many devices of which organisation are in which state. Out: a row for each
//! vulnerability that some device is open to, the most urgent first. Never: a count that differs from
//! what the devices' own verdicts add up to; a device of unknown standing left out of a row.

mod stands;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use wardwatch_model::landscape::Severity;
use wardwatch_model::{AlertFigures, CveId, Day, ExposureStatus};

use crate::absent::{Looked, absent, looked, untold};
use crate::catalogue::Catalogue;
use crate::fleet::{Fleet, Runs, StateId, Tally};
use crate::rank::{Attack, Attacks, HumanImpact, Rank, Surroundings, Tables, rank};

pub use stands::{Stand, Stands};

/// Devices that are alike in all that counts here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alike {
    /// Whose they are, as a number from 0.
    pub org: u32,
    /// The state that they are in.
    pub state: StateId,
    /// What their failure does to people.
    pub impact: HumanImpact,
}

/// Devices, counted by what they are alike in.
pub type Devices = FxHashMap<Alike, u64>;

/// One vulnerability over all devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its place in the landscape.
    pub vulnerability: u32,
    /// Its number.
    pub cve: CveId,
    /// How bad the vendor calls it, at worst.
    pub severity: Severity,
    /// How many devices stand how.
    pub tally: Tally,
    /// In how many organisations some device is open to it.
    pub organisations: u64,
    /// The rank on the open device whose failure would do most to people.
    pub rank: Rank,
    /// What that would be.
    pub impact: HumanImpact,
    /// An attack on it that is seen now.
    pub attack: Option<Attack>,
}

/// What is being added up for one vulnerability.
#[derive(Clone, Default)]
struct Sum {
    tally: Tally,
    organisations: u64,
    last_org: Option<u32>,
    impact: Option<HumanImpact>,
    severity: Option<Severity>,
    published: Option<Day>,
    /// Devices that something was said of, by the place of what they run: others of these are silent.
    told: Vec<(usize, u64)>,
}

/// The rows for these devices. `stands` must be of the same fleet.
pub fn survey(
    fleet: &Fleet,
    stands: &Stands,
    tables: &Tables,
    devices: &Devices,
    attacks: &Attacks,
) -> Vec<Row> {
    let catalogue = fleet.catalogue();
    let mut sums = vec![Sum::default(); catalogue.landscape().vulnerabilities.len()];
    let mut sorted: Vec<(Alike, u64)> =
        devices.iter().map(|(alike, count)| (*alike, *count)).collect();
    sorted.sort_unstable();
    let running = running(fleet, &sorted);
    for &(alike, count) in &sorted {
        let runs = fleet.runs(alike.state);
        let partly = matches!(runs, Runs::Release(_) | Runs::Spoken);
        let partly =
            partly.then(|| running.binary_search_by_key(&runs, |one| one.runs).ok()).flatten();
        for stand in stands.of(alike.state) {
            if let Some(sum) = sums.get_mut(stand.vulnerability as usize) {
                sum.add(stand, alike, count);
                if let Some(place) = partly {
                    sum.tell(place, count);
                }
            }
        }
    }
    let mut rows: Vec<Row> = (0u32..)
        .zip(sums)
        .filter(|(_, sum)| sum.tally.exposed > 0)
        .filter_map(|(place, sum)| row(catalogue, tables, &running, attacks, place, sum))
        .collect();
    rows.sort_by(|a, b| {
        (a.rank.order, b.tally.exposed, b.cve).cmp(&(b.rank.order, a.tally.exposed, a.cve))
    });
    rows
}

impl Sum {
    /// Something was said of so many devices.
    fn tell(&mut self, place: usize, count: u64) {
        match self.told.iter_mut().find(|(known, _)| *known == place) {
            Some((_, told)) => *told += count,
            None => self.told.push((place, count)),
        }
    }

    fn add(&mut self, stand: &Stand, alike: Alike, count: u64) {
        self.tally.add_many(stand.status, count);
        if stand.status != ExposureStatus::Exposed {
            return;
        }
        // Organisations come in their order.
        if self.last_org != Some(alike.org) {
            self.last_org = Some(alike.org);
            self.organisations += 1;
        }
        self.impact = self.impact.max(Some(alike.impact));
        self.severity = self.severity.max(Some(stand.severity));
        self.published = match (self.published, stand.published) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}

/// How many devices run something, and how its vendor looked at it.
struct Running<'f> {
    runs: Runs<'f>,
    looked: Option<Looked>,
    devices: u64,
}

/// How many devices run what, sorted by that.
fn running<'f>(fleet: &'f Fleet, devices: &[(Alike, u64)]) -> Vec<Running<'f>> {
    let mut counted: BTreeMap<Runs<'f>, u64> = BTreeMap::new();
    for (alike, count) in devices {
        *counted.entry(fleet.runs(alike.state)).or_default() += count;
    }
    let looked_at = |runs| match runs {
        Runs::Product(product) => looked(fleet.catalogue(), product),
        _ => None,
    };
    let running = |(runs, devices)| Running { runs, looked: looked_at(runs), devices };
    counted.into_iter().map(running).collect()
}

impl Running<'_> {
    /// How those of these devices stand that nothing was said of; none where each has its answer.
    fn silence(&self, catalogue: &Catalogue, place: u32, cve: CveId) -> Option<ExposureStatus> {
        match self.runs {
            Runs::Unknown => Some(ExposureStatus::Unknown),
            Runs::Product(product) => {
                let holes = catalogue.holes(product);
                let has_row = holes.binary_search_by_key(&place, |hole| hole.vulnerability).is_ok();
                let (first, of_systems) =
                    (catalogue.first_day(place), catalogue.is_of_systems(place));
                (!has_row).then(|| absent(self.looked, first, of_systems))
            }
            Runs::Release(release) => Some(untold(catalogue, Some(release), cve)),
            Runs::Spoken => Some(untold(catalogue, None, cve)),
        }
    }
}

fn row(
    catalogue: &Catalogue,
    tables: &Tables,
    running: &[Running<'_>],
    attacks: &Attacks,
    place: u32,
    sum: Sum,
) -> Option<Row> {
    let vulnerability = catalogue.vulnerability(place)?;
    let mut tally = sum.tally;
    for (at, running) in running.iter().enumerate() {
        if let Some(status) = running.silence(catalogue, place, vulnerability.cve) {
            let told = sum.told.iter().find(|(place, _)| *place == at).map_or(0, |(_, told)| *told);
            tally.add_many(status, running.devices.saturating_sub(told));
        }
    }
    let attack = attacks.get(&vulnerability.cve).cloned();
    let impact = sum.impact.unwrap_or(HumanImpact::Medium);
    let around =
        Surroundings { impact, attacks: Attacks::clone(attacks), ..Surroundings::default() };
    let severity = sum.severity.unwrap_or(Severity::Unknown);
    Some(Row {
        vulnerability: place,
        cve: vulnerability.cve,
        severity,
        tally,
        organisations: sum.organisations,
        rank: rank(tables, vulnerability, severity, &around, sum.published),
        impact,
        attack,
    })
}

/// How the devices of each organisation stand towards several vulnerabilities, each device by the worst
/// of its answers.
pub fn figures(fleet: &Fleet, devices: &Devices, cves: &[CveId]) -> BTreeMap<u32, AlertFigures> {
    let worst = worst(fleet, cves);
    let mut figures: BTreeMap<u32, AlertFigures> = BTreeMap::new();
    for (alike, count) in devices {
        let of = figures.entry(alike.org).or_default();
        *match worst.get(alike.state.0 as usize).copied().unwrap_or(ExposureStatus::Unknown) {
            ExposureStatus::Exposed => &mut of.affected,
            ExposureStatus::Unknown => &mut of.unknown,
            ExposureStatus::Mitigated => &mut of.mitigated,
            ExposureStatus::Fixed => &mut of.fixed,
            ExposureStatus::NotAffected => &mut of.not_affected,
        } += count;
    }
    figures
}

/// The worst answer of each state towards several vulnerabilities; unknown when there are none.
pub fn worst(fleet: &Fleet, cves: &[CveId]) -> Vec<ExposureStatus> {
    let place = |status: &ExposureStatus| ExposureStatus::ALL.iter().position(|one| one == status);
    let mut worst: Vec<Option<ExposureStatus>> = vec![None; fleet.states()];
    for cve in cves {
        for (worst, status) in worst.iter_mut().zip(fleet.statuses(*cve)) {
            if worst.is_none_or(|before| place(&status) < place(&before)) {
                *worst = Some(status);
            }
        }
    }
    worst.into_iter().map(|status| status.unwrap_or(ExposureStatus::Unknown)).collect()
}
