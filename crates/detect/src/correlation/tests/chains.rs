//! Correlations of correlations, aliases, and what the caller is told to extract.

use super::*;

const MANY_FAILED: (&str, &str) = (
    "many_failed",
    "type: event_count, rules: [failed], group-by: [host], timespan: 1m, condition: {gte: 3}",
);

#[test]
fn many_failed_logons_followed_by_a_success() {
    // As in the Sigma specification: the chain groups by a field that the lower one does not.
    tell(
        &[
            (
                "broken_in",
                "type: temporal_ordered, rules: [many_failed, success], group-by: [user], timespan: 1h",
            ),
            MANY_FAILED,
        ],
        Limits::default(),
        "0  success host=a user=ann
         1  failed host=a user=ann
         2  failed host=a user=bob
         3  failed host=a user=ann  -> many_failed @3 3 from 1,2,3 host=a
         4  success host=a user=bob
         10 success host=b user=ann -> broken_in @10 2 from 1,2,3,5 user=ann
         11 success host=a user=ann",
    );
}

#[test]
fn one_event_is_not_before_the_hit_that_it_completes() {
    tell(
        &[
            MANY_FAILED,
            ("then", "type: temporal_ordered, rules: [many_failed, failed], timespan: 1h"),
        ],
        Limits::default(),
        "0 failed host=a
         1 failed host=a
         2 failed host=a -> many_failed @2 3 from 0,1,2 host=a
         3 failed host=a -> then @3 2 from 0,1,2,3",
    );
}

#[test]
fn aliases_join_different_fields_of_different_rules() {
    story(
        "type: temporal, rules: [recon_a, recon_b], group-by: [internal, remote], timespan: 10s, \
         aliases: {internal: {recon_a: destination.ip, recon_b: source.ip}, \
                   remote: {recon_a: source.ip, recon_b: destination.ip}}",
        "0 recon_a source.ip=9.9.9.9 destination.ip=10.0.0.1
         1 recon_b source.ip=9.9.9.9 destination.ip=10.0.0.1
         2 recon_b source.ip=10.0.0.1 destination.ip=9.9.9.9 \
           -> rule @2 2 from 0,2 internal=10.0.0.1 remote=9.9.9.9",
    );
}

#[test]
fn an_alias_names_a_value_of_the_hit_for_the_chain_above() {
    let correlations = [
        (
            "pair",
            "type: temporal, rules: [recon_a, recon_b], group-by: [ip], timespan: 10s, \
                  aliases: {ip: {recon_a: src, recon_b: dst}, who: {recon_b: login}}",
        ),
        (
            "top",
            "type: event_count, rules: [pair, success], group-by: [address, who], \
                 timespan: 1m, condition: {gte: 2}, \
                 aliases: {address: {pair: ip, success: client}}",
        ),
    ];
    tell(
        &correlations,
        Limits::default(),
        "0 recon_a src=1.1.1.1
         1 recon_b dst=1.1.1.1 login=ann -> pair @1 2 from 0,1 ip=1.1.1.1
         2 success client=1.1.1.1 who=ann -> top @2 2 from 0,1,2 address=1.1.1.1 who=ann",
    );
    let set = sound(&correlations);
    assert_eq!(set.needs(base("recon_a")), ["src"]);
    assert_eq!(set.needs(base("recon_b")), ["dst", "login"]);
    assert_eq!(set.needs(base("success")), ["client", "who"]);
}

#[test]
fn only_what_is_referred_to_is_needed_and_only_without_generate_is_it_suppressed() {
    let set = sound(&[
        MANY_FAILED,
        (
            "sum",
            "type: value_sum, rules: [transfer, failed], group-by: [user], timespan: 1m, \
                 condition: {field: bytes, gte: 3};generate: true",
        ),
        ("top", "type: temporal, rules: [many_failed, recon_a], timespan: 1m"),
    ]);
    assert_eq!(set.needs(base("failed")), ["bytes", "host", "user"]);
    assert_eq!(set.needs(base("recon_a")), [""; 0]);
    assert_eq!(set.needs(base("success")), [""; 0]);
    let is = |name: &str| (set.is_referenced(base(name)), set.is_suppressed(base(name)));
    assert_eq!(is("recon_a"), (true, true));
    assert_eq!(is("failed"), (true, false));
    assert_eq!(is("success"), (false, false));
    assert_eq!(set.suppressed_base_rules().collect::<Vec<_>>(), [base("recon_a")]);
    assert!(set.is_suppressed(RuleRef(FIRST)) && !set.is_suppressed(RuleRef(FIRST + 1)));
    let numbers: Vec<u32> = set.correlations().map(|number| number.0).collect();
    assert_eq!(numbers, [FIRST, FIRST + 1, FIRST + 2]);
}

#[test]
fn an_event_of_two_rules_is_named_once_and_contributes_twice() {
    let set = sound(&[("rule", "type: temporal, rules: [recon_a, recon_b], timespan: 10s")]);
    let (mut state, mut hits) = (CorrelationState::new(Limits::default()), Vec::new());
    set.observe(&mut state, observation("0 recon_a", 7), &mut hits);
    set.observe(&mut state, observation("0 recon_b", 7), &mut hits);
    assert_eq!((hits[0].origins.as_slice(), hits[0].contributions), ([7].as_slice(), 2));
}

#[test]
fn origins_are_cut_and_contributions_counted() {
    let set = sound(&[
        ("many", "type: event_count, rules: [failed], timespan: 1h, condition: {gte: 150}"),
        ("twice", "type: event_count, rules: [many], timespan: 1h, condition: {gte: 2}"),
    ]);
    let (mut state, mut hits) = (CorrelationState::new(Limits::default()), Vec::new());
    for origin in 0..300 {
        set.observe(&mut state, observation("0 failed", origin), &mut hits);
    }
    let sizes: Vec<_> = hits.iter().map(|hit| (hit.origins.len(), hit.contributions)).collect();
    assert_eq!(sizes, [(MAX_ORIGINS, 150), (MAX_ORIGINS, 150), (MAX_ORIGINS, 300)]);
}

#[test]
fn a_web_of_correlations_can_not_run_away() {
    let names: Vec<(String, String)> = (0..12)
        .flat_map(|level: u32| (0..3).map(move |at| (level, at)))
        .map(|(level, at)| {
            let below = match level.checked_sub(1) {
                None => "failed".to_owned(),
                Some(low) => format!("c{low}_0, c{low}_1, c{low}_2"),
            };
            let body =
                format!("type: event_count, rules: [{below}], timespan: 1m, condition: {{gte: 1}}");
            (format!("c{level}_{at}"), body)
        })
        .collect();
    let web: Vec<(&str, &str)> = names.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let (mut state, mut hits) = (CorrelationState::new(Limits::default()), Vec::new());
    sound(&web).observe(&mut state, observation("0 failed", 0), &mut hits);
    assert!(hits.len() < 5_000 && state.counters().cut_chains > 0, "{}", hits.len());
}
