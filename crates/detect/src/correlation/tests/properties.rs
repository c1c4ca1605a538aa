//! The incremental evaluation is held to the plain one, and memory to its limits.

use proptest::prelude::*;

use super::plain::{Case, Event, Expression, Hit, evaluate};
use super::*;

const RULES: [&str; 3] = ["recon_a", "recon_b", "recon_c"];

const EXPRESSIONS: [Expression; 4] = [
    ("recon_a and not recon_b", |[a, b, _]| a && !b),
    ("recon_a or (recon_b and recon_c)", |[a, b, c]| a || (b && c)),
    ("2 of recon_*", |[a, b, c]| u8::from(a) + u8::from(b) + u8::from(c) >= 2),
    ("not all of them", |[a, b, c]| !(a && b && c)),
];

fn comparisons() -> impl Strategy<Value = Vec<(&'static str, i64)>> {
    // In the order in which the parser reads them, each once.
    let operators = prop::sample::subsequence(vec!["lt", "lte", "gt", "gte", "eq", "neq"], 1..=2);
    (operators, prop::collection::vec(-3i64..7, 2))
        .prop_map(|(operators, numbers)| operators.into_iter().zip(numbers).collect())
}

fn cases() -> impl Strategy<Value = Case> {
    let kinds = prop::sample::select(vec![
        "event_count",
        "value_count",
        "value_sum",
        "value_avg",
        "value_percentile",
        "value_median",
        "temporal",
        "temporal_ordered",
    ]);
    let expression = prop::option::of(prop::sample::select(EXPRESSIONS.to_vec()));
    let order = prop::collection::vec(0usize..3, 1..4);
    let percentile = prop_oneof![Just(0u64), Just(50), Just(100), 0u64..=100];
    (kinds, comparisons(), expression, percentile, order, 1i64..25, any::<bool>()).prop_map(
        |(kind, comparisons, expression, percentile, order, span, tumbling)| {
            let temporal = kind.starts_with("temporal");
            let expression = expression.filter(|_| kind == "temporal");
            let all = vec![("gte", 1 + percentile.cast_signed() % 3)];
            let comparisons = match kind {
                "temporal_ordered" => vec![("gte", 1)],
                _ if temporal => all,
                _ => comparisons,
            };
            Case { kind, comparisons, expression, percentile, order, span, tumbling }
        },
    )
}

fn events(most: usize) -> impl Strategy<Value = Vec<Event>> {
    let value = prop_oneof![
        8 => (-8i64..9).prop_map(|halves| (halves as f64 / 2.0).to_string()),
        1 => Just("abc".to_owned()),
        1 => Just("NaN".to_owned()),
    ];
    let event = (0i64..60, 0usize..3, 0usize..2, value)
        .prop_map(|(second, rule, group, value)| Event { second, rule, group, value });
    prop::collection::vec(event, 0..most)
}

/// The case as a rule, as its author would write it.
fn written(case: &Case) -> String {
    let rules: Vec<&str> = match case.kind {
        "temporal_ordered" => case.order.iter().map(|rule| RULES[*rule]).collect(),
        _ => RULES.to_vec(),
    };
    let comparisons: Vec<String> =
        case.comparisons.iter().map(|(operator, number)| format!("{operator}: {number}")).collect();
    let condition = match case.expression {
        Some((text, _)) => format!("'{text}'"),
        None => {
            format!("{{{}, field: value, percentile: {}}}", comparisons.join(", "), case.percentile)
        }
    };
    let window = if case.tumbling { ", window: tumbling" } else { "" };
    format!(
        "type: {}, rules: [{}], group-by: [group], timespan: {}s{window}, condition: {condition}",
        case.kind,
        rules.join(", "),
        case.span
    )
}

fn seen(event: &Event, origin: u64) -> Observation {
    let Event { second, rule, group, value } = event;
    observation(&format!("{second} {} group={group} value={value}", RULES[*rule]), origin)
}

fn observe_all(set: &CorrelationSet, events: &[Event]) -> Vec<Vec<Hit>> {
    observe_within(set, events, 600)
}

/// With so many seconds of tolerated lateness.
fn observe_within(set: &CorrelationSet, events: &[Event], lateness: i64) -> Vec<Vec<Hit>> {
    let limits = Limits { lateness_micros: lateness * 1_000_000, ..Limits::default() };
    let mut state = CorrelationState::new(limits);
    let mut all = Vec::new();
    for (origin, event) in events.iter().enumerate() {
        let mut hits = Vec::new();
        set.observe(&mut state, seen(event, origin as u64), &mut hits);
        let hit =
            |hit: &CorrelationHit| (hit.time.micros / 1_000_000, hit.value, hit.contributions);
        all.push(hits.iter().map(hit).collect());
    }
    all
}

/// The rules of an ordered case are only those it names; others never reach it.
fn fed(case: &Case, mut events: Vec<Event>) -> Vec<Event> {
    if case.kind == "temporal_ordered" {
        events.retain(|event| case.order.contains(&event.rule));
    }
    events
}

fn total(hits: &[Vec<Hit>]) -> usize {
    hits.iter().map(Vec::len).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    // In order, nothing depends on how much is kept for late events.
    #[test]
    fn equals_the_plain_one_in_order_of_time(
        case in cases(), events in events(60), lateness in 0i64..20,
    ) {
        let mut events = fed(&case, events);
        events.sort_by_key(|event| event.second);
        let set = sound(&[("rule", &written(&case))]);
        prop_assert_eq!(observe_within(&set, &events, lateness), evaluate(&case, &events));
    }

    // No event comes later than is tolerated, so that what was let go of is not missed.
    #[test]
    fn equals_the_plain_one_within_the_tolerated_lateness(
        case in cases(), events in events(60), lateness in 0i64..20,
        delays in prop::collection::vec(any::<prop::sample::Index>(), 60),
    ) {
        let mut arriving: Vec<(i64, Event)> = fed(&case, events)
            .into_iter()
            .zip(delays)
            .map(|(event, delay)| (event.second + delay.index(lateness as usize + 1) as i64, event))
            .collect();
        arriving.sort_by_key(|(second, _)| *second);
        let events: Vec<Event> = arriving.into_iter().map(|(_, event)| event).collect();
        let set = sound(&[("rule", &written(&case))]);
        prop_assert_eq!(observe_within(&set, &events, lateness), evaluate(&case, &events));
    }

    // All events lie within the default lateness, so that nothing is let go of too early.
    #[test]
    fn equals_the_plain_one_in_any_order(case in cases(), events in events(60)) {
        let events = fed(&case, events);
        let set = sound(&[("rule", &written(&case))]);
        prop_assert_eq!(observe_all(&set, &events), evaluate(&case, &events));
    }

    // Whether there is a hit at all depends on the events only: a window that would complete in one
    // order completes in every other, unless a hit has used up one of its entries before. Where at
    // most one hit is possible, their number is therefore the same. (With more it need not be: an
    // earlier or a later window may be the one that is used up.)
    #[test]
    fn order_of_arrival_does_not_decide_whether_there_is_a_hit(
        events in events(40), least in 1i64..12, span in 1i64..25, order in any::<prop::sample::Index>(),
        temporal in any::<bool>(),
    ) {
        let rule = if temporal {
            format!("type: temporal, rules: [recon_a, recon_b, recon_c], timespan: {span}s")
        } else {
            let rules = "recon_a, recon_b, recon_c";
            format!("type: event_count, rules: [{rules}], timespan: {span}s, condition: {{gte: {least}}}")
        };
        let set = sound(&[("rule", &rule)]);
        let mut sorted = events.clone();
        sorted.sort_by_key(|event| event.second);
        let mut turned = events.clone();
        turned.rotate_left(order.index(events.len().max(1)));
        let counts = [&sorted, &events, &turned].map(|events| total(&observe_all(&set, events)));
        let at_most_one = if temporal {
            (0..3).any(|rule| events.iter().filter(|event| event.rule == rule).count() == 1)
        } else {
            (events.len() as i64) < 2 * least
        };
        prop_assert_eq!(counts.map(|count| count > 0), [counts[0] > 0; 3]);
        if at_most_one {
            prop_assert_eq!(counts, [counts[0]; 3]);
        }
    }

    // Chains and aliases included: the same observations give the same hits.
    #[test]
    fn the_same_observations_give_the_same_hits(case in cases(), events in events(60)) {
        let rule = written(&case);
        let set = sound(&[
            ("top", "type: event_count, rules: [rule], group-by: [value], timespan: 1m, condition: {gte: 2}"),
            ("rule", &rule),
        ]);
        prop_assert_eq!(observe_all(&set, &events), observe_all(&set.clone(), &events));
    }
}

fn extremes() -> impl Strategy<Value = Vec<(i64, usize, u8, &'static str)>> {
    let micros = prop_oneof![
        Just(i64::MIN),
        Just(i64::MIN + 1),
        Just(-1),
        Just(0),
        Just(i64::MAX - 1),
        Just(i64::MAX),
        any::<i64>(),
        0i64..50_000_000,
    ];
    let value = prop::sample::select(vec![
        "1e308",
        "-1e308",
        "1e-320",
        "nan",
        "inf",
        "-inf",
        "",
        "abc",
        "7",
        "-0",
        "9223372036854775808",
        " 3 ",
        "0x10",
    ]);
    prop::collection::vec((micros, 0usize..3, 0u8..20, value), 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn never_panics_and_never_outgrows_its_limits(
        case in cases(), seen in extremes(), lateness_micros in any::<i64>(),
        max_groups in 0usize..6, max_entries_per_group in 0usize..6, max_entries in 0usize..20,
    ) {
        let written = written(&case);
        let top = "type: event_count, rules: [rule], timespan: 400d, condition: {gte: 2}";
        let set = sound(&[("rule", &written), ("top", top)]);
        let limits = Limits { lateness_micros, max_groups, max_entries_per_group, max_entries };
        let mut state = CorrelationState::new(limits);
        // What a condition needs is kept whatever the limit of a group says.
        let needed = case.comparisons.iter().map(|(_, number)| *number + 1).max().unwrap_or(0).max(3);
        let per_group = max_entries_per_group.max(needed as usize);
        for (origin, (micros, rule, group, value)) in seen.into_iter().enumerate() {
            let fields = [("group", group.to_string()), ("value", value.to_owned())];
            let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
            let time = Some(Timestamp { micros });
            let mut hits = Vec::new();
            let seen = Observation { rule: base(RULES[rule]), time, fields, origin: origin as u64 };
            set.observe(&mut state, seen, &mut hits);
            prop_assert!(hits.iter().all(|hit| hit.value.is_finite()));
            prop_assert!(state.entries() <= max_entries.max(1));
            prop_assert!(state.groups() <= 2 * max_groups.max(1));
            let groups = || state.tables.iter().flat_map(|table| table.groups.values());
            prop_assert!(groups().all(|group| (1..=per_group).contains(&group.len())));
            for (table, definition) in state.tables.iter().zip(&set.definitions) {
                prop_assert!(table.groups.values().all(|group| group.is_consistent(definition)));
            }
            prop_assert_eq!(groups().map(|group| group.len()).sum::<usize>(), state.entries());
        }
    }
}
