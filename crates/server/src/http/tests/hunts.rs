//! Hunts through the API, what is kept for how long, and erasure.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::Sector;

fn hunt(sql: &str) -> Value {
    let (from, until) = ("2017-01-01T00:00:00Z", "2018-01-01T00:00:00Z");
    json!({ "sql": sql, "from": from, "until": until, "wait": true })
}

#[tokio::test]
async fn an_analyst_hunts_among_the_own_events() {
    let sector = Sector::new().await;
    let one = sector.session_of("ZZ1", Role::Analyst).await;
    let asked = hunt("SELECT org, user, record FROM events ORDER BY record");
    let started = sector.post(&one, "/api/v1/hunts", asked).await;
    assert_eq!(started.status, StatusCode::CREATED, "{started:?}");
    let started = started.json();
    assert_eq!((&started["state"], &started["rows"]), (&json!("done"), &json!(3)));
    assert_eq!((&started["kept"], &started["cut"]), (&json!(true), &json!(false)));
    let path = format!("/api/v1/hunts/{}", started["id"].as_str().unwrap());
    let rows = sector.get(&one, &format!("{path}/result")).await.json();
    assert_eq!(rows[2], json!({ "org": "ZZ1", "user": "ZZ1\\robin", "record": 2 }));
    let csv = sector.get(&one, &format!("{path}/result?format=csv")).await;
    assert_eq!(csv.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert_eq!(csv.text.lines().nth(1), Some(r"ZZ1,ZZ1\robin,0"));
    let listed = sector.get(&one, "/api/v1/hunts").await.json();
    // One was started by hand when the sector was made.
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);

    // A colleague does not see it, and in an hour nobody does.
    let other = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    assert_eq!(sector.get(&other, &path).await.status, StatusCode::NOT_FOUND);
    sector.later(3_600);
    let gone = sector.get(&one, &format!("{path}/result")).await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn above_an_organisation_a_hunt_shows_pseudonyms_and_is_in_the_audit() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let grant = json!({ "name": "cat", "org": "ZZ0", "role": "analyst" });
    assert_eq!(sector.post(&root, "/api/v1/people", grant).await.status, StatusCode::CREATED);
    let cat = sector.session("cat").await;
    let mut asked = hunt("SELECT user, command_line, body FROM events WHERE record = 1");
    asked["org"] = json!("ZZ2");
    let started = sector.post(&cat, "/api/v1/hunts", asked).await.json();
    let id = started["id"].as_str().unwrap();
    let told = sector.get(&cat, &format!("/api/v1/hunts/{id}/result")).await;
    assert!(!told.text.contains("robin"), "{}", told.text);
    let row = &told.json()[0];
    assert!(row["user"].as_str().unwrap().starts_with("user-"), "{row}");
    assert!(row["command_line"].as_str().unwrap().contains(r"C:\Users\user-"), "{row}");
    assert_eq!(row["body"], Value::Null);
    let two = sector.session_of("ZZ2", Role::Administrator).await;
    let audit = sector.get(&two, "/api/v1/audit").await.text;
    assert!(audit.contains("read.hunt") && audit.contains(id), "{audit}");
}

#[tokio::test]
async fn what_is_no_query_is_said_to_be_none() {
    let sector = Sector::new().await;
    let one = sector.session_of("ZZ1", Role::Analyst).await;
    for sql in ["DROP TABLE events", "SELECT * FROM information_schema.tables", "SELECT"] {
        let answer = sector.post(&one, "/api/v1/hunts", hunt(sql)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{sql}");
        let saved = json!({ "org": "ZZ1", "name": "x", "sql": sql });
        let saved = sector.post(&one, "/api/v1/saved-hunts", saved).await;
        assert_eq!(saved.status, StatusCode::UNPROCESSABLE_ENTITY, "{sql}");
    }
    let failed = sector.post(&one, "/api/v1/hunts", hunt("SELECT nothing FROM events")).await;
    assert_eq!((failed.status, &failed.json()["state"]), (StatusCode::CREATED, &json!("failed")));
}

#[tokio::test]
async fn saved_hunts_are_those_of_the_organisation() {
    let sector = Sector::new().await;
    let one = sector.session_of("ZZ1", Role::Analyst).await;
    let new = json!({ "org": "ZZ1", "name": "copies", "sql": "SELECT * FROM events" });
    let saved = sector.post(&one, "/api/v1/saved-hunts", new.clone()).await.json();
    let again = sector.post(&one, "/api/v1/saved-hunts", new).await.json();
    let colleague = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    let names = |list: Value| -> Vec<String> {
        let items = list.as_array().unwrap().iter();
        items.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let listed = sector.get(&colleague, "/api/v1/saved-hunts").await.json();
    assert_eq!(names(listed), ["copies", "usual"]);
    let forget = |id: &Value| format!("/api/v1/saved-hunts/{}", id.as_str().unwrap());
    let gone = sector.ask(&one, "delete", &forget(&saved["id"]), None).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "it was replaced");
    let gone = sector.ask(&one, "delete", &forget(&again["id"]), None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn an_administrator_says_how_long_events_are_kept() {
    let sector = Sector::new().await;
    let one = sector.session_of("ZZ1", Role::Administrator).await;
    let path = "/api/v1/retention";
    let set = json!({ "org": "ZZ1", "class": "windows/", "days": 30 });
    assert_eq!(sector.post(&one, path, set.clone()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.get(&one, path).await.json(), json!([set]));
    let wrong = json!({ "org": "ZZ1", "class": "", "days": 0 });
    assert_eq!(sector.post(&one, path, wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let none = json!({ "org": "ZZ1", "class": "windows/", "days": null });
    assert_eq!(sector.post(&one, path, none).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.get(&one, path).await.json(), json!([]));
}

#[tokio::test]
async fn erasure_takes_all_of_one_organisation_and_nothing_of_another() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let path = "/api/v1/organisations/ZZ2/erase";
    let typo = json!({ "name": "organisation zz2" });
    assert_eq!(sector.post(&root, path, typo).await.status, StatusCode::CONFLICT);
    let own = sector.session_of("ZZ2", Role::Administrator).await;
    let name = json!({ "name": "Organisation ZZ2" });
    assert_eq!(sector.post(&own, path, name.clone()).await.status, StatusCode::FORBIDDEN);

    let erased = sector.post(&root, path, name).await;
    assert_eq!(erased.status, StatusCode::OK, "{erased:?}");
    let expected = json!({
        "events": 3, "detections": 2, "incidents": 2, "campaign_parts": 2, "devices": 1,
        "observations": 0, "tokens": 3, "saved_hunts": 1, "inventories": 1,
    });
    assert_eq!(erased.json(), expected);
    for list in ["devices", "detections", "incidents"] {
        let left = sector.get(&root, &format!("/api/v1/{list}")).await.text;
        assert!(left.contains("ZZ1") && !left.contains("ZZ2"), "{list}: {left}");
    }
    let audit = sector.get(&root, "/api/v1/audit?limit=500").await.text;
    assert!(audit.contains("organisation.erase"), "{audit}");
    let one = sector.session_of("ZZ1", Role::Analyst).await;
    let left = sector.post(&one, "/api/v1/hunts", hunt("SELECT * FROM events")).await.json();
    assert_eq!(left["rows"], 3);
}
