//! What hunts find.

use std::time::Duration;

use wardwatch_hunt::{Format, HuntError, HuntLimits, Query};
use wardwatch_model::Permission;

use crate::fixture::{ROWS, Sector, at, row};

#[tokio::test]
async fn questions_have_their_answers() {
    let sector = Sector::new().await;
    let scope = sector.scope(sector.one).await;
    for (sql, expected) in [
        ("SELECT count(*) AS n FROM events", "n\r\n40\r\n"),
        (
            "SELECT device, count(*) AS n FROM events GROUP BY device ORDER BY device LIMIT 2",
            "device,n\r\nrobin-PC0,8\r\nrobin-PC1,8\r\n",
        ),
        ("SELECT record FROM events WHERE command_line LIKE '%/run 7 %'", "record\r\n7\r\n"),
        (
            "SELECT org, time FROM events WHERE sha256 = \
             '0000000000000000000000000000000000000000000000000000000000000009'",
            "org,time\r\nZZ1,2017-05-12T10:00:09.000000Z\r\n",
        ),
        (
            "SELECT user, message FROM events WHERE destination_port = 443 ORDER BY time LIMIT 1",
            "user,message\r\nrobinuser,robin says 0\r\n",
        ),
        ("SELECT count(*) AS n FROM events WHERE time >= '2017-05-12T10:00:30Z'", "n\r\n10\r\n"),
        (
            "SELECT count(*) AS n FROM events WHERE regexp_like(image, 'robin[12]\\.exe')",
            "n\r\n26\r\n",
        ),
        (
            "SELECT a.record FROM events a JOIN events b ON a.record = b.record + 1 \
          WHERE a.record < 3 ORDER BY 1",
            "record\r\n1\r\n2\r\n",
        ),
        (
            "WITH few AS (SELECT * FROM events WHERE record < 2) SELECT count(*) AS n FROM few",
            "n\r\n2\r\n",
        ),
    ] {
        assert_eq!(sector.told(&scope, sql).await.as_deref(), Ok(expected), "{sql}");
    }
}

#[tokio::test]
async fn above_an_organisation_users_are_pseudonyms_and_free_text_is_left_out() {
    let sector = Sector::new().await;
    let scope = sector.scope(sector.root).await;
    let told = sector
        .told(
            &scope,
            "SELECT user, command_line, message, body FROM events \
             WHERE org = 'ZZ2' AND record = 1000003",
        )
        .await
        .unwrap();
    let expected = "user,command_line,message,body\r\n\
                    user-ZZ2-11,kestrel /run 3 for somebody,,\r\n";
    assert_eq!(told, expected);
    // Nor does a condition tell what is hidden.
    for condition in [
        "user = 'kestreluser'",
        "body LIKE '%kestrel%'",
        "message LIKE '%says%'",
        "command_line LIKE '%kestreluser%'",
        "user IN ('kestreluser', 'robinuser')",
    ] {
        let sql = format!("SELECT count(*) AS n FROM events WHERE {condition}");
        assert_eq!(sector.told(&scope, &sql).await.as_deref(), Ok("n\r\n0\r\n"), "{condition}");
    }
    let all = sector.told(&scope, "SELECT count(*) AS n FROM events").await;
    assert_eq!(all.unwrap(), format!("n\r\n{}\r\n", 2 * ROWS));
}

#[tokio::test]
async fn a_hunt_ends_at_its_limits() {
    let limits = HuntLimits { rows: 5, ..HuntLimits::default() };
    let sector = Sector::with(limits).await;
    let scope = sector.scope(sector.one).await;
    let cut = sector.hunt(&scope, "SELECT record FROM events").await.unwrap();
    assert_eq!((cut.rows(), cut.is_cut()), (5, true));
    let whole = sector.hunt(&scope, "SELECT record FROM events LIMIT 5").await.unwrap();
    assert_eq!((whole.rows(), whole.is_cut()), (5, false));

    let limits = HuntLimits { time: Duration::from_millis(300), ..HuntLimits::default() };
    let sector = Sector::with(limits).await;
    let scope = sector.scope(sector.one).await;
    let cross = "SELECT count(*) FROM events a, events b, events c, events d, events e, events f \
                 WHERE a.record + b.record + c.record + d.record + e.record + f.record < 0";
    let ended = sector.hunt(&scope, cross).await;
    assert!(matches!(ended, Err(HuntError::Time(_))), "{ended:?}");

    let limits = HuntLimits { memory_bytes: 1 << 10, ..HuntLimits::default() };
    let sector = Sector::with(limits).await;
    let scope = sector.scope(sector.one).await;
    let sort = "SELECT command_line, count(*) FROM events GROUP BY command_line ORDER BY 2, 1";
    let ended = sector.hunt(&scope, sort).await;
    assert!(matches!(ended, Err(HuntError::Memory)), "{ended:?}");
}

#[tokio::test]
async fn a_hunt_is_stopped_and_says_how_far_it_was() {
    let sector = Sector::new().await;
    let scope = sector.scope(sector.one).await;
    let cross = "SELECT count(*) FROM events a, events b, events c, events d, events e, events f \
                 WHERE a.record + b.record + c.record + d.record + e.record + f.record < 0";
    let query = Query { sql: cross.to_owned(), from: at(0), until: at(1_000), rows: None };
    let (running, outcome) = sector.hunter.start(&scope, query).await.unwrap();
    let progress = running.progress();
    assert_eq!((progress.files_total, progress.rows_total), (2, 2 * ROWS as u64));
    running.cancel();
    assert!(matches!(outcome.await.unwrap(), Err(HuntError::Cancelled)));
}

#[tokio::test]
async fn files_that_are_replaced_meanwhile_are_still_read() {
    let sector = Sector::new().await;
    let scope = sector.scope(sector.one).await;
    let query = Query {
        sql: "SELECT count(*) AS n FROM events".to_owned(),
        from: at(0),
        until: at(1_000),
        rows: None,
    };
    let lease = sector.lake.lease(&sector.state, &scope, query.from, query.until).await.unwrap();
    let (_, outcome) = sector.hunter.start(&scope, query).await.unwrap();
    assert_eq!(sector.lake.compact(&sector.state, &sector.system, 2).await.unwrap().made, 1);
    assert_eq!(sector.lake.sweep(&sector.state, &sector.system).await.unwrap(), 0);
    assert_eq!(outcome.await.unwrap().unwrap().rows(), 1);
    drop(lease);
    let told = sector.told(&scope, "SELECT count(*) AS n FROM events").await;
    assert_eq!(told.as_deref(), Ok("n\r\n40\r\n"));
    assert_eq!(sector.lake.sweep(&sector.state, &sector.system).await.unwrap(), 2);
}

#[tokio::test]
async fn every_form_of_a_result_has_the_same_rows() {
    let sector = Sector::new().await;
    sector.publish(vec![LakeRowWith::device("=cmd")], 9).await;
    let scope = sector.scope(sector.one).await;
    let sql = "SELECT device, record, event_id, target_file FROM events WHERE record = 500";
    let result = sector.hunt(&scope, sql).await.unwrap();
    let text = |format| String::from_utf8(result.write(format).unwrap()).unwrap();
    assert_eq!(text(Format::Csv), "device,record,event_id,target_file\r\n'=cmd,500,1,\r\n");
    let json = "[\n{\"device\":\"=cmd\",\"record\":500,\"event_id\":1,\"target_file\":null}\n]\n";
    assert_eq!(text(Format::Json), json);
    let arrow = result.write(Format::Arrow).unwrap();
    assert_eq!(arrow[..4], [0xff; 4], "a stream of messages");
}

struct LakeRowWith;

impl LakeRowWith {
    fn device(name: &str) -> wardwatch_store::LakeRow {
        wardwatch_store::LakeRow { device: name.to_owned(), ..row("ZZ1", 500) }
    }
}

#[tokio::test]
async fn another_permission_hunts_nothing() {
    let sector = Sector::new().await;
    let principal = sector.state.principal(sector.one, at(10)).await.unwrap().unwrap();
    let findings = principal.scope(Permission::ReadFindings).unwrap();
    let ended = sector.hunt(&findings, "SELECT 1 FROM events").await;
    assert!(matches!(ended, Err(HuntError::Store(_))), "{ended:?}");
}
