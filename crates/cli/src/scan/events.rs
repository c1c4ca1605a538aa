//! Records in memory to the rules that fire on each event: what rule cases are run with.

use std::io::Cursor;
use std::sync::Arc;

use anyhow::Result;
use wardwatch_detect::correlation::{CorrelationState, Limits};
use wardwatch_detect::{Engine, RuleNumber, RuleSet, Scratch};
use wardwatch_intake::cut::{Sink, cut};
use wardwatch_model::Event;
use wardwatch_normalise::Normaliser;
use wardwatch_normalise::block::{Block, Decoder};
use wardwatch_normalise::sniff::sniff;

/// Year of stamps without one in a case.
const YEAR: i32 = 2026;

/// For each event, in order, the titles of the rules and correlations that fire on it.
///
/// # Errors
/// When any record cannot be read.
pub fn hits_by_event(set: RuleSet, records: &[u8]) -> Result<Vec<Vec<String>>> {
    let normaliser = Normaliser::new(None);
    let engine = Engine::new(Arc::new(set), normaliser.table());
    let mut blocks = Blocks::default();
    cut(sniff(records), &mut Cursor::new(records), &mut blocks)?;
    let mut state = CorrelationState::new(Limits::default());
    let mut scratch = Scratch::default();
    let mut events = Vec::new();
    for block in &blocks.blocks {
        Decoder::default().run(&normaliser, YEAR, block, &mut |decoded| match decoded {
            Ok(event) => events.push(titles(&engine, event, &mut scratch, &mut state)),
            Err((place, number, error)) => {
                blocks.problems.push(format!("{place} {number}: {error}"))
            }
        });
    }
    anyhow::ensure!(blocks.problems.is_empty(), "{}", blocks.problems.join("; "));
    Ok(events)
}

/// Titles of the rules that fire on an event, and of the correlations that it completes.
fn titles(
    engine: &Engine,
    event: &Event<'_>,
    scratch: &mut Scratch,
    state: &mut CorrelationState,
) -> Vec<String> {
    let rules = engine.rules();
    let mut numbers = Vec::new();
    engine.evaluate(event, scratch, &mut numbers);
    let mut completed = Vec::new();
    for number in &numbers {
        if rules.correlations.is_referenced(number.reference()) {
            let observation = rules.observation(*number, event, 0);
            rules.correlations.observe(state, observation, &mut completed);
        }
    }
    numbers.extend(completed.iter().map(|hit| RuleNumber(hit.rule.0)));
    let titles = numbers.iter().filter_map(|number| rules.head(*number));
    titles.map(|head| head.title.clone()).collect()
}

#[derive(Default)]
struct Blocks {
    blocks: Vec<Block>,
    problems: Vec<String>,
}

impl Sink for Blocks {
    fn block(&mut self, block: Block) -> bool {
        self.blocks.push(block);
        true
    }

    fn problem(&mut self, what: String) {
        self.problems.push(what);
    }
}
