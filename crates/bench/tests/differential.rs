//! Our hits against those of `rsigma-eval` and of the plain evaluator, event by event, rule by
//! rule, on every recorded event of the corpora.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use bumpalo::Bump;
use wardwatch_bench::peer::{Partitioned, flat};
use wardwatch_detect::{Engine, Placeholders, RuleSet, Scratch, plain};
use wardwatch_normalise::Normaliser;
use wardwatch_testkit::{corpora, events};

/// Rules on whose hits the peer is wrong, with the reason. Each is checked to differ, so that an
/// entry that no longer holds fails the test.
const PEER_FAULTS: &[(&str, &str)] = &[(
    "4a0b2c7e-7cb2-495d-8b63-5f268e7bfd67",
    "`|windash: ' /accepteula'` also stands for ' -accepteula' (Sigma 2.1: all permutations of the \
     five dashes; pySigma agrees); the peer permutes only '-'",
)];

#[test]
fn hits_equal_those_of_the_peer_and_of_the_plain_evaluator() {
    let Some(folder) = corpora::folder() else { return };
    let documents = corpora::documents(&corpora::rule_folders(&folder));
    let parsed: Vec<_> = documents.rules.iter().map(|rule| rule.document.clone()).collect();
    let set = Arc::new(RuleSet::load(documents, &Placeholders::default()));
    assert_eq!(parsed.len(), set.rules.len());
    let normaliser = Normaliser::new(None);
    let engine = Engine::new(set.clone(), normaliser.table());
    let mut run = Run {
        engine: &engine,
        normaliser: &normaliser,
        peer: Partitioned::new(&parsed),
        scratch: Scratch::default(),
        differences: BTreeMap::new(),
        events: 0,
        hits: 0,
    };
    // The plain evaluator is slow: it is held to every event of the one corpus and to every
    // twentieth of the other.
    for record in events::all_evtx_records(&folder) {
        run.record(&record, true);
    }
    for (line, nth) in events::shipped_json(&folder).lines().zip(0u64..) {
        run.record(line, nth % 20 == 0);
    }
    println!("{} events, {} hits", run.events, run.hits);
    assert!(run.events > 60_000 && run.hits > 1_000, "too few: {} {}", run.events, run.hits);
    for (rule, reason) in PEER_FAULTS {
        assert!(run.differences.remove(*rule).is_some(), "{rule} differs no more: {reason}");
    }
    let report: Vec<String> = run.differences.values().cloned().collect();
    assert!(report.is_empty(), "{} rules differ:\n{}", report.len(), report.join("\n"));
}

struct Run<'r> {
    engine: &'r Engine,
    normaliser: &'r Normaliser,
    peer: Partitioned<'r>,
    scratch: Scratch,
    /// For each rule that differs, one example.
    differences: BTreeMap<String, String>,
    events: u64,
    hits: usize,
}

impl Run<'_> {
    fn record(&mut self, record: &str, with_plain: bool) {
        let arena = Bump::new();
        let event = self.normaliser.json(&arena, record, 0).unwrap();
        let mut hits = Vec::new();
        self.engine.evaluate(&event, &mut self.scratch, &mut hits);
        self.events += 1;
        self.hits += hits.len();
        if with_plain {
            let sources = self.normaliser.table().get(event.sources);
            assert_eq!(hits, plain::evaluate(self.engine.rules(), &event, sources), "{record}");
        }
        let rules = self.engine.rules();
        let mut ours: Vec<String> =
            hits.iter().map(|number| rules.head(*number).unwrap().id.0.clone()).collect();
        ours.sort();
        let theirs = self.peer.evaluate(self.engine, event.sources, &flat(&event));
        if ours == theirs {
            return;
        }
        for id in ours.iter().filter(|id| !theirs.contains(id)) {
            self.differ(id, "only ours", record);
        }
        for id in theirs.iter().filter(|id| !ours.contains(id)) {
            self.differ(id, "only the peer's", record);
        }
    }

    fn differ(&mut self, id: &str, which: &str, record: &str) {
        self.differences.entry(id.to_owned()).or_insert_with(|| {
            format!("{id} {which}: {}", record.chars().take(1500).collect::<String>())
        });
    }
}
