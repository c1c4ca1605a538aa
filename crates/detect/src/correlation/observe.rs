//! One observation goes through all correlations that its rule feeds, and through those above.
//!
//! In: a set, a state, an observation. Out: hits, in the order in which they came about: by order of
//! the correlations in the set, and a correlation's hits before those that they complete. Never:
//! recursion, or without end: hits of one observation are handed on [`MAX_CHAINED`] times.

use std::collections::VecDeque;

use wardwatch_model::time::Timestamp;

use super::definition::Definition;
use super::evaluate::{self, Fired};
use super::group::{Entry, Group};
use super::measure::Measure;
use super::observation::{CorrelationHit, Observation, Origins, RuleRef};
use super::set::{CorrelationSet, Target};
use super::state::CorrelationState;

/// How many hits that one observation caused are handed on to the correlations above.
const MAX_CHAINED: usize = 1_000;

/// A base rule's observation, or a correlation's hit seen from above.
struct Sighting {
    rule: RuleRef,
    /// Event time in microseconds.
    time: i64,
    fields: Vec<(String, String)>,
    origins: Origins,
}

impl CorrelationSet {
    /// Takes one hit of a base rule in, and appends the correlation hits that it completes.
    ///
    /// The same observations in the same order give the same hits. Observations of rules that no
    /// correlation refers to are ignored.
    pub fn observe(
        &self,
        state: &mut CorrelationState,
        observation: Observation,
        hits: &mut Vec<CorrelationHit>,
    ) {
        let Observation { rule, time, fields, origin } = observation;
        if !self.is_referenced(rule) {
            return;
        }
        let Some(Timestamp { micros: time }) = time else {
            state.counters.without_time += 1;
            return;
        };
        state.belong_to(self);
        let origins = Origins::One(origin);
        let mut queue = VecDeque::from([Sighting { rule, time, fields, origins }]);
        let mut chained = 0;
        while let Some(sighting) = queue.pop_front() {
            for target in self.targets(sighting.rule) {
                let Some(definition) = self.definitions.get(target.definition) else { continue };
                let Some(fired) = state.take(definition, *target, &sighting) else { continue };
                if self.is_referenced(definition.number) && chained < MAX_CHAINED {
                    chained += 1;
                    queue.push_back(Sighting::of(&fired));
                } else if self.is_referenced(definition.number) {
                    state.counters.cut_chains += 1;
                }
                hits.push(fired.hit);
            }
        }
        state.limit_entries();
    }
}

impl Sighting {
    fn of(fired: &Fired) -> Sighting {
        let CorrelationHit { rule, time, group, origins, contributions, .. } = &fired.hit;
        Sighting {
            rule: *rule,
            time: time.micros,
            fields: group.iter().chain(&fired.carried).cloned().collect(),
            origins: Origins::Several { first: origins.clone(), total: *contributions },
        }
    }

    /// The value of a field.
    fn value(&self, field: &str) -> Option<&String> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    /// The values of all fields, if none is missing.
    fn values(&self, fields: &[String]) -> Option<Vec<String>> {
        fields.iter().map(|field| self.value(field).cloned()).collect()
    }
}

impl CorrelationState {
    /// Puts a sighting into its group in one correlation, and judges the windows that hold it.
    fn take(
        &mut self,
        definition: &Definition,
        target: Target,
        sighting: &Sighting,
    ) -> Option<Fired> {
        let member = definition.members.get(target.slot)?;
        let Some(values) = sighting.values(&member.group_fields) else {
            self.counters.without_group += 1;
            return None;
        };
        let measure = sighting.values(&member.value_fields);
        let Some(measure) = measure.and_then(|read| Measure::read(&definition.kind, read)) else {
            self.counters.without_value += 1;
            return None;
        };
        let carried = member.carried_fields.iter();
        let entry = Entry {
            time: sighting.time,
            slot: target.slot,
            spent: false,
            measure,
            carried: carried.map(|name| sighting.value(name.as_ref()?).cloned()).collect(),
            origins: sighting.origins.clone(),
        };
        self.enter(definition, target.definition, values, entry)
    }

    fn enter(
        &mut self,
        definition: &Definition,
        position: usize,
        values: Vec<String>,
        entry: Entry,
    ) -> Option<Fired> {
        let groups = &mut self.tables.get_mut(position)?.groups;
        let group = groups.entry(values.clone()).or_insert_with(|| Group::empty(definition));
        let before = group.len();
        let place = group.admit(entry, definition, &self.limits, &mut self.counters);
        let fired = place.and_then(|place| evaluate::fire(group, definition, place, &values));
        self.entries = (self.entries + group.len()).saturating_sub(before);
        if group.len() == 0 {
            groups.remove(&values);
        }
        self.limit_groups(position);
        fired
    }
}
