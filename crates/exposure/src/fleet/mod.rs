//! Verdicts for very many devices: those in the same state share one.
//!
//! In: for each device its product, build, updates and settings. Out: the state it is in, and for any
//! vulnerability how many devices of each organisation stand how. Never: a verdict that differs from
//! the one that the device would get by itself.
//!
//! A sector has a million devices but some ten thousand states: a state is a product with the set of
//! updates that the catalogue knows, the build, what closes ways in, and a pending restart.

mod state;
mod tally;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use wardwatch_model::{CveId, ExposureStatus};

use crate::absent::{Looked, absent, looked};
use crate::catalogue::Catalogue;
use crate::decide::{decide, decide_one};
use crate::verdict::Verdict;

pub use state::{State, StateId};
pub use tally::Tally;

/// The states of a sector's devices.
#[derive(Debug)]
pub struct Fleet {
    catalogue: Arc<Catalogue>,
    states: Vec<State>,
    places: FxHashMap<State, u32>,
    looked: FxHashMap<u32, Option<Looked>>,
}

impl Fleet {
    /// A fleet without devices.
    pub fn new(catalogue: Arc<Catalogue>) -> Self {
        Fleet {
            catalogue,
            states: Vec::new(),
            places: FxHashMap::default(),
            looked: FxHashMap::default(),
        }
    }

    /// The catalogue that it is held against.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// The place of a state, new or known.
    pub fn enter(&mut self, state: State) -> StateId {
        if let Some(&place) = self.places.get(&state) {
            return StateId(place);
        }
        let place = self.states.len() as u32;
        if let Some(product) = state.product() {
            let catalogue = &self.catalogue;
            self.looked.entry(product).or_insert_with(|| looked(catalogue, product));
        }
        self.places.insert(state.clone(), place);
        self.states.push(state);
        StateId(place)
    }

    /// How many states there are.
    pub fn states(&self) -> usize {
        self.states.len()
    }

    /// The product that a state runs, by its place; none when that is not known.
    pub fn product(&self, state: StateId) -> Option<u32> {
        self.states.get(state.0 as usize).and_then(State::product)
    }

    /// The verdicts of a state for all holes of its product; none when that is not known.
    pub fn verdicts(&self, state: StateId) -> Vec<Verdict> {
        match self.states.get(state.0 as usize).filter(|state| state.product().is_some()) {
            Some(state) => {
                state.with_host(&self.catalogue, |host| decide(&self.catalogue, host))
            }
            None => Vec::new(),
        }
    }

    /// How a state stands towards a vulnerability.
    pub fn status(&self, state: StateId, cve: CveId) -> ExposureStatus {
        let mut statuses = self.statuses(cve);
        statuses.nth(state.0 as usize).unwrap_or(ExposureStatus::Unknown)
    }

    /// How each state stands towards a vulnerability, in the order of states.
    pub fn statuses(&self, cve: CveId) -> impl Iterator<Item = ExposureStatus> {
        let place = self.catalogue.vulnerability_place(cve);
        let published = place.and_then(|place| self.catalogue.first_day(place));
        let of_systems = place.is_some_and(|place| self.catalogue.is_of_systems(place));
        self.states.iter().map(move |state| {
            let (Some(place), Some(product)) = (place, state.product()) else {
                return ExposureStatus::Unknown;
            };
            let holes = self.catalogue.holes(product);
            match holes.binary_search_by_key(&place, |hole| hole.vulnerability) {
                Ok(at) => state.with_host(&self.catalogue, |host| {
                    decide_one(&self.catalogue, host, &holes[at]).status
                }),
                Err(_) => {
                    let looked = self.looked.get(&product).copied().flatten();
                    absent(looked, published, of_systems)
                }
            }
        })
    }

    /// Counts devices, each given as its group (such as its organisation, from 0) and its state, by
    /// how they stand towards a vulnerability. Groups from `groups` on are left out.
    pub fn tally(
        &self,
        cve: CveId,
        groups: usize,
        devices: impl Iterator<Item = (u32, StateId)>,
    ) -> Vec<Tally> {
        let statuses: Vec<ExposureStatus> = self.statuses(cve).collect();
        let mut tallies = vec![Tally::default(); groups];
        for (group, state) in devices {
            let status = statuses.get(state.0 as usize).copied();
            if let Some(tally) = tallies.get_mut(group as usize) {
                tally.add(status.unwrap_or(ExposureStatus::Unknown));
            }
        }
        tallies
    }
}
