//! Processes of an incident, from events of the lake, as those who ask see them.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::Sector;

fn path(sector: &Sector) -> String {
    format!("/api/v1/incidents/{}/processes", sector.one.incidents[0])
}

/// The programs from the root down, the first of each level.
fn chain(mut nodes: &Value) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(node) = nodes.get(0) {
        let image = node["image"].as_str().unwrap_or("-").rsplit('\\').next().unwrap_or_default();
        let mark = if node["found"] == json!([]) { "" } else { "*" };
        found.push(format!("{image}{mark}"));
        nodes = &node["children"];
    }
    found
}

#[tokio::test]
async fn what_was_found_stands_among_those_who_started_it() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let answer = sector.get(&analyst, &path(&sector)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let found = answer.json();
    assert_eq!((&found["device"], &found["starts"]), (&json!("ZZ1-PC1"), &json!(3)));
    assert_eq!((&found["detections"], &found["unplaced"]), (&json!(1), &json!(0)));
    assert_eq!(
        chain(&found["trees"]),
        ["-", "ZZ1-tool0.exe", "ZZ1-tool1.exe*", "ZZ1-tool2.exe"],
        "{found:#}"
    );
    let marked = &found["trees"][0]["children"][0]["children"][0];
    assert_eq!(marked["found"][0]["title"], "Shadow Copies Deleted");
    assert_eq!((&marked["guessed"], &marked["user"]), (&json!(false), &json!("ZZ1\\robin")));

    for wrong in ["?device=ZZ1-PC2", "?device=ZZ2-PC1", "?device=' OR 1=1 --"] {
        let none =
            sector.get(&analyst, &format!("{}{}", path(&sector), wrong.replace(' ', "%20"))).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "{wrong}: {}", none.text);
    }
}

#[tokio::test]
async fn above_an_organisation_it_is_the_same_without_names() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let grant = json!({ "name": "cat", "org": "ZZ0", "role": "analyst" });
    assert_eq!(sector.post(&root, "/api/v1/people", grant).await.status, StatusCode::CREATED);
    let cat = sector.session("cat").await;
    let answer = sector.get(&cat, &path(&sector)).await;
    assert!(!answer.text.contains("robin"), "{}", answer.text);
    let found = answer.json();
    assert_eq!(
        chain(&found["trees"]).len(),
        4,
        "identifiers join what bodies do not show: {found:#}"
    );
    let own = sector.session_of("ZZ1", Role::Administrator).await;
    let audit = sector.get(&own, "/api/v1/audit").await.text;
    assert!(audit.contains("\"read.events\""), "{audit}");
    // Whoever reads findings alone reads no events.
    let board = sector.session_of("ZZ1", Role::Board).await;
    assert_eq!(sector.get(&board, &path(&sector)).await.status, StatusCode::FORBIDDEN);
}
