//! How each state of a fleet stands towards the holes of its product, worked out once.
//!
//! In: a fleet that grows. Out: for each of its states a list. Never: a state worked out twice.

use wardwatch_model::landscape::Severity;
use wardwatch_model::{Day, ExposureStatus};

use crate::fleet::{Fleet, Runs, StateId};

/// How a state stands towards one vulnerability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// The vulnerability's place.
    pub vulnerability: u32,
    /// The answer.
    pub status: ExposureStatus,
    /// How bad the vendor calls it for this product.
    pub severity: Severity,
    /// When it was first published for this product.
    pub published: Option<Day>,
}

/// The answers of a fleet's states.
#[derive(Debug, Default)]
pub struct Stands {
    of: Vec<Box<[Stand]>>,
}

impl Stands {
    /// Works out what is new in the fleet.
    pub fn follow(&mut self, fleet: &Fleet) {
        let known = self.of.len() as u32;
        let new = (known..fleet.states() as u32).map(StateId);
        self.of.extend(new.map(|state| stands(fleet, state)));
    }

    /// The answers of a state, in the order of vulnerabilities; none of one that was not followed.
    pub fn of(&self, state: StateId) -> &[Stand] {
        self.of.get(state.0 as usize).map_or(&[], |list| list)
    }
}

fn stands(fleet: &Fleet, state: StateId) -> Box<[Stand]> {
    match fleet.runs(state) {
        Runs::Unknown => Box::default(),
        Runs::Product(product) => patched(fleet, state, product),
        Runs::Release(_) | Runs::Spoken => told(fleet, state),
    }
}

fn patched(fleet: &Fleet, state: StateId, product: u32) -> Box<[Stand]> {
    let catalogue = fleet.catalogue();
    let holes = catalogue.holes(product);
    let verdicts = fleet.verdicts(state);
    verdicts
        .iter()
        .zip(holes)
        .map(|(verdict, hole)| {
            let rows = catalogue.rows(hole);
            Stand {
                vulnerability: verdict.vulnerability,
                status: verdict.status,
                severity: rows.iter().map(|row| row.severity).max().unwrap_or(Severity::Unknown),
                published: rows.iter().map(|row| row.published).min(),
            }
        })
        .collect()
}

fn told(fleet: &Fleet, state: StateId) -> Box<[Stand]> {
    let stand = |&(vulnerability, status): &(u32, ExposureStatus)| Stand {
        vulnerability,
        status,
        // Neither trackers nor advisories are asked how bad they call it.
        severity: Severity::Unknown,
        published: fleet.catalogue().first_day(vulnerability),
    };
    fleet.told(state).iter().map(stand).collect()
}
