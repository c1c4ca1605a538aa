//! An incident is split in two, by people, over HTTP.

use axum::http::StatusCode;
use serde_json::json;
use wardwatch_model::Role;

use super::sector::Sector;

#[tokio::test]
async fn what_was_merged_by_mistake_is_split_again() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let [kept, gone] = sector.one.incidents;
    let merge = format!("/api/v1/incidents/{gone}/merge");
    let merged = sector.post(&analyst, &merge, json!({ "into": kept })).await;
    assert_eq!(merged.status, StatusCode::OK, "{merged:?}");
    let detections = |id: &str| format!("/api/v1/detections?incident={id}");
    let all = sector.get(&analyst, &detections(&kept.to_string())).await.json();
    let all: Vec<String> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(all.len(), 2);
    let path = format!("/api/v1/incidents/{kept}/split");
    for (leaving, status) in [
        (vec![], StatusCode::UNPROCESSABLE_ENTITY),
        (all.clone(), StatusCode::UNPROCESSABLE_ENTITY),
        (vec![all[0].clone(), all[0].clone()], StatusCode::UNPROCESSABLE_ENTITY),
        (vec!["0".repeat(32)], StatusCode::NOT_FOUND),
        (vec!["0".repeat(32); 501], StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = sector.post(&analyst, &path, json!({ "detections": leaving })).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let split = sector.post(&analyst, &path, json!({ "detections": [all[0]] })).await;
    assert_eq!(split.status, StatusCode::OK, "{split:?}");
    let split = split.json();
    assert_eq!(split["stays"]["id"], kept.to_string());
    assert_eq!((&split["stays"]["count"], &split["leaves"]["count"]), (&json!(1), &json!(1)));
    let new = split["leaves"]["id"].as_str().unwrap();
    let moved = sector.get(&analyst, &detections(new)).await.json();
    assert_eq!(moved["items"][0]["id"], json!(all[0]));
    let shown = sector.get(&analyst, &format!("/api/v1/incidents/{new}")).await.json();
    assert_eq!(shown["state"], "open");
    let again = sector.post(&analyst, &path, json!({ "detections": [all[0]] })).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "it has left: {again:?}");
}
