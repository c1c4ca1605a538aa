//! Queries composed of parts at random: none of them finds anything of another organisation, whether
//! it is refused, fails or has an answer. `PROPTEST_CASES` sets how many are tried.
//!
//! Each is asked of two sectors, one of which has no event of ZZ2: what is told must be the same, numbers
//! too, and whether it fails. Queries do not name what is ZZ2's: a word of it in an answer or an error came from a
//! row. What they are made of has one answer in whatever order rows come: no clock, no fractions, no
//! first value, no limit without an order.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio::runtime::Runtime;
use wardwatch_hunt::HuntLimits;

use crate::fixture::Sector;

/// Marks that only rows of ZZ2, or the lake's own files, hold.
const MARKS: [&str; 4] = ["ZZ2", "kestrel", ".parquet", "day="];
/// Cases when nobody says otherwise.
const CASES: u32 = 512;

const NAMES: [&str; 16] = [
    "org",
    "record",
    "device",
    "time",
    "received",
    "class",
    "event",
    "source",
    "event_id",
    "image",
    "command_line",
    "\"user\"",
    "destination_port",
    "sha256",
    "message",
    "body",
];
const VALUES: [&str; 7] = ["'ZZ1'", "0", "-1", "NULL", "TRUE", "'%'", "'2017-05-12'"];
const FUNCTIONS: [&str; 12] = [
    "lower",
    "upper",
    "ascii",
    "reverse",
    "octet_length",
    "character_length",
    "to_unixtime",
    "count",
    "max",
    "min",
    "sum",
    "approx_distinct",
];
const OPERATORS: [&str; 13] =
    ["=", "<>", "<", ">=", "AND", "OR", "+", "-", "%", "/", "LIKE", "IS DISTINCT FROM", "||"];
const JOINS: [&str; 6] =
    ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN", "NATURAL JOIN"];
const SETS: [&str; 4] = ["UNION", "UNION ALL", "EXCEPT", "INTERSECT"];
/// What may stand behind a query: clauses, comments, beginnings of something else.
const TAILS: [&str; 11] = [
    "",
    "",
    "",
    "ORDER BY 1",
    "ORDER BY record DESC LIMIT 1000000",
    "-- org",
    "/* org */",
    ";",
    "; SELECT 1",
    "GROUP BY ALL",
    "HAVING count(*) > 0",
];

fn pick(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(of).prop_map(str::to_owned)
}

/// An expression; the names of a view may stand before a column.
fn expression() -> impl Strategy<Value = String> {
    let column = (prop::option::of(pick(&["events", "a", "b"])), pick(&NAMES))
        .prop_map(|(view, name)| view.map_or(name.clone(), |view| format!("{view}.{name}")));
    let leaf = prop_oneof![3 => pick(&NAMES), 1 => column, 2 => pick(&VALUES)];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            (two.clone(), pick(&OPERATORS)).prop_map(|((a, b), op)| format!("({a} {op} {b})")),
            (pick(&FUNCTIONS), inner.clone()).prop_map(|(name, a)| format!("{name}({a})")),
            inner.clone().prop_map(|a| format!("NOT ({a})")),
            inner.clone().prop_map(|a| format!("({a} IS NULL)")),
            (inner.clone(), pick(&["INT", "VARCHAR", "BIGINT"]))
                .prop_map(|(a, kind)| format!("CAST({a} AS {kind})")),
            (two.clone(), inner.clone())
                .prop_map(|((a, b), c)| format!("CASE WHEN {a} THEN {b} ELSE {c} END")),
            (two.clone(), inner.clone())
                .prop_map(|((a, b), c)| format!("({a} BETWEEN {b} AND {c})")),
            two.clone().prop_map(|(a, b)| format!("coalesce({a}, {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} IN ({b}, org))")),
            two.clone().prop_map(|(a, b)| format!("({a} IN (SELECT {b} FROM events))")),
            two.prop_map(|(a, b)| format!("(SELECT max({a}) FROM events b WHERE {b})")),
            inner.prop_map(|a| format!("EXISTS (SELECT 1 FROM events b WHERE {a})")),
        ]
    })
}

/// One SELECT.
fn select() -> impl Strategy<Value = String> {
    let columns = prop_oneof![
        Just("*".to_owned()),
        Just("count(*)".to_owned()),
        Just("a.*".to_owned()),
        Just("DISTINCT org".to_owned()),
        prop::collection::vec(expression(), 1..4).prop_map(|all| all.join(", ")),
    ];
    let from = prop_oneof![
        4 => Just("events".to_owned()),
        2 => Just("events a".to_owned()),
        1 => (pick(&JOINS), expression()).prop_map(|(join, on)| {
            if join.starts_with("CROSS") || join.starts_with("NATURAL") {
                format!("events a {join} events b")
            } else {
                format!("events a {join} events b ON {on}")
            }
        }),
        1 => expression().prop_map(|a| format!("(SELECT *, {a} AS more FROM events) a")),
        1 => Just("events a, LATERAL (SELECT b.org FROM events b WHERE b.record <> a.record) c".to_owned()),
    ];
    let narrowed = prop_oneof![
        1 => Just(String::new()),
        3 => expression().prop_map(|a| format!("WHERE {a}")),
        1 => (expression(), expression()).prop_map(|(a, b)| format!("WHERE {a} GROUP BY {b}")),
    ];
    (columns, from, narrowed)
        .prop_map(|(columns, from, rest)| format!("SELECT {columns} FROM {from} {rest}"))
}

/// A whole query.
fn query() -> impl Strategy<Value = String> {
    let whole = prop_oneof![
        6 => select(),
        1 => (select(), pick(&SETS), select()).prop_map(|(a, set, b)| format!("{a} {set} {b}")),
        1 => (select(), select()).prop_map(|(a, b)| format!("WITH events AS ({a}) {b}")),
        1 => (select(), select()).prop_map(|(a, b)| format!("WITH a AS ({a}), b AS (SELECT * FROM a) {b}")),
    ];
    (whole, pick(&TAILS)).prop_map(|(query, tail)| format!("{query} {tail}"))
}

/// An answer's rows in some order; none of a query that fails. Which row it fails at first is chance.
fn in_order(told: &Result<String, String>) -> Option<Vec<&str>> {
    let mut rows: Vec<&str> = told.as_ref().ok()?.lines().collect();
    rows.sort_unstable();
    Some(rows)
}

#[test]
fn no_composed_query_leaves_its_scope() {
    let runtime = Runtime::new().unwrap();
    let sectors = [&["ZZ2", "ZZ1"][..], &["ZZ1"]].map(|codes| {
        runtime.block_on(async {
            let sector = Sector::holding(codes, HuntLimits::default()).await;
            let scope = sector.scope(sector.one).await;
            (sector, scope)
        })
    });
    let config = Config { failure_persistence: None, ..Config::default() };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { CASES };
    let answered = std::cell::Cell::new(0_u32);
    // The same queries each time, so that a failure comes again; more cases go on where fewer stop.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config { cases, ..config }, rng);
    let outcome = runner.run(&query(), |sql| {
        let [both, alone] =
            sectors.each_ref().map(|(sector, scope)| runtime.block_on(sector.told(scope, &sql)));
        answered.set(answered.get() + u32::from(both.is_ok()));
        let (Ok(text) | Err(text)) = &both;
        if let Some(mark) = MARKS.iter().find(|mark| text.contains(**mark)) {
            return Err(TestCaseError::fail(format!("{mark} in {text}")));
        }
        prop_assert_eq!(in_order(&both), in_order(&alone), "ZZ2's rows changed what is told");
        Ok(())
    });
    outcome.unwrap();
    println!("{} of {cases} queries had an answer", answered.get());
    // Otherwise the queries are no test of anything.
    assert!(answered.get() > cases / 40, "only {} had an answer", answered.get());
}
