//! Memory stays within its limits, and what is given up is counted.

use super::*;

const PER_USER: &str =
    "type: event_count, rules: [failed], group-by: [user], timespan: 1h, condition: {gte: 3}";

#[test]
fn the_group_that_is_oldest_goes_first() {
    let state = tell(
        &[("rule", PER_USER)],
        Limits { max_groups: 2, ..Limits::default() },
        "5 failed user=ann
         1 failed user=bob
         6 failed user=ann
         7 failed user=eve
         7 failed user=ann -> rule @7 3 from 0,2,4 user=ann
         8 failed user=bob
         9 failed user=eve
         9 failed user=bob",
    );
    // Bob's first entry went when Eve came, so his later two are not enough.
    assert_eq!(state.counters(), Counters { evicted_groups: 1, ..Counters::default() });
    assert_eq!((state.groups(), state.entries()), (2, 4));
}

#[test]
fn a_full_group_gives_up_its_oldest_entry() {
    let state = tell(
        &[(
            "rule",
            "type: value_sum, rules: [transfer], timespan: 1h, condition: {field: n, gte: 10}",
        )],
        Limits { max_entries_per_group: 2, ..Limits::default() },
        "1 transfer n=4
         2 transfer n=3
         0 transfer n=9
         3 transfer n=5
         4 transfer n=5 -> rule @4 10 from 3,4",
    );
    assert_eq!(state.counters().evicted_entries, 3);
}

#[test]
fn a_condition_is_given_the_entries_it_needs() {
    tell(
        &[("rule", PER_USER)],
        Limits { max_entries_per_group: 1, ..Limits::default() },
        "1 failed user=ann
         2 failed user=ann
         3 failed user=ann -> rule @3 3 from 0,1,2 user=ann",
    );
}

#[test]
fn all_correlations_together_are_limited_and_the_largest_gives_way() {
    let state = tell(
        &[
            ("small", "type: event_count, rules: [success], timespan: 1h, condition: {gte: 2}"),
            ("large", PER_USER),
        ],
        Limits { max_entries: 4, ..Limits::default() },
        "1 success
         2 failed user=ann
         3 failed user=bob
         4 failed user=eve
         5 failed user=ida
         6 success -> small @6 2 from 0,5",
    );
    assert_eq!((state.counters().evicted_groups, state.entries()), (1, 3));
}

#[test]
fn a_group_without_entries_is_forgotten() {
    let state = tell(
        &[(
            "rule",
            "type: event_count, rules: [failed], group-by: [user], timespan: 1h, condition: {gte: 1}",
        )],
        Limits::default(),
        "1 failed user=ann -> rule @1 1 from 0 user=ann
         2 failed user=bob -> rule @2 1 from 1 user=bob",
    );
    assert_eq!((state.groups(), state.entries()), (0, 0));
}

#[test]
fn a_state_forgets_when_it_is_used_with_another_set() {
    let first = sound(&[("rule", PER_USER)]);
    let second = sound(&[("rule", &PER_USER.replace("user", "host"))]);
    let (mut state, mut hits) = (CorrelationState::new(Limits::default()), Vec::new());
    for _ in 0..2 {
        first.observe(&mut state, observation("0 failed user=x host=x", 0), &mut hits);
    }
    second.observe(&mut state, observation("0 failed user=x host=x", 0), &mut hits);
    assert_eq!((state.entries(), hits.len()), (1, 0));
}
