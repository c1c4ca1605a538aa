//! Verdicts for very many devices: those in the same state share one.
//!
//! In: for each device its product, build, updates and settings. Out: the state it is in, and for any
//! vulnerability how many devices of each organisation stand how. Never: a verdict that differs from
//! the one that the device would get by itself.
//!
//! A sector has a million devices but some ten thousand states: a state is a product with the set of
//! updates that the catalogue knows, the build, what closes ways in, and a pending restart; or, where trackers
//! and advisories speak, all that they have said.

mod state;
mod tally;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use wardwatch_model::{CveId, ExposureStatus};

use crate::absent::{Looked, absent, looked, untold};
use crate::catalogue::Catalogue;
use crate::decide::{decide, decide_one};
use crate::verdict::Verdict;

pub use state::{Runs, State, StateId};
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
        if let Runs::Product(product) = state.runs() {
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

    /// A state by its place; none of another fleet.
    pub fn state(&self, state: StateId) -> Option<&State> {
        self.states.get(state.0 as usize)
    }

    /// What a state runs.
    pub fn runs(&self, state: StateId) -> Runs<'_> {
        self.state(state).map_or(Runs::Unknown, State::runs)
    }

    /// The verdicts of a state for all holes of its product; none when that is not known.
    pub fn verdicts(&self, state: StateId) -> Vec<Verdict> {
        match self.state(state) {
            Some(State::Patched(patched)) if patched.product().is_some() => {
                patched.with_host(&self.catalogue, |host| decide(&self.catalogue, host))
            }
            _ => Vec::new(),
        }
    }

    /// What was said of a state, in the order of vulnerabilities; none of one whose vendor lists updates.
    pub fn told(&self, state: StateId) -> &[(u32, ExposureStatus)] {
        match self.state(state) {
            Some(State::Told(told)) => &told.answers,
            _ => &[],
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
        self.states.iter().map(move |state| match (place, state) {
            (Some(place), State::Patched(patched)) => {
                let Some(product) = patched.product() else { return ExposureStatus::Unknown };
                let holes = self.catalogue.holes(product);
                match holes.binary_search_by_key(&place, |hole| hole.vulnerability) {
                    Ok(at) => patched.with_host(&self.catalogue, |host| {
                        decide_one(&self.catalogue, host, &holes[at]).status
                    }),
                    Err(_) => {
                        let looked = self.looked.get(&product).copied().flatten();
                        absent(looked, published, of_systems)
                    }
                }
            }
            (Some(place), State::Told(told)) => told
                .answer(place)
                .unwrap_or_else(|| untold(&self.catalogue, told.silent.as_ref(), cve)),
            (None, _) => ExposureStatus::Unknown,
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
