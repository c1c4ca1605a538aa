//! One block worked through: records to events, events to detections.
//!
//! In: a block of a source. Out: [`Findings`], in the order of the block. Each thread has one
//! [`Worker`].

use std::sync::Arc;

use rustc_hash::FxHashMap;
use wardwatch_detect::correlation::Observation;
use wardwatch_detect::{Engine, RuleNumber, Scratch, plain};
use wardwatch_model::{Detection, Event, Level, SourceSet};
use wardwatch_normalise::block::{Block, Decoder};
use wardwatch_normalise::{Normaliser, RecordError};

/// Problems of one block that are kept word for word; more are counted.
const MAX_PROBLEMS: usize = 20;

/// What all threads share.
pub struct Shared {
    /// Rules, compiled.
    pub engine: Engine,
    /// Records to events.
    pub normaliser: Normaliser,
    /// Detections below it are not wanted.
    pub min_level: Level,
    /// For each rule number, whether its own detections are not output.
    pub suppressed: Vec<bool>,
}

/// Where a block came from.
#[derive(Debug)]
pub struct Source {
    /// Number of the input, from 0.
    pub number: u32,
    /// Its name as users know it.
    pub name: String,
    /// Year of its last change, for stamps without one.
    pub year: i32,
}

/// What a block held.
#[derive(Debug, Default)]
pub struct Findings {
    /// Detections in order.
    pub detections: Vec<Detection>,
    /// What correlations need to know, in order.
    pub observations: Vec<Observation>,
    /// Events by set of log sources.
    pub events: FxHashMap<SourceSet, u64>,
    /// Records that did not become events.
    pub unparsed: u64,
    /// Why, for the first of them.
    pub problems: Vec<String>,
}

impl Findings {
    fn unparsed(&mut self, place: &str, number: u64, error: &RecordError) {
        self.unparsed += 1;
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(format!("{place} {number}: {error}"));
        }
    }
}

/// A thread's working memory.
pub struct Worker {
    shared: Arc<Shared>,
    decoder: Decoder,
    scratch: Scratch,
    hits: Vec<RuleNumber>,
}

impl Worker {
    /// A worker over shared rules.
    pub fn new(shared: Arc<Shared>) -> Self {
        Worker {
            shared,
            decoder: Decoder::default(),
            scratch: Scratch::default(),
            hits: Vec::new(),
        }
    }

    /// Works through a block.
    pub fn run(&mut self, source: &Source, block: &Block) -> Findings {
        let mut findings = Findings::default();
        let Worker { shared, decoder, scratch, hits } = self;
        decoder.run(&shared.normaliser, source.year, block, &mut |decoded| match decoded {
            Ok(event) => {
                *findings.events.entry(event.sources).or_default() += 1;
                hits.clear();
                shared.engine.evaluate(event, scratch, hits);
                for number in hits.iter() {
                    hit(shared, *number, event, source, &mut findings);
                }
            }
            Err((place, number, error)) => findings.unparsed(place, number, &error),
        });
        findings
    }
}

/// Turns a rule's hit into an observation, a detection, or both.
fn hit(
    shared: &Shared,
    number: RuleNumber,
    event: &Event<'_>,
    source: &Source,
    findings: &mut Findings,
) {
    let rules = shared.engine.rules();
    if rules.correlations.is_referenced(number.reference()) {
        let origin = u64::from(source.number) << 40 | event.record & ((1 << 40) - 1);
        findings.observations.push(rules.observation(number, event, origin));
    }
    let Some(rule) = rules.rules.get(number.0 as usize) else { return };
    let suppressed = shared.suppressed.get(number.0 as usize).copied().unwrap_or(false);
    if rule.head.level < shared.min_level || suppressed {
        return;
    }
    findings.detections.push(Detection {
        time: event.time.timestamp(),
        rule_id: rule.head.id.clone(),
        rule_title: rule.head.title.clone(),
        level: rule.head.level,
        tags: rule.head.tags.clone(),
        device: event.device.text().into_owned(),
        source: source.name.clone(),
        record: event.record,
        logsource: rule.head.logsource.clone(),
        matched: plain::matched(rules, rule, event),
        advice: rule.head.advice.clone(),
    });
}
