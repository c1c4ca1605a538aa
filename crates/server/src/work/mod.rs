//! One entry of the log worked through: records to events, events to sightings and lake rows.
//!
//! In: an entry, rules. Out: [`Worked`], in the order of the entry. Pure but for memory that each
//! thread keeps. Never: an organisation from a record; it is the entry's.

pub mod aside;
pub mod body;
pub mod heard;
pub mod identity;
mod inventory;
mod pieces;
mod support;
mod unparsed;

#[cfg(test)]
pub use pieces::PANIC_MARK;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use wardwatch_detect::correlation::Observation;
use wardwatch_detect::indicator::{self, Hit, Matcher};
use wardwatch_detect::{RuleNumber, Scratch, plain};
use wardwatch_incident::entities;
use wardwatch_model::{Columns, Event, EventId, LogSource, OrgId, Sighting, SourceSet, Timestamp};
use wardwatch_normalise::Normaliser;
use wardwatch_normalise::block::{Block, Decoder, Shape};
use wardwatch_store::{Entry, KeptInventory, LakeRow};

use crate::indicators::{Indicators, sight};
use crate::rules::Rules;
use crate::rules::policy::Fate;
use aside::Aside;
use heard::Heard;

/// Class of events whose log source is not known.
const UNKNOWN_CLASS: &str = "unknown";
/// Class of crash reports.
const CRASHES: &str = "windows/application_crash/wer";
/// Bytes for a body that a worker keeps between entries.
const BODY_KEPT: usize = 64 << 10;
/// Most lines of events are longer.
const SHORT_LINE_BYTES: usize = 256;

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

/// What an entry held.
#[derive(Debug, Default)]
pub struct Worked {
    /// Rows for the lake: every event, and every record that did not become one.
    pub rows: Vec<LakeRow>,
    /// Detections.
    pub sightings: Vec<Sighting>,
    /// Hits that correlations wait for.
    pub observed: Vec<Observed>,
    /// Devices of the entry's organisation that were heard of.
    pub devices: HashMap<String, Heard>,
    /// What devices reported that they run.
    pub inventories: Vec<KeptInventory>,
    /// Records that did not become events.
    pub unparsed: u64,
    /// What is to be counted or noted beside these.
    pub aside: Aside,
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
    /// Events of the entry by their set of log sources.
    heard: Vec<u64>,
    /// An event's body while it is made; the lake's row gets one of just its size.
    body: String,
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
            heard: Vec::new(),
            body: String::new(),
        }
    }

    /// Works through an entry, and takes its bytes. A record on which the work panics is kept as
    /// unparsed, and its neighbours are worked through.
    pub fn run(&mut self, rules: &Rules, entry: &mut Entry) -> Worked {
        let bytes = std::mem::take(&mut entry.batch.bytes);
        let block = Block { shape: entry.batch.shape, bytes, first: entry.batch.first };
        self.attempt(rules, entry, &block).unwrap_or_else(|_| self.apart(rules, entry, &block))
    }

    /// Works through a block; an error says how it panicked. What memory it left then is given up.
    fn attempt(&mut self, rules: &Rules, entry: &Entry, block: &Block) -> Result<Worked, String> {
        let done = catch_unwind(AssertUnwindSafe(|| self.through(rules, entry, block)));
        done.map_err(|panic| {
            *self = Worker::new(self.normaliser.clone(), self.indicators.clone());
            pieces::reason(panic.as_ref())
        })
    }

    /// Works through a block piece by piece, after it panicked as a whole.
    fn apart(&mut self, rules: &Rules, entry: &Entry, block: &Block) -> Worked {
        let mut worked = Worked::default();
        for piece in pieces::of(block) {
            match self.attempt(rules, entry, &piece) {
                Ok(part) => worked.join(part),
                Err(reason) => {
                    tracing::error!(%reason, org = %entry.org, record = piece.first,
                        "a record could not be worked through: it is kept as unparsed");
                    worked.unparsed += 1;
                    worked.aside.panics += 1;
                    worked.rows.push(pieces::unparsed(entry, &piece, &reason));
                }
            }
        }
        worked
    }

    fn through(&mut self, rules: &Rules, entry: &Entry, block: &Block) -> Worked {
        let mut worked = Worked::default();
        let mut broken = Vec::new();
        let year = year_of(entry.received);
        let source: Arc<str> = entry.batch.source.as_str().into();
        if block.shape == Shape::Inventory {
            inventory::take(entry, block, &mut worked, &mut broken);
        }
        let matcher = self.indicators.current();
        let Worker {
            normaliser, decoder, scratch, hits, classes, looking, held, heard, body, ..
        } = self;
        worked.rows.reserve(expected_rows(block));
        heard.clear();
        heard.resize(normaliser.table().len(), 0);
        let given = entry.batch.logsource.as_ref().and_then(|source| known(normaliser, source));
        decoder.run(normaliser, year, block, &mut |decoded| match decoded {
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
                if let Some(count) = heard.get_mut(usize::from(event.sources.0)) {
                    *count += 1;
                }
                let class = classes
                    .entry(event.sources)
                    .or_insert_with(|| class_of(normaliser, event.sources));
                let place = (Arc::clone(class), Arc::clone(&source));
                let found = Found { rules: hits, matcher: &matcher, held };
                body.clear();
                body::write(&event, body);
                take(rules, place, entry, (&event, body), found, &mut worked);
            }
            Err((_, number, error)) => {
                worked.unparsed += 1;
                broken.push((number, error.to_string()));
            }
        });
        // One large event must not be held for ever.
        body.shrink_to(BODY_KEPT);
        worked.rows.extend(unparsed::rows(entry, block, &source, broken));
        for (set, sources) in normaliser.table().iter() {
            if let Some(count) = heard.get(usize::from(set.0)).filter(|count| **count > 0) {
                worked.aside.heard(&entry.org, sources, entry.received, *count);
            }
        }
        worked
    }
}

impl Worked {
    /// Adds what another part of the same entry gave.
    fn join(&mut self, part: Worked) {
        self.rows.extend(part.rows);
        self.sightings.extend(part.sightings);
        self.observed.extend(part.observed);
        self.inventories.extend(part.inventories);
        self.unparsed += part.unparsed;
        self.aside.join(part.aside);
        for (device, heard) in part.devices {
            self.devices.entry(device).or_insert(Heard::nothing(heard.last)).join(heard);
        }
    }
}

/// About how many rows a block of lines gives; nought for blocks of other shapes. No more than lines
/// of that length would be: a block may be all ends of lines.
fn expected_rows(block: &Block) -> usize {
    match block.shape {
        Shape::JsonLines | Shape::Lines => {
            let ends = block.bytes.iter().filter(|byte| **byte == b'\n').count();
            ends.min(block.bytes.len() / SHORT_LINE_BYTES)
        }
        _ => 0,
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

/// Adds what an event gives, with its body. Its place in the lake is class and source.
fn take(
    rules: &Rules,
    (class, source): (Arc<str>, Arc<str>),
    entry: &Entry,
    (event, body): (&Event<'_>, &str),
    found: Found<'_>,
    worked: &mut Worked,
) {
    let device = event.device.text().into_owned();
    #[cfg(test)]
    pieces::panic_for_test(body);
    let id = identity::event(&entry.org, &device, event.record, body);
    let time = event.time.timestamp();
    let origin = Origin { org: &entry.org, received: entry.received, id, device: &device };
    for number in found.rules {
        hit(rules, &origin, event, *number, worked);
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
            // What one of its events says is said by all of them.
            let legacy = support::legacy(event, entry.received);
            let heard = Heard { events: 1, legacy, ..Heard::nothing(entry.received) };
            worked.devices.insert(device.clone(), heard);
        }
    }
    if *class == *CRASHES
        && let Some(heard) = worked.devices.get_mut(&device)
    {
        heard.crashed(entry.received, time.unwrap_or(entry.received));
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
        body: body.to_owned(),
    });
}

/// Whose an event is, when it came, and by what name it goes.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'o> {
    /// The organisation of its sender.
    pub org: &'o OrgId,
    /// When it was received.
    pub received: Timestamp,
    /// Its identity.
    pub id: EventId,
    /// Its device.
    pub device: &'o str,
}

/// Adds a rule's hit: a sighting, an observation, or both.
pub fn hit(
    rules: &Rules,
    origin: &Origin<'_>,
    event: &Event<'_>,
    number: RuleNumber,
    worked: &mut Worked,
) {
    let Origin { org, received, id, device } = *origin;
    let set = rules.engine.rules();
    let at = rules.policy.at(org, number);
    match at.fate(event, received) {
        Fate::Counts => {}
        Fate::NotHere => return,
        Fate::Dropped(outcome) => {
            if let Some(head) = set.head(number) {
                worked.aside.dropped(org, &head.id, received, outcome);
            }
            return;
        }
    }
    if set.correlations.is_referenced(number.reference()) {
        worked.observed.push(Observed {
            org: org.clone(),
            event: id,
            received,
            observation: set.observation(number, event, identity::origin(id)),
        });
    }
    let suppressed = rules.suppressed.get(number.0 as usize).copied().unwrap_or(false);
    let Some(rule) = set.rules.get(number.0 as usize).filter(|_| !suppressed) else { return };
    let sighting = Sighting {
        id: identity::detection(&rule.head.id.0, id),
        org: org.clone(),
        time: event.time.timestamp().unwrap_or(received),
        received,
        rule_id: rule.head.id.clone(),
        rule_title: rule.head.title.clone(),
        level: at.level(rule.head.level),
        tags: rule.head.tags.clone(),
        device: device.to_owned(),
        event: id,
        entities: entities::of(event),
        matched: plain::matched(set, rule, event),
        advice: rule.head.advice.clone(),
    };
    if let Some(suppression) = at.suppression(&sighting) {
        worked.aside.suppressed.insert(sighting.id, suppression);
    }
    worked.sightings.push(sighting);
}

/// The year that stamps without one are of.
fn year_of(time: Timestamp) -> i32 {
    // The mean length of a Gregorian year; a stamp near New Year may be off by one, as any guess.
    1970 + i32::try_from(time.micros.div_euclid(31_556_952_000_000)).unwrap_or(0)
}
