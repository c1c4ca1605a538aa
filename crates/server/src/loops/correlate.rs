//! Correlations of each organisation apart, over a restart.
//!
//! In: hits of base rules, in the order of the log. Out: sightings of correlations. What is
//! remembered can be written down ([`Correlator::kept`]) and fed again at the next start, when
//! only the memory counts and not the hits. Never: one state for two organisations.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wardwatch_detect::correlation::{
    CorrelationHit, CorrelationState, Limits, Observation, RuleRef,
};
use wardwatch_detect::{Engine, RuleNumber, RuleSet};
use wardwatch_model::{
    Entity, EntityKind, Event, EventId, Field, OrgId, RawTime, RuleId, Sighting, SourceSet,
    Timestamp, Value,
};
use wardwatch_store::KeptObservation;

use crate::rules::Rules;
use crate::rules::policy::Fate;
use crate::work::aside::Aside;
use crate::work::{Observed, identity};

/// Entries that one organisation's correlations may remember; a tenth of what `ward scan` allows,
/// since there are many organisations.
const MAX_ENTRIES: usize = 100_000;
/// Events whose full names are remembered for each organisation.
const MAX_NAMES: usize = 200_000;

/// States by organisation.
#[derive(Default)]
pub struct Correlator {
    states: HashMap<OrgId, Memory>,
    /// What the memory is of: rules' numbers are those of this engine.
    engine: Option<Arc<Engine>>,
}

struct Memory {
    state: CorrelationState,
    names: HashMap<u64, EventId>,
}

impl Default for Memory {
    fn default() -> Self {
        let limits = Limits { max_entries: MAX_ENTRIES, ..Limits::default() };
        Memory { state: CorrelationState::new(limits), names: HashMap::new() }
    }
}

/// An observation as it is written down: rules by their ids, since numbers change.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    rule: RuleId,
    event: EventId,
    time: Option<Timestamp>,
    fields: Vec<(String, String)>,
}

impl Correlator {
    /// Feeds a hit; adds the sightings of correlations that it completes, and what becomes of those
    /// beside.
    pub fn feed(
        &mut self,
        rules: &Rules,
        observed: Observed,
        found: &mut Vec<Sighting>,
        aside: &mut Aside,
    ) {
        for hit in self.hits(rules.engine.rules(), observed) {
            found.extend(sighting(rules, &hit, aside));
        }
    }

    /// Hits of correlations that a hit completes.
    fn hits(&mut self, rules: &RuleSet, observed: Observed) -> Vec<Completed> {
        let Observed { org, event, received, observation } = observed;
        let memory = self.states.entry(org.clone()).or_default();
        if memory.names.len() >= MAX_NAMES {
            memory.names.clear();
        }
        memory.names.insert(observation.origin, event);
        let mut hits = Vec::new();
        rules.correlations.observe(&mut memory.state, observation, &mut hits);
        hits.into_iter()
            .map(|hit| {
                let last = hit.origins.last().and_then(|origin| memory.names.get(origin));
                let last = last.copied().unwrap_or(event);
                Completed { org: org.clone(), received, last, hit }
            })
            .collect()
    }

    /// An observation to be kept for a restart.
    pub fn kept(rules: &RuleSet, observed: &Observed) -> Option<KeptObservation> {
        let rule = rules.head(RuleNumber(observed.observation.rule.0))?.id.clone();
        let written = Written {
            rule,
            event: observed.event,
            time: observed.observation.time,
            fields: observed.observation.fields.clone(),
        };
        Some(KeptObservation {
            org: observed.org.clone(),
            received: observed.received,
            body: serde_json::to_string(&written).ok()?,
        })
    }

    /// Whether the memory is of other rules than these.
    pub fn is_of_others(&self, rules: &Rules) -> bool {
        !self.engine.as_ref().is_some_and(|engine| Arc::ptr_eq(engine, &rules.engine))
    }

    /// Remembers what was written down, and nothing else. Hits that follow were found before.
    pub fn resume(&mut self, rules: &Rules, kept: impl IntoIterator<Item = KeptObservation>) {
        self.states.clear();
        self.engine = Some(rules.engine.clone());
        let rules = rules.engine.rules();
        let numbers: HashMap<&str, u32> =
            rules.rules.iter().map(|rule| rule.head.id.0.as_str()).zip(0u32..).collect();
        for observation in kept {
            let Ok(written) = serde_json::from_str::<Written>(&observation.body) else { continue };
            let Some(number) = numbers.get(written.rule.0.as_str()) else { continue };
            let observed = Observed {
                org: observation.org,
                event: written.event,
                received: observation.received,
                observation: Observation {
                    rule: RuleRef(*number),
                    time: written.time,
                    fields: written.fields,
                    origin: identity::origin(written.event),
                },
            };
            self.hits(rules, observed);
        }
    }
}

/// A correlation's hit, and whose.
struct Completed {
    org: OrgId,
    received: Timestamp,
    /// The event that completed it.
    last: EventId,
    hit: CorrelationHit,
}

fn sighting(rules: &Rules, completed: &Completed, aside: &mut Aside) -> Option<Sighting> {
    let Completed { org, received, last, hit } = completed;
    let set = rules.engine.rules();
    let number = RuleNumber(hit.rule.0);
    let head = set.head(number)?;
    let at = rules.policy.at(org, number);
    match at.fate(&as_event(&fields(&hit.group)), *received) {
        Fate::Counts if set.correlations.is_suppressed(hit.rule) => return None,
        Fate::Counts => {}
        Fate::NotHere => return None,
        Fate::Dropped(outcome) => {
            aside.dropped(org, &head.id, *received, outcome);
            return None;
        }
    }
    let device = DEVICE_FIELDS
        .iter()
        .find_map(|name| hit.group.iter().find(|(field, _)| field == name))
        .map_or_else(String::new, |(_, value)| value.clone());
    let mut matched = hit.group.clone();
    matched.push(("events".to_owned(), hit.contributions.to_string()));
    matched.push(("value".to_owned(), hit.value.to_string()));
    let entities = (!device.is_empty())
        .then(|| Entity { kind: EntityKind::Device, value: device.to_lowercase() })
        .into_iter()
        .collect();
    let sighting = Sighting {
        id: identity::correlation(&head.id.0, org, &hit.group, &hit.origins),
        org: org.clone(),
        time: hit.time,
        received: *received,
        rule_id: head.id.clone(),
        rule_title: head.title.clone(),
        level: at.level(head.level),
        tags: head.tags.clone(),
        device,
        event: *last,
        entities,
        matched,
        advice: head.advice.clone(),
    };
    if let Some(suppression) = at.suppression(&sighting) {
        aside.suppressed.insert(sighting.id, suppression);
    }
    Some(sighting)
}

/// What a correlation's hit says, as fields that filters can look at.
fn fields(group: &[(String, String)]) -> Vec<Field<'_>> {
    group.iter().map(|(name, value)| Field::text(name, value)).collect()
}

fn as_event<'f>(fields: &'f [Field<'f>]) -> Event<'f> {
    Event {
        fields,
        sources: SourceSet::UNKNOWN,
        time: RawTime::Missing,
        device: Value::Null,
        record: 0,
    }
}

/// Names of fields that hold a device, in order of preference.
const DEVICE_FIELDS: &[&str] = &["Computer", "Hostname", "host", "device", "host.name"];
