//! Every mistake is reported, by number, with a hint; what depends on it is left out too.

use super::*;

/// The messages and the anchors, one line each.
fn problems(correlations: &[(&str, &str)]) -> String {
    let (set, errors) = compile(correlations);
    let failed: Vec<RuleRef> = errors.iter().map(CorrelationError::number).collect();
    assert!(set.correlations().all(|number| !failed.contains(&number)));
    assert!(errors.iter().all(|error| !error.hint().is_empty()));
    errors.iter().map(|error| format!("{error} [{}]\n", error.anchor())).collect()
}

#[track_caller]
fn assert_problems(correlation: &str, expected: &str) {
    assert_eq!(problems(&[("rule", correlation)]).trim(), expected.trim(), "{correlation}");
}

#[test]
fn each_mistake_has_its_message() {
    for (correlation, expected) in [
        (
            "type: event_count, rules: [], timespan: 1m, condition: {gte: 1}",
            "correlation 100: it refers to no rules [rules]",
        ),
        (
            "type: event_count, rules: [faild], timespan: 1m, condition: {gte: 1}",
            "correlation 100: it refers to 'faild', which is neither the id nor the name of a loaded rule [faild]",
        ),
        (
            "type: value_count, rules: [failed], timespan: 1m, condition: {gte: 1}",
            "correlation 100: value_count needs a field in its condition [condition]",
        ),
        (
            "type: value_avg, rules: [failed], timespan: 1m, condition: {gte: 1, field: [a, b]}",
            "correlation 100: value_avg takes one field, not 2 [condition]",
        ),
        (
            "type: value_percentile, rules: [failed], timespan: 1m, condition: {gte: 1, field: a}",
            "correlation 100: value_percentile needs a percentile in its condition [condition]",
        ),
        (
            "type: value_percentile, rules: [failed], timespan: 1m, condition: {gte: 1, field: a, percentile: 101}",
            "correlation 100: percentile 101 is not between 0 and 100 [percentile]",
        ),
        (
            "type: temporal, rules: [failed], group-by: [a], timespan: 1m, aliases: {a: {failed: b, success: c}}",
            "correlation 100: alias 'a' maps 'success', which is not among the rules of this correlation [success]",
        ),
        (
            "type: temporal, rules: [failed, success], group-by: [a], timespan: 1m, aliases: {a: {failed: b}}",
            "correlation 100: alias 'a' is used but gives no field for 'success' [a]",
        ),
        (
            "type: temporal, rules: [failed, success], timespan: 1m, condition: 'failed and recon_a'",
            "correlation 100: the condition names 'recon_a', which is not among the rules of this correlation [recon_a]",
        ),
        (
            "type: temporal, rules: [failed], timespan: 1m, condition: 'all of recon_*'",
            "correlation 100: the condition names 'recon_*', which is not among the rules of this correlation [recon_*]",
        ),
        (
            "type: temporal, rules: [failed, success], timespan: 1m, condition: {gte: 3}",
            "correlation 100: the condition asks for 3, and at most 2 can be counted [condition]",
        ),
        (
            "type: event_count, rules: [failed], timespan: 1m, condition: {gt: 100000}",
            "correlation 100: the condition asks for 100001, and at most 100000 can be counted [condition]",
        ),
        (
            "type: temporal_ordered, rules: [failed, success], timespan: 1m, condition: 'failed and success'",
            "correlation 100: temporal_ordered can not be used with this form of condition [condition]",
        ),
        (
            "type: temporal_ordered, rules: [failed, success, recon_a], timespan: 1m, condition: {gte: 2}",
            "correlation 100: temporal_ordered can not be used with this form of condition [condition]",
        ),
        (
            "type: temporal, rules: [failed], timespan: 0s",
            "correlation 100: timespan '0s' is not between 1 second and 400 days [0s]",
        ),
        (
            "type: temporal, rules: [failed], timespan: 401d",
            "correlation 100: timespan '401d' is not between 1 second and 400 days [401d]",
        ),
        (
            "type: temporal, rules: [failed], timespan: 1h, window: session, gap: 5m",
            "correlation 100: session windows are not supported [session]",
        ),
    ] {
        assert_problems(correlation, expected);
    }
}

#[test]
fn all_mistakes_of_a_rule_are_told_at_once() {
    assert_problems(
        "type: value_sum, rules: [failed, typo], timespan: 0s, condition: {gte: 1}",
        "correlation 100: it refers to 'typo', which is neither the id nor the name of a loaded rule [typo]\n\
         correlation 100: timespan '0s' is not between 1 second and 400 days [0s]\n\
         correlation 100: value_sum needs a field in its condition [condition]",
    );
}

#[test]
fn forms_that_say_all_rules_are_accepted() {
    for condition in ["", ", condition: {gte: 1}", ", condition: {gte: 2}", ", condition: {eq: 2}"]
    {
        let body =
            format!("type: temporal_ordered, rules: [failed, success], timespan: 1m{condition}");
        assert_problems(&body, "");
    }
    assert_problems("type: temporal, rules: [failed], timespan: 400d", "");
}

#[test]
fn cycles_are_found_and_what_stands_on_them_is_left_out() {
    let on = |rules: &str| format!("type: temporal, rules: [{rules}], timespan: 1m");
    let (a, b, c) = (on("failed, second"), on("third"), on("first"));
    let (selfish, above, fine) = (on("selfish"), on("success, third"), on("failed"));
    let correlations = [
        ("first", a.as_str()),
        ("second", &b),
        ("third", &c),
        ("selfish", &selfish),
        ("above", &above),
        ("fine", &fine),
    ];
    assert_eq!(
        problems(&correlations),
        "correlation 100: it refers to itself: 100 -> 101 -> 102 -> 100 [rules]\n\
         correlation 101: it refers to itself: 101 -> 102 -> 100 -> 101 [rules]\n\
         correlation 102: it refers to itself: 102 -> 100 -> 101 -> 102 [rules]\n\
         correlation 103: it refers to itself: 103 -> 103 [rules]\n\
         correlation 104: it refers to 'third', a correlation that could not be loaded [third]\n"
    );
    let (set, _) = compile(&correlations);
    assert_eq!(set.correlations().collect::<Vec<_>>(), [RuleRef(105)]);
    assert!(set.is_referenced(base("failed")) && !set.is_referenced(base("success")));
}

#[test]
fn a_mistake_takes_the_whole_chain_above_with_it() {
    let told = problems(&[
        ("top", "type: temporal, rules: [middle], timespan: 1m"),
        ("middle", "type: temporal, rules: [bottom], timespan: 1m"),
        ("bottom", "type: temporal, rules: [typo], timespan: 1m"),
    ]);
    let expected = "\
        correlation 102: it refers to 'typo', which is neither the id nor the name of a loaded rule [typo]\n\
        correlation 100: it refers to 'middle', a correlation that could not be loaded [middle]\n\
        correlation 101: it refers to 'bottom', a correlation that could not be loaded [bottom]\n";
    assert_eq!(told, expected);
}

#[test]
fn a_chain_of_thousands_does_not_exhaust_the_stack() {
    let names: Vec<String> = (0..2_000).map(|at| format!("c{at}")).collect();
    let bodies: Vec<String> = (0..2_000)
        .map(|at: usize| at.checked_sub(1).map_or("failed".to_owned(), |below| format!("c{below}")))
        .map(|below| {
            format!("type: event_count, rules: [{below}], timespan: 1m, condition: {{gte: 1}}")
        })
        .collect();
    let chain: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(bodies.iter().map(String::as_str)).collect();
    let set = sound(&chain);
    let (mut state, mut hits) = (CorrelationState::new(Limits::default()), Vec::new());
    set.observe(&mut state, observation("0 failed", 0), &mut hits);
    assert_eq!((hits.len(), state.counters().cut_chains), (1_001, 1));
}
