//! Correlations fed with any observations: bounded, never a crash.
#![no_main]

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use wardwatch_detect::correlation::{CorrelationState, Limits, Observation, RuleRef};
use wardwatch_detect::{Documents, Placeholders, RuleSet};
use wardwatch_model::Timestamp;

const RULES: &str = "title: a\nname: a\nlogsource: {product: x}\ndetection: {s: {A: 1}, condition: s}\n---\ntitle: b\nname: b\nlogsource: {product: x}\ndetection: {s: {A: 2}, condition: s}\n---\n";
const KINDS: &[&str] = &[
    "type: event_count, condition: {gte: 3}",
    "type: event_count, condition: {gt: 1, lt: 4}",
    "type: value_count, condition: {field: V, gte: 2}",
    "type: temporal",
    "type: temporal_ordered",
    "type: value_sum, condition: {field: V, gt: 10}",
    "type: value_avg, condition: {field: V, lt: 5}",
    "type: value_percentile, condition: {field: V, gte: 5, percentile: 90}",
];

fn set() -> RuleSet {
    let mut text = RULES.to_owned();
    for (kind, at) in KINDS.iter().zip(0..) {
        text.push_str(&format!(
            "title: c{at}\nname: c{at}\ncorrelation: {{{kind}, rules: [a, b], group-by: [G], timespan: 10s}}\n---\n"
        ));
    }
    text.push_str("title: d\ncorrelation: {type: temporal_ordered, rules: [c0, b], group-by: [G], timespan: 1m}\n");
    RuleSet::load(Documents::parse("c.yml", &text), &Placeholders::default())
}

fn run(bytes: &[u8], set: &RuleSet) -> Result<()> {
    let mut u = Unstructured::new(bytes);
    let limits = Limits {
        lateness_micros: 5_000_000,
        max_groups: 3,
        max_entries_per_group: 8,
        max_entries: 40,
    };
    let mut state = CorrelationState::new(limits);
    let mut hits = Vec::new();
    while !u.is_empty() {
        let micros = if u.ratio(1, 20)? { u.arbitrary()? } else { u.int_in_range(0..=60_000_000)? };
        let observation = Observation {
            rule: RuleRef(u.int_in_range(0..=1)?),
            time: u.ratio(19, 20)?.then_some(Timestamp { micros }),
            fields: vec![
                ("G".to_owned(), u.int_in_range(0..=5u8)?.to_string()),
                ("V".to_owned(), u.int_in_range(-9..=99i32)?.to_string()),
            ],
            origin: 0,
        };
        set.correlations.observe(&mut state, observation, &mut hits);
        assert!(state.groups() <= 4 * (KINDS.len() + 1));
        hits.clear();
    }
    Ok(())
}

fuzz_target!(|bytes: &[u8]| {
    thread_local!(static SET: RuleSet = set());
    let _ = SET.with(|set| run(bytes, set));
});
