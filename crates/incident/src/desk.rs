//! The incidents of one organisation: what belongs together, and what leaves memory.
//!
//! In: sightings of that organisation. Out: which incident took each, and what changed. Never:
//! anything of another organisation; a desk knows only its own.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use wardwatch_model::{
    Entity, EntityKind, Incident, IncidentId, IncidentState, Level, RuleId, Sighting, Timestamp,
};

mod keys;
mod outcome;

use crate::case::{Case, Head};
use crate::facts::Facts;
use crate::index::Index;
use crate::settings::Settings;
use crate::{common, hash};

use keys::Keys;
pub(crate) use outcome::{Gone, Outcome};

/// The incidents of one organisation.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    cases: Vec<Option<Case>>,
    free: Vec<usize>,
    by_id: HashMap<IncidentId, usize>,
    index: Index,
    /// Slots in the order in which they were last touched.
    turns: BTreeMap<u64, usize>,
    next_turn: u64,
    /// Incidents of detections that touched nothing, by rule.
    bare: HashMap<RuleId, usize>,
    /// Marks of devices that run a system out of support.
    legacy: HashSet<u64>,
}

impl Desk {
    /// How many incidents are in memory.
    pub fn incidents(&self) -> usize {
        self.by_id.len()
    }

    /// By how many entities they are found.
    pub fn entities(&self) -> usize {
        self.index.len()
    }

    /// How much was looked at.
    pub fn steps(&self) -> u64 {
        self.index.steps
    }

    /// An incident in memory.
    pub fn case(&self, id: IncidentId) -> Option<&Case> {
        self.by_id.get(&id).and_then(|slot| self.cases.get(*slot)).and_then(Option::as_ref)
    }

    /// An incident in memory, to be changed.
    pub fn case_mut(&mut self, id: IncidentId) -> Option<&mut Case> {
        let slot = *self.by_id.get(&id)?;
        self.at_mut(slot)
    }

    /// Marks of devices that run a system out of support.
    pub fn legacy(&self) -> &HashSet<u64> {
        &self.legacy
    }

    /// Notes that a device runs a system out of support.
    pub fn note_legacy(&mut self, mark: u64, most: usize) {
        if self.legacy.len() < most {
            self.legacy.insert(mark);
        }
    }

    /// Gives a sighting to the incident that it belongs to, opening or joining incidents.
    pub fn fold(&mut self, sighting: &Sighting, now: Timestamp, settings: &Settings) -> Outcome {
        let spare = sighting.entities.is_empty().then(|| Entity {
            kind: EntityKind::Device,
            value: sighting.device.trim().to_lowercase(),
        });
        let keys = Keys::of(sighting, spare.as_ref(), settings.limits.sighting_entities);
        let found = self.find(sighting, &keys, settings);
        if let Some(known) = self.repeated(sighting, &found) {
            return Outcome { incident: Some(known), repeated: true, ..Outcome::default() };
        }
        let device = keys.device.map(hash::mark);
        let mut outcome = Outcome { device, ..Outcome::default() };
        let slot = match found.split_first() {
            Some((oldest, others)) if sighting.level > Level::Informational => {
                self.join(*oldest, others, sighting, settings, &mut outcome)
            }
            Some((oldest, _)) => *oldest,
            None if sighting.level == Level::Informational => return outcome,
            None => {
                outcome.opened = true;
                self.open(sighting, &keys, now)
            }
        };
        if let Some(case) = self.at_mut(slot) {
            if !outcome.opened {
                case.facts.add(sighting, keys.device, now);
            }
            outcome.incident = Some(case.head.id);
        }
        if sighting.level > Level::Informational {
            outcome.fresh = self.link(slot, sighting, &keys, settings);
        }
        self.touch(slot, now);
        self.shrink(slot, settings, &mut outcome.gone);
        outcome
    }

    /// The incident that has the detection already.
    fn repeated(&self, sighting: &Sighting, found: &[usize]) -> Option<IncidentId> {
        let lists = |case: &&Case| case.facts.lists(sighting.id);
        let listed = found.iter().filter_map(|slot| self.at(*slot)).find(lists);
        let opened = hash::opened_by(&sighting.org, sighting.id);
        listed.map(|case| case.head.id).or_else(|| self.by_id.get(&opened).map(|_| opened))
    }

    /// Slots of open incidents that the sighting shares something with, the oldest first.
    fn find(&mut self, sighting: &Sighting, keys: &Keys<'_>, settings: &Settings) -> Vec<usize> {
        let serious = sighting.level >= Level::High;
        let mut found: Vec<usize> = Vec::new();
        for entity in &keys.entities {
            for slot in self.index.find(entity, serious) {
                if !found.contains(slot) {
                    found.push(*slot);
                }
            }
        }
        if keys.entities.is_empty() {
            found.extend(self.bare.get(&sighting.rule_id));
        }
        found.retain(|slot| {
            self.at(*slot).is_some_and(|case| {
                case.head.state == IncidentState::Open
                    && settings.takes(case.facts.first, case.facts.last, sighting.time)
            })
        });
        found.sort_by_key(|slot| self.age(*slot));
        found
    }

    /// Folds the others into the oldest, where people do not keep them apart.
    fn join(
        &mut self,
        oldest: usize,
        others: &[usize],
        sighting: &Sighting,
        settings: &Settings,
        outcome: &mut Outcome,
    ) -> usize {
        let mut slot = oldest;
        for other in others {
            let (Some(one), Some(two)) = (self.at(slot), self.at(*other)) else { continue };
            let first = one.facts.first.min(two.facts.first).min(sighting.time);
            let last = one.facts.last.max(two.facts.last).max(sighting.time);
            if !one.is_apart_from(two) && settings.spans(first, last) {
                slot = self.absorb(slot, *other, settings, outcome);
            }
        }
        slot
    }

    /// Folds the incident at `from` into that at `into`. The links of the smaller one move, so that
    /// no order of sightings makes the same links move again and again. Returns the slot.
    fn absorb(
        &mut self,
        into: usize,
        from: usize,
        settings: &Settings,
        outcome: &mut Outcome,
    ) -> usize {
        let (Some(mut older), Some(mut younger)) = (self.take(into), self.take(from)) else {
            return into;
        };
        younger.head.state = IncidentState::Merged;
        younger.head.merged_into = Some(older.head.id);
        outcome.gone.changed.push(younger.tell());
        outcome.absorbed.push(younger.head.id);
        older.head.absorb(&younger.head);
        older.apart.append(&mut younger.apart);
        older.apart.sort_unstable();
        older.apart.dedup();
        let (large, small) = if older.facts.links.len() >= younger.facts.links.len() {
            (into, from)
        } else {
            std::mem::swap(&mut older.facts, &mut younger.facts);
            (from, into)
        };
        let links = std::mem::take(&mut younger.facts.links);
        older.facts.absorb(younger.facts);
        for link in links {
            if older.facts.links.len() >= settings.limits.incident_entities {
                self.index.unlink(&link, small);
            } else if self.index.relink(&link, small, large) {
                older.facts.links.push(link);
            }
        }
        for slot in self.bare.values_mut().filter(|slot| **slot == small) {
            *slot = large;
        }
        self.free.push(small);
        self.by_id.insert(older.head.id, large);
        self.turns.insert(older.turn, large);
        self.put(large, older);
        large
    }

    fn open(&mut self, sighting: &Sighting, keys: &Keys<'_>, now: Timestamp) -> usize {
        let id = hash::opened_by(&sighting.org, sighting.id);
        let facts = Facts::opened_by(sighting, keys.device, now);
        self.seat(Case::new(Head::new(id, sighting.org.clone()), facts, None))
    }

    /// Lets what the sighting touched lead to its incident from now on.
    fn link(
        &mut self,
        slot: usize,
        sighting: &Sighting,
        keys: &Keys<'_>,
        settings: &Settings,
    ) -> Vec<Arc<Entity>> {
        if keys.entities.is_empty() {
            self.bare.insert(sighting.rule_id.clone(), slot);
        }
        let mut fresh = Vec::new();
        let linked = self.at(slot).map_or(0, |case| case.facts.links.len());
        let room = settings.limits.incident_entities.saturating_sub(linked);
        for entity in &keys.entities {
            if fresh.len() < room {
                fresh.extend(self.index.link(entity, slot));
            }
            let own = hash::mark(&entity.value);
            let others: Vec<u64> = match keys.device {
                Some(_) => keys.marks.clone(),
                None => keys.marks.iter().copied().filter(|mark| *mark != own).collect(),
            };
            self.index.note_devices(entity, &others, settings.common_devices);
        }
        if let Some(case) = self.at_mut(slot) {
            case.facts.links.extend(fresh.iter().cloned());
        }
        fresh
    }

    /// Puts a stored or new incident into memory; returns its slot.
    pub fn seat(&mut self, case: Case) -> usize {
        let slot = self.free.pop().unwrap_or(self.cases.len());
        self.by_id.insert(case.head.id, slot);
        if slot == self.cases.len() {
            self.cases.push(None);
        }
        let touched = case.touched;
        self.put(slot, case);
        self.touch(slot, touched);
        slot
    }

    /// Takes a stored incident into memory, in place of what was known of it.
    pub fn resume(&mut self, incident: &Incident, settings: &Settings) -> (Vec<Arc<Entity>>, Gone) {
        let mut gone = Gone::default();
        self.forget(incident.id);
        let case = Case::new(Head::of(incident), Facts::resumed(incident), Some(incident.updated));
        let slot = self.seat(case);
        self.keep_apart(slot);
        let mut fresh = Vec::new();
        for entity in incident.entities.iter().filter(|entity| common::joins(entity)) {
            if fresh.len() < settings.limits.incident_entities {
                fresh.extend(self.index.link(entity, slot));
            }
        }
        if let Some(case) = self.at_mut(slot) {
            case.facts.links.clone_from(&fresh);
        }
        self.shrink(slot, settings, &mut gone);
        (fresh, gone)
    }

    /// Lets incidents that a person keeps apart know of each other.
    fn keep_apart(&mut self, slot: usize) {
        let Some(id) = self.at(slot).map(|case| case.head.id) else { return };
        let mut known = self.at(slot).map(|case| case.apart.clone()).unwrap_or_default();
        for other in self.cases.iter_mut().flatten() {
            if other.apart.contains(&id) {
                known.push(other.head.id);
            } else if known.contains(&other.head.id) {
                other.apart.push(id);
            }
        }
        known.sort_unstable();
        known.dedup();
        if let Some(case) = self.at_mut(slot) {
            case.apart = known;
        }
    }

    /// Lets incidents go that were last touched before a moment.
    pub fn expire(&mut self, before: Timestamp, gone: &mut Gone) {
        while let Some((turn, slot)) = self.turns.first_key_value() {
            let (turn, slot) = (*turn, *slot);
            if self.at(slot).is_some_and(|case| case.touched >= before) {
                return;
            }
            self.turns.remove(&turn);
            self.drop_case(slot, gone);
        }
    }

    /// Lets the quietest incident go, but not `keep`; returns whether there was one.
    pub fn drop_quietest(&mut self, keep: Option<IncidentId>, gone: &mut Gone) -> bool {
        let keep = keep.and_then(|id| self.by_id.get(&id)).copied();
        let quietest = self.turns.iter().find(|(_, slot)| Some(**slot) != keep);
        let Some((turn, slot)) = quietest.map(|(turn, slot)| (*turn, *slot)) else { return false };
        self.turns.remove(&turn);
        self.drop_case(slot, gone);
        true
    }

    /// Lets an incident go without a word.
    pub fn forget(&mut self, id: IncidentId) {
        if let Some(slot) = self.by_id.get(&id).copied() {
            self.remove(slot);
        }
    }

    /// Keeps the organisation within its limits; the incident at `slot` stays.
    fn shrink(&mut self, slot: usize, settings: &Settings, gone: &mut Gone) {
        let keep = self.at(slot).map(|case| case.head.id);
        let limits = &settings.limits;
        while self.incidents() > limits.organisation_incidents
            || self.entities() > limits.organisation_entities
        {
            if !self.drop_quietest(keep, gone) {
                return;
            }
        }
    }

    fn drop_case(&mut self, slot: usize, gone: &mut Gone) {
        if let Some(mut case) = self.remove(slot) {
            gone.ids.push(case.head.id);
            if case.changed {
                gone.changed.push(case.tell());
            }
        }
    }

    fn remove(&mut self, slot: usize) -> Option<Case> {
        let case = self.take(slot)?;
        for link in &case.facts.links {
            self.index.unlink(link, slot);
        }
        self.bare.retain(|_, known| *known != slot);
        self.free.push(slot);
        Some(case)
    }

    /// Takes an incident out of its slot, its turn and its identity; its links stay.
    fn take(&mut self, slot: usize) -> Option<Case> {
        let case = self.cases.get_mut(slot)?.take()?;
        self.turns.remove(&case.turn);
        self.by_id.remove(&case.head.id);
        Some(case)
    }

    fn put(&mut self, slot: usize, case: Case) {
        if let Some(place) = self.cases.get_mut(slot) {
            *place = Some(case);
        }
    }

    fn touch(&mut self, slot: usize, now: Timestamp) {
        let turn = self.next_turn + 1;
        let Some(case) = self.cases.get_mut(slot).and_then(Option::as_mut) else { return };
        self.next_turn = turn;
        self.turns.remove(&case.turn);
        case.turn = turn;
        case.touched = case.touched.max(now);
        self.turns.insert(turn, slot);
    }

    fn age(&self, slot: usize) -> Option<(Timestamp, IncidentId)> {
        self.at(slot).map(|case| (case.facts.first, case.head.id))
    }

    fn at(&self, slot: usize) -> Option<&Case> {
        self.cases.get(slot).and_then(Option::as_ref)
    }

    fn at_mut(&mut self, slot: usize) -> Option<&mut Case> {
        self.cases.get_mut(slot).and_then(Option::as_mut)
    }
}
