//! Queries of ZZ1's analyst that would like to know something of ZZ2.
//!
//! Each either is refused or finds nothing of it: no row, no count, no least or greatest, no word
//! in an error.

use std::time::Duration;

use wardwatch_hunt::{HuntLimits, HuntResult};

use crate::fixture::{PORT_OF_TWO, ROWS, Sector};

/// What must come of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// It is refused, or fails.
    Without,
    /// It has an answer, of ZZ1's rows alone.
    With,
    /// Either.
    Either,
}
use Ends::{Either, With, Without};

#[rustfmt::skip]
const HOSTILE: &[(Ends, &str)] = &[
    // Conditions that would undo the scope's.
    (With, "SELECT * FROM events WHERE org = 'ZZ2'"),
    (With, "SELECT * FROM events WHERE org = 'ZZ1' OR org = 'ZZ2' OR TRUE"),
    (With, "SELECT count(*) FROM events WHERE 1 = 1 OR org IS NOT NULL"),
    (With, "SELECT * FROM events WHERE NOT (org = 'ZZ1')"),
    (With, "SELECT min(record), max(record), min(device), max(device) FROM events"),
    (With, "SELECT max(record) FROM events"),
    (With, "SELECT count(destination_port), max(destination_port), sum(record) FROM events"),
    (With, "SELECT approx_distinct(org), count(DISTINCT org) FROM events"),
    (With, "SELECT org, count(*) FROM events GROUP BY org HAVING count(*) > 0"),
    (With, "SELECT DISTINCT org FROM events -- WHERE org = 'ZZ1'"),
    (With, "SELECT /* org = 'ZZ1' */ org FROM events /* ; */"),
    (With, "SELECT * FROM events WHERE time < '2030-01-01' OR time > '1970-01-01'"),
    (With, "SELECT * FROM events ORDER BY org DESC LIMIT 1"),
    (With, "SELECT * FROM events ORDER BY record DESC LIMIT 3 OFFSET 39"),
    // The view under other names, and other things under the view's name.
    (With, "SELECT * FROM events e, events f WHERE e.record = f.record - 1000000"),
    (With, "SELECT f.* FROM events e RIGHT JOIN events f ON f.org = 'ZZ2'"),
    (With, "SELECT f.org FROM events e FULL OUTER JOIN events f ON e.org <> f.org"),
    (With, "SELECT * FROM events NATURAL JOIN events AS other WHERE other.org = 'ZZ2'"),
    (With, "WITH events AS (SELECT * FROM events) SELECT * FROM events WHERE org = 'ZZ2'"),
    (With, "WITH events AS (SELECT 'ZZ1' AS org) SELECT * FROM events"),
    (With, "WITH a AS (SELECT * FROM events), b AS (SELECT * FROM a) SELECT DISTINCT org FROM b"),
    (With, "SELECT * FROM (SELECT * FROM (SELECT * FROM events) x) y WHERE org <> 'ZZ1'"),
    (With, "SELECT org FROM events UNION ALL SELECT org FROM events"),
    (With, "SELECT org FROM events EXCEPT SELECT 'ZZ1'"),
    (With, "SELECT org FROM events INTERSECT SELECT 'ZZ2'"),
    (With, "SELECT * FROM \"events\" WHERE \"org\" = 'ZZ2'"),
    (Without, "SELECT * FROM \"EVENTS\""),
    (Without, "SELECT * FROM \"events;\""),
    (With, "SELECT e.org AS \"events.org\" FROM EVENTS AS e"),
    (With, "SELECT (SELECT max(record) FROM events f WHERE f.org <> 'ZZ1') FROM events LIMIT 1"),
    (With, "SELECT * FROM events e WHERE EXISTS (SELECT 1 FROM events f WHERE f.org = 'ZZ2')"),
    (Either, "SELECT * FROM events e WHERE record IN \
              (SELECT record FROM events f WHERE f.org <> e.org)"),
    (Either, "SELECT e.record, (SELECT count(*) FROM events f WHERE f.record > e.record + 900000) \
              FROM events e"),
    (With, "SELECT CASE WHEN org = 'ZZ2' THEN command_line ELSE 'none' END FROM events"),
    // Tables and functions that are not there.
    (Without, "SELECT * FROM information_schema.tables"),
    (Without, "SELECT * FROM information_schema.columns WHERE table_name = 'events'"),
    (Without, "SELECT * FROM lake.lake.events"),
    (Without, "SELECT * FROM datafusion.public.events"),
    (Without, "SELECT * FROM lake_files"),
    (Without, "SELECT * FROM 'day=2017-05-12'"),
    (Without, "SELECT * FROM '/etc/passwd'"),
    (Without, "SELECT * FROM \"day=2017-05-12/x.parquet\""),
    (Without, "SELECT * FROM read_parquet('day=2017-05-12/*.parquet')"),
    (Without, "SELECT * FROM read_csv('/etc/passwd')"),
    (Without, "SELECT * FROM parquet_metadata('x')"),
    (Without, "SELECT * FROM metadata_cache()"),
    (Without, "SELECT * FROM generate_series(1, 1000000000)"),
    (Without, "SELECT * FROM range(1, 1000000000)"),
    (Without, "SELECT * FROM unnest([1, 2])"),
    (Without, "SELECT * FROM TABLE(events)"),
    (Without, "TABLE events"),
    (Without, "SELECT input_file_name() FROM events"),
    (Without, "SELECT file_row_index() FROM events"),
    (Without, "SELECT version(), uuid(), random() FROM events"),
    (Without, "SELECT pg_read_file('/etc/passwd')"),
    (Without, "SELECT arrow_typeof(org) FROM events"),
    (Without, "SELECT * FROM events TABLESAMPLE (10)"),
    (Without, "SELECT * FROM events FOR SYSTEM_TIME AS OF '2017-01-01'"),
    // Everything that is no SELECT.
    (Without, "SELECT * INTO taken FROM events"),
    (Without, "CREATE TABLE taken AS SELECT * FROM events"),
    (Without, "CREATE VIEW taken AS SELECT * FROM events"),
    (Without, "CREATE EXTERNAL TABLE taken STORED AS PARQUET LOCATION '/'"),
    (Without, "CREATE FUNCTION f() RETURNS INT RETURN 1"),
    (Without, "COPY events TO '/tmp/taken.parquet'"),
    (Without, "COPY (SELECT * FROM events) TO '/tmp/taken.csv'"),
    (Without, "INSERT INTO events SELECT * FROM events"),
    (Without, "DELETE FROM events"),
    (Without, "UPDATE events SET org = 'ZZ1'"),
    (Without, "DROP TABLE events"),
    (Without, "SET datafusion.catalog.information_schema = true"),
    (Without, "RESET datafusion.execution.batch_size"),
    (Without, "SHOW TABLES"),
    (Without, "SHOW ALL"),
    (Without, "DESCRIBE events"),
    (Without, "EXPLAIN SELECT * FROM events"),
    (Without, "EXPLAIN ANALYZE SELECT * FROM events WHERE org = 'ZZ2'"),
    (Without, "PREPARE p AS SELECT * FROM events"),
    (Without, "EXECUTE p"),
    (Without, "SELECT 1; SELECT * FROM events"),
    (Without, "SELECT 1 FROM events; DROP TABLE events"),
    (Without, "WITH a AS (DELETE FROM events) SELECT 1"),
    (Without, ""),
    (Without, "-- nothing"),
    (Without, "SELECT * FROM events WHERE org = $1"),
    (Either, "SELECT @@version FROM events"),
    // Failing on purpose, where failing would tell of another's row.
    (Without, "SELECT * FROM events WHERE CAST(command_line AS INT) > 0"),
    (Either, "SELECT * FROM events WHERE 1 / (destination_port - 31337) > 0"),
    (With, "SELECT record FROM events WHERE CASE WHEN org = 'ZZ2' THEN CAST(device AS INT) ELSE 1 \
            END = 1"),
    (With, "SELECT record FROM events WHERE org = 'ZZ2' AND CAST(device AS INT) = 1"),
    (With, "SELECT record FROM events WHERE \
            1 / (CASE WHEN destination_port = 31337 THEN 0 ELSE 1 END) = 1"),
    (With, "SELECT CAST(message AS INT) FROM events WHERE destination_port = 31337"),
    // Too much of something.
    (Without, "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r"),
    (Without, "SELECT repeat('a', 1000000000) FROM events"),
    (Without, "SELECT lpad('a', 1000000000) FROM events"),
    (Without, "SELECT replace(body, '\"', body) FROM events"),
    (Without, "SELECT body || body FROM events"),
    (Without, "SELECT concat(body, body) FROM events"),
    (Without, "SELECT array_agg(body) FROM events"),
    (Without, "SELECT string_agg(body, ',') FROM events"),
    (Without, "SELECT row_number() OVER () FROM events"),
    (Without, "SELECT sum(record) OVER (PARTITION BY org) FROM events"),
    (Without, "SELECT count(*) FROM events GROUP BY CUBE (org, class, device, event_id, image)"),
    (Without, "SELECT count(*) FROM events GROUP BY ROLLUP (org, class)"),
    (Without, "SELECT * FROM events WHERE regexp_like(command_line, '((a{1000}){1000}){1000}')"),
    (Without, "SELECT * FROM events WHERE command_line ~ command_line"),
    (Without, "SELECT * FROM events WHERE command_line LIKE body"),
    (With, "SELECT * FROM events WHERE regexp_like(command_line, '(a*)*(a*)*(a*)*b$')"),
];

/// The answer, and whether anything in it or in an error is ZZ2's.
fn nothing_of_two(sql: &str, told: &Result<String, String>) {
    let (Ok(text) | Err(text)) = told;
    // What the question itself says may be said again, and it names ZZ2 freely.
    for mark in ["kestrel", "1000000", "100003", ".parquet", "/lake", "day="] {
        if !sql.contains(mark) {
            assert!(!text.contains(mark), "{sql}: {text}");
        }
    }
    if let Ok(rows) = told {
        let port = PORT_OF_TWO.to_string();
        let kept = rows.lines().skip(1).find(|line| line.contains("ZZ2") || line.contains(&port));
        assert_eq!(kept, None, "{sql}");
    }
}

#[tokio::test]
async fn nothing_of_another_organisation_is_found() {
    assert!(HOSTILE.len() >= 40);
    let sector = Sector::new().await;
    let scope = sector.scope(sector.one).await;
    for (ends, sql) in HOSTILE {
        let told = sector.told(&scope, sql).await;
        match ends {
            Without => assert!(told.is_err(), "{sql}: {told:?}"),
            With => assert!(told.is_ok(), "{sql}: {told:?}"),
            Either => {}
        }
        nothing_of_two(sql, &told);
    }
}

#[tokio::test]
async fn counts_are_those_of_ones_own_rows() {
    let sector = Sector::new().await;
    let scope = sector.scope(sector.one).await;
    for sql in [
        "SELECT count(*) FROM events",
        "SELECT count(*) FROM events WHERE TRUE OR org = 'ZZ2'",
        "SELECT count(record) FROM events",
        "SELECT count(*) FROM (SELECT * FROM events UNION SELECT * FROM events) u",
        "SELECT max(record) + 1 FROM events",
        "WITH events AS (SELECT * FROM events) SELECT count(*) FROM events",
    ] {
        let told = sector.told(&scope, sql).await.unwrap();
        assert_eq!(told.lines().nth(1), Some(ROWS.to_string().as_str()), "{sql}");
    }
}

/// Some of these are planned, others refused; none takes long or takes the server down.
#[tokio::test]
async fn what_is_too_large_or_too_deep_ends() {
    let limits = HuntLimits { time: Duration::from_secs(5), ..HuntLimits::default() };
    let sector = Sector::with(limits).await;
    let scope = sector.scope(sector.one).await;
    let deep = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let many = |part: &str, times: usize| vec![part; times].join(" ");
    let hostile = [
        format!("SELECT * FROM events WHERE {}", deep("(", "record = 1", ")", 5_000)),
        format!("SELECT * FROM events WHERE {}record = 1", "NOT ".repeat(3_500)),
        format!("SELECT {}record FROM events", "- ".repeat(7_000)),
        format!("SELECT * FROM {}", deep("(SELECT * FROM ", "events", ") x", 400)),
        format!("SELECT * FROM events WHERE record = 1 {}", many("OR record = 2", 1_000)),
        format!("SELECT * FROM events WHERE org IN ('a'{})", ", 'b'".repeat(3_000)),
        format!("SELECT 1 {}", many("UNION ALL SELECT 1", 800)),
        format!("SELECT * FROM events {}", many(", events", 1_500)),
        format!("SELECT '{}' FROM events", "x".repeat(2_000)),
        "x".repeat(100_000),
        format!("SELECT {} FROM events", vec!["upper(lower(body))"; 500].join(", ")),
        format!("SELECT {}1{} FROM events", "coalesce(".repeat(1_000), ")".repeat(1_000)),
        "WITH a AS (SELECT * FROM events x, events y), b AS (SELECT x.* FROM a x, a y), \
         c AS (SELECT x.* FROM b x, b y), d AS (SELECT x.* FROM c x, c y) SELECT count(*) FROM d"
            .to_owned(),
        "SELECT count(*) FROM events a, events b, events c, events d, events e, events f, events g"
            .to_owned(),
    ];
    for sql in hostile {
        let ended: Result<HuntResult, _> = sector.hunt(&scope, &sql).await;
        let told = match ended {
            Ok(result) => Ok(format!("{} rows", result.rows())),
            Err(error) => Err(error.to_string()),
        };
        let (Ok(text) | Err(text)) = &told;
        assert!(!text.contains("kestrel"), "{text}");
    }
    // And the hunter still answers.
    assert!(sector.told(&scope, "SELECT count(*) FROM events").await.is_ok());
}
