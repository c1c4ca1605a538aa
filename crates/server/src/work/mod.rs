//! One entry of the log worked through: records to events, events to sightings and lake rows.
//!
//! In: an entry, rules. Out: [`Worked`], in the order of the entry. Pure but for memory that each
//! thread keeps. Never: an organisation from a record; it is the entry's.

pub mod body;
pub mod identity;

use std::collections::HashMap;
use std::sync::Arc;

use wardwatch_detect::correlation::Observation;
use wardwatch_detect::indicator::{self, Hit, Matcher};
use wardwatch_detect::{RuleNumber, Scratch, plain};
use wardwatch_incident::entities;
use wardwatch_model::{Columns, Event, EventId, LogSource, OrgId, Sighting, SourceSet, Timestamp};
use wardwatch_normalise::Normaliser;
use wardwatch_normalise::block::{Block, Decoder};
use wardwatch_store::{Entry, LakeRow};

use crate::indicators::{Indicators, sight};
use crate::rules::Rules;

/// Class of events whose log source is not known.
const UNKNOWN_CLASS: &str = "unknown";

/// A rule's hit that a correlation waits for.
#[derive(Debug)]
pub struct Observed {
    /// Whose.
    pub org: OrgId,
    /// The event.
    pub event: EventId,
    /// When it was received.
    pub received: Timestamp,
    /// What correlations need to know.
    pub observation: Observation,
}

/// How much a device was heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// How many events.
    pub events: u64,
    /// When the latest was received.
    pub last: Timestamp,
}

/// What an entry held.
#[derive(Debug, Default)]
pub struct Worked {
    /// Rows for the lake: every event.
    pub rows: Vec<LakeRow>,
    /// Detections.
    pub sightings: Vec<Sighting>,
    /// Hits that correlations wait for.
    pub observed: Vec<Observed>,
    /// Devices of the entry's organisation that were heard of.
    pub devices: HashMap<String, Heard>,
    /// Records that did not become events.
    pub unparsed: u64,
}

/// A thread's working memory.
pub struct Worker {
    normaliser: Arc<Normaliser>,
    decoder: Decoder,
    scratch: Scratch,
    hits: Vec<RuleNumber>,
    /// Names of classes, as the lake has them.
    classes: HashMap<SourceSet, Arc<str>>,
    indicators: Arc<Indicators>,
    looking: indicator::Scratch,
    held: Vec<Hit>,
}

impl Worker {
    /// A worker over the table of log sources that the rules were compiled for, and over the
    /// indicators in use.
    pub fn new(normaliser: Arc<Normaliser>, indicators: Arc<Indicators>) -> Self {
        Worker {
            normaliser,
            decoder: Decoder::default(),
            scratch: Scratch::default(),
            hits: Vec::new(),
            classes: HashMap::new(),
            indicators,
            looking: indicator::Scratch::default(),
            held: Vec::new(),
        }
    }

    /// Works through an entry.
    pub fn run(&mut self, rules: &Rules, entry: &Entry) -> Worked {
        let mut worked = Worked::default();
        let block = Block {
            shape: entry.batch.shape,
            bytes: entry.batch.bytes.clone(),
            first: entry.batch.first,
        };
        let year = year_of(entry.received);
        let source: Arc<str> = entry.batch.source.as_str().into();
        let matcher = self.indicators.current();
        let Worker { normaliser, decoder, scratch, hits, classes, looking, held, .. } = self;
        let given = entry.batch.logsource.as_ref().and_then(|source| known(normaliser, source));
        decoder.run(normaliser, year, &block, &mut |decoded| match decoded {
            Ok(event) => {
                let mut event = *event;
                if event.sources == SourceSet::UNKNOWN {
                    event.sources = given.unwrap_or_default();
                }
                hits.clear();
                rules.engine.evaluate(&event, scratch, hits);
                held.clear();
                if !matcher.is_empty() {
                    let time = event.time.timestamp().unwrap_or(entry.received);
                    matcher.look_up(&event, &entry.org, time, looking, held);
                }
                let class = classes
                    .entry(event.sources)
                    .or_insert_with(|| class_of(normaliser, event.sources));
                let place = (Arc::clone(class), Arc::clone(&source));
                let found = Found { rules: hits, matcher: &matcher, held };
                take(rules, place, entry, &event, found, &mut worked);
            }
            Err(_) => worked.unparsed += 1,
        });
        worked
    }
}

/// The set that is just this log source, if the rules were compiled for it.
fn known(normaliser: &Normaliser, source: &LogSource) -> Option<SourceSet> {
    let mut sets = normaliser.table().iter();
    sets.find(|(_, set)| matches!(set, [only] if only == source)).map(|(number, _)| number)
}

/// The class of a set: its first log source.
fn class_of(normaliser: &Normaliser, set: SourceSet) -> Arc<str> {
    let first = normaliser.table().get(set).first();
    first.map_or_else(|| UNKNOWN_CLASS.into(), |source| source.to_string().into())
}

/// What was found in an event.
struct Found<'f> {
    rules: &'f [RuleNumber],
    matcher: &'f Matcher,
    held: &'f [Hit],
}

/// Adds what an event gives. Its place in the lake is class and source.
fn take(
    rules: &Rules,
    (class, source): (Arc<str>, Arc<str>),
    entry: &Entry,
    event: &Event<'_>,
    found: Found<'_>,
    worked: &mut Worked,
) {
    let device = event.device.text().into_owned();
    let mut body = String::new();
    body::write(event, &mut body);
    let id = identity::event(&entry.org, &device, event.record, &body);
    let time = event.time.timestamp();
    for number in found.rules {
        hit(rules, entry, event, *number, id, &device, worked);
    }
    if !found.held.is_empty() {
        let (org, received) = (&entry.org, entry.received);
        let time = time.unwrap_or(received);
        let place = sight::Place { org, event: id, device: &device, time, received };
        sight::add(found.matcher, found.held, event, place, &mut worked.sightings);
    }
    match worked.devices.get_mut(&device) {
        Some(heard) => heard.events += 1,
        None => {
            worked.devices.insert(device.clone(), Heard { events: 1, last: entry.received });
        }
    }
    worked.rows.push(LakeRow {
        org: entry.org.clone(),
        class,
        time: time.unwrap_or(entry.received),
        received: entry.received,
        device,
        event: id,
        source,
        record: event.record,
        columns: Columns::of(event),
        body,
    });
}

/// Adds a rule's hit: a sighting, an observation, or both.
fn hit(
    rules: &Rules,
    entry: &Entry,
    event: &Event<'_>,
    number: RuleNumber,
    id: EventId,
    device: &str,
    worked: &mut Worked,
) {
    let set = rules.engine.rules();
    if set.correlations.is_referenced(number.reference()) {
        worked.observed.push(Observed {
            org: entry.org.clone(),
            event: id,
            received: entry.received,
            observation: set.observation(number, event, identity::origin(id)),
        });
    }
    let suppressed = rules.suppressed.get(number.0 as usize).copied().unwrap_or(false);
    let Some(rule) = set.rules.get(number.0 as usize).filter(|_| !suppressed) else { return };
    worked.sightings.push(Sighting {
        id: identity::detection(&rule.head.id.0, id),
        org: entry.org.clone(),
        time: event.time.timestamp().unwrap_or(entry.received),
        received: entry.received,
        rule_id: rule.head.id.clone(),
        rule_title: rule.head.title.clone(),
        level: rule.head.level,
        tags: rule.head.tags.clone(),
        device: device.to_owned(),
        event: id,
        entities: entities::of(event),
        matched: plain::matched(set, rule, event),
        advice: rule.head.advice.clone(),
    });
}

/// The year that stamps without one are of.
fn year_of(time: Timestamp) -> i32 {
    // The mean length of a Gregorian year; a stamp near New Year may be off by one, as any guess.
    1970 + i32::try_from(time.micros.div_euclid(31_556_952_000_000)).unwrap_or(0)
}
