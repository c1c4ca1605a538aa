//! Groups never mix, and late events count where they belong.

use super::*;

const COUNT: &str =
    "type: event_count, rules: [failed], group-by: [user], timespan: 10s, condition: {gte: 3}";

#[test]
fn groups_are_equal_only_byte_by_byte() {
    story(
        "type: event_count, rules: [failed], group-by: [user, host], timespan: 1m, \
         condition: {gte: 2}",
        "0 failed user=ann host=a
         1 failed user=Ann host=a
         2 failed user=an  host=na
         3 failed user=ann host=A
         4 failed user=ann host=a -> rule @4 2 from 0,4 user=ann host=a",
    );
}

#[test]
fn an_observation_without_a_group_value_takes_no_part() {
    let state = story(
        COUNT,
        "0 failed
         1 failed
         2 failed
         3 failed user=
         4 failed user=
         5 failed user= -> rule @5 3 from 3,4,5 user=",
    );
    assert_eq!(state.counters(), Counters { without_group: 3, ..Counters::default() });
}

#[test]
fn an_observation_without_a_time_takes_no_part() {
    let state = story(
        COUNT,
        "0 failed user=ann
         ? failed user=ann
         1 failed user=ann
         ? success",
    );
    assert_eq!(state.counters(), Counters { without_time: 1, ..Counters::default() });
}

#[test]
fn two_tenants_never_mix() {
    let set = sound(&[("rule", COUNT)]);
    let mut tenants =
        [CorrelationState::new(Limits::default()), CorrelationState::new(Limits::default())];
    let mut hits = Vec::new();
    for (tenant, second) in [(0, 0), (1, 1), (0, 2), (1, 3)] {
        let seen = observation(&format!("{second} failed user=ann"), second);
        set.observe(&mut tenants[tenant], seen, &mut hits);
    }
    assert_eq!(hits, Vec::new());
    set.observe(&mut tenants[1], observation("4 failed user=ann", 4), &mut hits);
    assert_eq!(hits.iter().map(|hit| &hit.origins).collect::<Vec<_>>(), [&[1, 3, 4]]);
}

#[test]
fn a_late_event_completes_a_window_that_ends_after_it() {
    story(
        COUNT,
        "100 failed user=ann
         109 failed user=ann
         111 failed user=ann
         104 failed user=ann -> rule @109 3 from 0,3,1 user=ann
         105 failed user=ann
         106 failed user=ann -> rule @111 3 from 4,5,2 user=ann",
    );
}

#[test]
fn a_late_event_does_not_complete_a_window_that_it_is_not_in() {
    // The third takes the first away, so that the second's window would satisfy the range by
    // itself; that is not the fourth's doing, and is found out with the next event in that window.
    story(
        "type: value_sum, rules: [transfer], timespan: 10s, condition: {field: n, gte: 10, lte: 12}",
        "0   transfer n=-5
         8   transfer n=10
         -1  transfer n=15 -> rule @0 10 from 2,0
         -20 transfer n=0
         9   transfer n=0  -> rule @9 10 from 1,4",
    );
}

#[test]
fn a_late_event_can_be_the_missing_step() {
    story(
        "type: temporal_ordered, rules: [recon_a, recon_b, recon_c], timespan: 10s",
        "100 recon_a
         108 recon_c
         109 recon_c
         111 recon_b
         104 recon_b -> rule @108 3 from 0,4,1",
    );
}

#[test]
fn a_late_event_beyond_tolerance_is_dropped_and_counted() {
    let limits = Limits { lateness_micros: 20_000_000, ..Limits::default() };
    let state = tell(
        &[("rule", COUNT)],
        limits,
        "100 failed user=ann
         70  failed user=ann
         69  failed user=ann
         71  failed user=ann
         72  failed user=ann -> rule @72 3 from 1,3,4 user=ann
         69  failed user=bob",
    );
    assert_eq!(state.counters(), Counters { dropped_late: 1, ..Counters::default() });
}

#[test]
fn one_event_from_the_future_does_not_silence_its_group_for_good() {
    let mut lines = String::from("9000000 failed user=ann\n");
    for second in 0..15 {
        lines += &format!("{second} failed user=ann\n");
    }
    lines += "15 failed user=ann\n16 failed user=ann\n17 failed user=ann \
              -> rule @17 3 from 16,17,18 user=ann";
    let state = story(COUNT, &lines);
    let expected = Counters { dropped_late: 15, evicted_entries: 1, ..Counters::default() };
    assert_eq!(state.counters(), expected);
}

#[test]
fn tumbling_windows_are_cut_at_multiples_of_the_timespan() {
    story(
        "type: event_count, rules: [failed], timespan: 10s, window: tumbling, condition: {gte: 2}",
        "9  failed
         10 failed
         20 failed
         29 failed -> rule @29 2 from 2,3
         -1 failed
         -10 failed -> rule @-1 2 from 5,4
         19 failed -> rule @19 2 from 1,6",
    );
}
