//! One story for each kind of correlation and each form of condition.

use super::*;

#[test]
fn event_count_hits_at_its_threshold_and_starts_anew() {
    story(
        "type: event_count, rules: [failed], group-by: [user], timespan: 1m, condition: {gte: 3}",
        "0  failed user=ann
         10 failed user=ann
         15 failed user=bob
         20 failed user=ann  -> rule @20 3 from 0,1,3 user=ann
         25 failed user=ann
         26 failed user=ann
         27 failed user=ann  -> rule @27 3 from 4,5,6 user=ann
         30 failed user=bob",
    );
}

#[test]
fn events_exactly_a_timespan_apart_count_and_a_second_more_does_not() {
    story(
        "type: event_count, rules: [failed], timespan: 1m, condition: {gte: 2}",
        "0   failed
         60  failed  -> rule @60 2 from 0,1
         100 failed
         161 failed
         221 failed  -> rule @221 2 from 3,4",
    );
}

#[test]
fn event_count_over_several_rules_counts_them_together() {
    story(
        "type: event_count, rules: [recon_a, recon_b], timespan: 1m, condition: {gt: 2}",
        "0 recon_a
         1 recon_b
         2 recon_c
         3 recon_b -> rule @3 3 from 0,1,3",
    );
}

#[test]
fn value_count_counts_different_values() {
    story(
        "type: value_count, rules: [failed], group-by: [host], timespan: 1m, \
         condition: {field: user, gte: 3}",
        "0 failed host=a user=ann
         1 failed host=a user=ann
         2 failed host=a user=bob
         3 failed host=b user=eve
         4 failed host=a user=Bob -> rule @4 3 from 0,1,2,4 host=a
         5 failed host=a user=eve
         6 failed host=a",
    );
}

#[test]
fn value_count_of_several_fields_counts_different_tuples() {
    story(
        "type: value_count, rules: [failed], timespan: 1m, condition: {field: [x, y], gte: 3}",
        "0 failed x=a y=bc
         1 failed x=ab y=c
         2 failed x=a y=bc
         3 failed x=ab
         4 failed x=b y=c -> rule @4 3 from 0,1,2,4",
    );
}

#[test]
fn values_that_left_the_window_no_longer_count() {
    story(
        "type: value_count, rules: [failed], timespan: 10s, condition: {field: user, gte: 2}",
        "0  failed user=ann
         11 failed user=bob
         12 failed user=bob
         22 failed user=ann -> rule @22 2 from 2,3",
    );
}

#[test]
fn temporal_wants_all_rules_in_any_order() {
    story(
        "type: temporal, rules: [recon_a, recon_b, recon_c], group-by: [host, user], timespan: 5m",
        "0   recon_c host=x user=ann
         10  recon_a host=x user=ann
         20  recon_a host=x user=ann
         30  recon_b host=y user=ann
         40  recon_b host=x user=ann -> rule @40 3 from 0,1,2,4 host=x user=ann
         50  recon_a host=x user=ann
         60  recon_b host=x user=ann
         400 recon_c host=x user=ann",
    );
}

#[test]
fn temporal_with_a_number_wants_so_many_different_rules() {
    story(
        "type: temporal, rules: [recon_a, recon_b, recon_c], timespan: 5m, condition: {gte: 2}",
        "0 recon_a
         1 recon_a
         2 recon_c -> rule @2 2 from 0,1,2
         3 recon_b",
    );
}

#[test]
fn temporal_with_an_expression() {
    story(
        "type: temporal, rules: [recon_a, recon_b, success], timespan: 1m, \
         condition: '1 of recon_* and success'",
        "0 recon_b
         1 recon_a
         2 success -> rule @2 3 from 0,1,2
         3 success",
    );
}

#[test]
fn not_means_not_seen_so_far() {
    story(
        "type: temporal, rules: [failed, recon_a, success], timespan: 1m, \
         condition: 'failed and recon_a and not success'",
        "0  success
         1  failed
         2  recon_a
         61 recon_a -> rule @61 2 from 1,2,3
         62 success",
    );
}

#[test]
fn temporal_ordered_really_orders() {
    let correlation = "type: temporal_ordered, rules: [recon_a, recon_b, recon_c], timespan: 1m";
    story(
        correlation,
        "0 recon_c
         1 recon_b
         2 recon_a
         3 recon_c
         4 recon_b
         5 recon_c -> rule @5 3 from 2,4,5
         6 recon_c",
    );
    // A chain that starts too early does not hide one that starts late enough.
    story(
        correlation,
        "0  recon_a
         30 recon_a
         50 recon_b
         80 recon_c -> rule @80 3 from 1,2,3",
    );
    story(
        correlation,
        "0  recon_a
         30 recon_b
         61 recon_c",
    );
}

#[test]
fn temporal_ordered_takes_equal_times_in_order_of_arrival() {
    story(
        "type: temporal_ordered, rules: [failed, success], timespan: 1m",
        "0 success
         0 failed
         1 recon_a
         2 failed
         2 success -> rule @2 2 from 3,4",
    );
}

#[test]
fn temporal_ordered_may_name_a_rule_twice() {
    story(
        "type: temporal_ordered, rules: [failed, success, failed], timespan: 1m",
        "0 failed
         1 failed
         2 success
         3 failed -> rule @3 3 from 1,2,3",
    );
}

#[test]
fn value_sum_adds_up_and_starts_anew() {
    story(
        "type: value_sum, rules: [transfer], group-by: [host], timespan: 1m, \
         condition: {field: bytes, gt: 100}",
        "0  transfer host=a bytes=60
         1  transfer host=a bytes=39.5
         2  transfer host=b bytes=99
         3  transfer host=a bytes=many
         4  transfer host=a bytes=0.75 -> rule @4 100.25 from 0,1,4 host=a
         5  transfer host=a bytes=100
         66 transfer host=a bytes=50",
    );
}

#[test]
fn value_avg_hits_once_until_its_entries_have_left() {
    story(
        "type: value_avg, rules: [transfer], timespan: 10s, condition: {field: bytes, gte: 100}",
        "0  transfer bytes=50
         1  transfer bytes=130
         2  transfer bytes=150 -> rule @2 110 from 0,1,2
         3  transfer bytes=900
         12 transfer bytes=900
         13 transfer bytes=100 -> rule @13 633.3333333333334 from 3,4,5",
    );
}

#[test]
fn value_percentile_is_the_nearest_rank() {
    story(
        "type: value_percentile, rules: [transfer], timespan: 1m, \
         condition: {field: ms, percentile: 75, gte: 30}",
        "0 transfer ms=10
         1 transfer ms=20
         2 transfer ms=5
         3 transfer ms=90
         4 transfer ms=30 -> rule @4 30 from 0,1,2,3,4",
    );
}

#[test]
fn value_median_is_the_middle_or_the_mean_of_the_middle_two() {
    story(
        "type: value_median, rules: [transfer], timespan: 1m, \
         condition: {field: ms, gte: 15, lt: 20}",
        "0 transfer ms=10
         1 transfer ms=90
         2 transfer ms=1
         3 transfer ms=21 -> rule @3 15.5 from 0,1,2,3",
    );
}

#[test]
fn a_range_wants_all_of_its_comparisons() {
    story(
        "type: value_sum, rules: [transfer], timespan: 1m, \
         condition: {field: bytes, gt: 100, lte: 200, neq: 150}",
        "0 transfer bytes=100
         1 transfer bytes=50
         2 transfer bytes=51
         3 transfer bytes=-1 -> rule @3 200 from 0,1,2,3",
    );
}

#[test]
fn a_negative_number_is_read_as_one() {
    story(
        "type: value_sum, rules: [transfer], timespan: 1m, condition: {field: change, lt: -5}",
        "0 transfer change=-3
         1 transfer change=-2
         2 transfer change=-0.5 -> rule @2 -5.5 from 0,1,2",
    );
}

#[test]
fn fewer_than_is_judged_upon_events_and_hits_once_in_a_timespan() {
    story(
        "type: event_count, rules: [failed], timespan: 10s, condition: {lt: 3}",
        "0  failed -> rule @0 1 from 0
         5  failed
         10 failed
         11 failed
         22 failed -> rule @22 1 from 4",
    );
}
