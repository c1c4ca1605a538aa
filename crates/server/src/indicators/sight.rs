//! Hits of indicators as sightings, the same whether the event has just come in or lies in history.
//!
//! In: an event with its identity, and hits. Out: one sighting for each indicator, whose identity
//! is the hash of both. Never: two for an indicator that several fields hold.

use wardwatch_detect::indicator::{Hit, Matcher};
use wardwatch_incident::entities;
use wardwatch_model::{Event, EventId, OrgId, Sighting, Timestamp};

use crate::work::identity;

/// Characters of a value that a sighting keeps.
const VALUE_CHARS: usize = 1_024;

/// Whose event it is, and which.
#[derive(Debug, Clone, Copy)]
pub struct Place<'p> {
    /// The organisation.
    pub org: &'p OrgId,
    /// The event.
    pub event: EventId,
    /// The device; empty when not known.
    pub device: &'p str,
    /// When it happened; when it was received, if it does not say.
    pub time: Timestamp,
    /// When it was received.
    pub received: Timestamp,
}

/// Adds the sightings of an event's hits.
pub fn add(
    matcher: &Matcher,
    hits: &[Hit],
    event: &Event<'_>,
    place: Place<'_>,
    out: &mut Vec<Sighting>,
) {
    let mut done = Vec::new();
    for hit in hits {
        if done.contains(&hit.entry) {
            continue;
        }
        done.push(hit.entry);
        let Some(entry) = matcher.entry(hit.entry) else { continue };
        let Some(rule) = matcher.rule(entry) else { continue };
        let mut matched: Vec<(String, String)> = hits
            .iter()
            .filter(|other| other.entry == hit.entry)
            .filter_map(|other| event.fields.get(other.field))
            .map(|field| (field.name.to_owned(), short(&field.value.text())))
            .collect();
        matched.dedup();
        matched.push(("indicator".to_owned(), short(entry.value())));
        if !entry.id().is_empty() {
            matched.push(("indicator id".to_owned(), entry.id().to_owned()));
        }
        let mut entities = entities::of(event);
        if let Some(own) = entry.entity()
            && !entities.contains(&own)
        {
            entities.truncate(entities::MOST - 1);
            entities.push(own);
        }
        out.push(Sighting {
            id: identity::detection(&rule.id.0, place.event),
            org: place.org.clone(),
            time: place.time,
            received: place.received,
            rule_id: rule.id,
            rule_title: rule.title,
            level: rule.level,
            tags: rule.tags,
            device: place.device.to_owned(),
            event: place.event,
            entities,
            matched,
            advice: rule.advice,
        });
    }
}

fn short(text: &str) -> String {
    text.chars().take(VALUE_CHARS).collect()
}
