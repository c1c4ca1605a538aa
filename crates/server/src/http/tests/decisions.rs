//! What people decide: of devices whose support ended, and of holes that stay open for now.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::Sector;

fn decide(course: &str, until: &str) -> Value {
    let decision = json!({
        "course": course, "owner": "  the head of imaging ", "reason": "the scanner is in use",
        "until": until,
    });
    json!({ "org": "ZZ1", "devices": ["ZZ1-PC1"], "decision": decision })
}

#[tokio::test]
async fn a_device_without_support_is_decided_of_and_is_late_one_day() {
    let sector = Sector::new().await;
    let manager = sector.session_of("ZZ1", Role::ItManager).await;
    let list = "/api/v1/decisions?stage=undecided";
    let open = sector.get(&manager, list).await.json();
    assert_eq!(open["items"][0]["device"], "ZZ1-PC1", "{open:#}");
    assert_eq!(open["items"][0]["decided"], Value::Null);
    let lifecycle = sector.get(&manager, "/api/v1/lifecycle").await.json();
    assert_eq!(lifecycle["decisions"]["undecided"], 1, "{lifecycle:#}");

    for (wrong, why) in [
        (decide("accept", "2019-01-01"), "'until' is a day from 2017-05-12 to 2018-05-13"),
        (decide("upgrade", "2017-05-11"), "'until' is a day from"),
        (json!({ "org": "ZZ1", "devices": [] }), "'devices' names 1 to 5000 devices"),
        (json!({ "org": "ZZ1", "devices": ["\u{7}"] }), "no control characters"),
    ] {
        let refused = sector.post(&manager, "/api/v1/decisions", wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.detail().contains(why), "{}", refused.text);
    }
    let made = sector.post(&manager, "/api/v1/decisions", decide("replace", "2017-06-30")).await;
    assert_eq!(made.json(), json!({ "devices": 1 }), "{}", made.text);
    assert_eq!(sector.get(&manager, list).await.json()["items"], json!([]));
    let found = sector.get(&manager, "/api/v1/decisions?stage=replace").await.json();
    let decided = &found["items"][0]["decided"];
    assert_eq!(decided["decision"]["owner"], "the head of imaging");
    assert_eq!(found["items"][0]["late"], false);
    let report = sector.get(&manager, "/api/v1/devices/ZZ1/ZZ1-PC1/exposures").await.json();
    assert_eq!(report["decided"], *decided, "one decision everywhere");
    let counts = sector.get(&manager, "/api/v1/lifecycle").await.json()["decisions"].clone();
    assert_eq!((&counts["replace"], &counts["undecided"]), (&json!(1), &json!(0)));

    let board = sector.session_of("ZZ1", Role::Board).await;
    let refused = sector.post(&board, "/api/v1/decisions", decide("accept", "2017-06-30")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let taken = json!({ "org": "ZZ1", "devices": ["ZZ1-PC1"] });
    assert_eq!(sector.post(&manager, "/api/v1/decisions", taken).await.status, StatusCode::OK);
    assert_eq!(sector.get(&manager, list).await.json()["items"].as_array().unwrap().len(), 1);
    let audit = sector.get(&sector.session("root").await, "/api/v1/audit?limit=500").await.text;
    for action in ["decision.make", "decision.remove"] {
        assert!(audit.contains(&format!("\"{action}\"")), "{action}");
    }
}

#[tokio::test]
async fn an_exception_says_who_answers_and_closes_nothing() {
    let sector = Sector::new().await;
    let manager = sector.session_of("ZZ1", Role::ItManager).await;
    let row = async || {
        let found = sector.get(&manager, "/api/v1/exposures?cve=CVE-2017-0144").await.json();
        found["items"][0].clone()
    };
    let before = row().await;
    assert_eq!((&before["exposed"], &before["excepted"]), (&json!(1), &json!(0)), "{before:#}");
    let new = json!({
        "org": "ZZ1", "cve": "CVE-2017-0144", "device": "ZZ1-PC1", "owner": "kim",
        "reason": "the supplier comes in June", "until": "2017-06-30",
    });
    let made = sector.post(&manager, "/api/v1/exceptions", new.clone()).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let after = row().await;
    assert_eq!((&after["exposed"], &after["excepted"]), (&json!(1), &json!(1)), "{after:#}");
    let device = "/api/v1/devices/ZZ1/ZZ1-PC1/exposures?cve=CVE-2017-0144";
    let hole = sector.get(&manager, device).await.json()["exposures"][0].clone();
    assert_eq!((&hole["status"], &hole["exception"]["owner"]), (&json!("exposed"), &json!("kim")));
    let found = sector.get(&manager, "/api/v1/exceptions").await.json();
    assert_eq!(found[0], made.json());
    let page = sector.get(&manager, "/devices/ZZ1/ZZ1-PC1?cve=CVE-2017-0144").await.text;
    assert!(page.contains("kim answers for that. the supplier comes in June"), "{page}");

    let mut other = new;
    other["device"] = json!("ZZ1-PC2");
    sector.post(&manager, "/api/v1/exceptions", other).await;
    let end = json!({ "org": "ZZ1", "cve": "CVE-2017-0144", "device": "ZZ1-PC1" });
    let ended = sector.post(&manager, "/api/v1/exceptions/end", end.clone()).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text);
    let again = sector.post(&manager, "/api/v1/exceptions/end", end).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(row().await["excepted"], 0, "one for another device covers none");
    // One for the whole organisation covers every device of it.
    let all = json!({
        "org": "ZZ1", "cve": "CVE-2017-0144", "owner": "kim", "reason": "r", "until": "2017-06-30",
    });
    sector.post(&manager, "/api/v1/exceptions", all).await;
    assert_eq!(row().await["excepted"], 1);
}
