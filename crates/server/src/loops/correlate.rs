//! Correlations of each organisation apart, over a restart.
//!
//! In: hits of base rules, in the order of the log. Out: sightings of correlations. What is
//! remembered can be written down ([`Correlator::kept`]) and fed again at the next start, when
//! only the memory counts and not the hits. Never: one state for two organisations.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use wardwatch_detect::correlation::{
    CorrelationHit, CorrelationState, Limits, Observation, RuleRef,
};
use wardwatch_detect::{RuleNumber, RuleSet};
use wardwatch_model::{Entity, EntityKind, EventId, OrgId, RuleId, Sighting, Timestamp};
use wardwatch_store::KeptObservation;

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
    /// Feeds a hit; adds the sightings of correlations that it completes.
    pub fn feed(&mut self, rules: &RuleSet, observed: Observed, found: &mut Vec<Sighting>) {
        let Observed { org, event, received, observation } = observed;
        let memory = self.states.entry(org.clone()).or_default();
        if memory.names.len() >= MAX_NAMES {
            memory.names.clear();
        }
        memory.names.insert(observation.origin, event);
        let mut hits = Vec::new();
        rules.correlations.observe(&mut memory.state, observation, &mut hits);
        for hit in &hits {
            found.extend(sighting(rules, &org, received, event, &memory.names, hit));
        }
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

    /// Remembers what was written down. Hits that follow were found before.
    pub fn resume(&mut self, rules: &RuleSet, kept: Vec<KeptObservation>) {
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
            self.feed(rules, observed, &mut Vec::new());
        }
    }
}

fn sighting(
    rules: &RuleSet,
    org: &OrgId,
    received: Timestamp,
    event: EventId,
    names: &HashMap<u64, EventId>,
    hit: &CorrelationHit,
) -> Option<Sighting> {
    if rules.correlations.is_suppressed(hit.rule) {
        return None;
    }
    let head = rules.head(RuleNumber(hit.rule.0))?;
    let last = hit.origins.last().and_then(|origin| names.get(origin)).copied().unwrap_or(event);
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
    Some(Sighting {
        id: identity::correlation(&head.id.0, org, &hit.group, &hit.origins),
        org: org.clone(),
        time: hit.time,
        received,
        rule_id: head.id.clone(),
        rule_title: head.title.clone(),
        level: head.level,
        tags: head.tags.clone(),
        device,
        event: last,
        entities,
        matched,
        advice: head.advice.clone(),
    })
}

/// Names of fields that hold a device, in order of preference.
const DEVICE_FIELDS: &[&str] = &["Computer", "Hostname", "host", "device", "host.name"];
