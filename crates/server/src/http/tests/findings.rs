//! Devices, detections, incidents and campaigns: what is read and what people do.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::Sector;

#[tokio::test]
async fn an_incident_is_worked_on_and_closed() {
    let sector = Sector::new().await;
    let mut handled = sector.app.handled.subscribe();
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let path = format!("/api/v1/incidents/{}", sector.one.incidents[0]);
    let assign = sector.post(&analyst, &format!("{path}/assign"), json!({ "owner": "kim" })).await;
    assert_eq!(assign.json()["owner"], "kim");
    sector.later(60);
    let note = sector.post(&analyst, &format!("{path}/note"), json!({ "text": "seen" })).await;
    assert_eq!(note.status, StatusCode::OK, "{note:?}");
    let close = json!({ "reason": "false_alarm", "note": "a test" });
    let closed = sector.post(&analyst, &format!("{path}/close"), close).await.json();
    assert_eq!(closed["state"], "closed");
    assert_eq!(closed["closing"]["by"], "ZZ1.analyst");
    let again =
        sector.post(&analyst, &format!("{path}/close"), json!({"reason": "resolved"})).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.detail().contains("not open"), "{}", again.text);
    let reopened = sector.post(&analyst, &format!("{path}/reopen"), json!({})).await.json();
    assert_eq!(reopened["state"], "open");
    assert_eq!(sector.get(&analyst, &path).await.json(), reopened);
    for _ in 0..4 {
        assert_eq!(handled.recv().await.unwrap().id, sector.one.incidents[0]);
    }
}

#[tokio::test]
async fn incidents_of_an_organisation_are_merged() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let [one, other] = sector.one.incidents;
    let path = format!("/api/v1/incidents/{other}/merge");
    let merged = sector.post(&analyst, &path, json!({ "into": one })).await;
    assert_eq!(merged.status, StatusCode::OK, "{merged:?}");
    assert_eq!(merged.json()["id"], one.to_string());
    let gone = sector.get(&analyst, &format!("/api/v1/incidents/{other}")).await.json();
    assert_eq!((gone["state"].as_str(), &gone["merged_into"]), (Some("merged"), &json!(one)));
}

#[tokio::test]
async fn who_may_read_may_not_therefore_change() {
    let sector = Sector::new().await;
    let path = format!("/api/v1/incidents/{}", sector.one.incidents[0]);
    for role in [Role::Board, Role::CareHomeUser, Role::ClinicalEngineer, Role::Administrator] {
        let session = sector.session_of("ZZ1", role).await;
        assert_eq!(sector.get(&session, &path).await.status, StatusCode::OK);
        let close = format!("{path}/close");
        let close = sector.post(&session, &close, json!({ "reason": "resolved" })).await;
        assert_eq!(close.status, StatusCode::FORBIDDEN, "{role}");
    }
}

#[tokio::test]
async fn above_an_organisation_users_have_no_names() {
    let sector = Sector::new().await;
    let (root, own) = (sector.session("root").await, sector.session_of("ZZ1", Role::Board).await);
    for path in [
        format!("/api/v1/incidents/{}", sector.one.incidents[0]),
        "/api/v1/incidents".to_owned(),
        format!("/api/v1/detections/{}", sector.one.detection),
        "/api/v1/detections".to_owned(),
        "/api/v1/detections?format=ocsf".to_owned(),
        "/api/v1/detections?format=ecs".to_owned(),
    ] {
        let below = sector.get(&own, &path).await.text;
        assert!(below.contains("robin"), "{path}: {below}");
        let above = sector.get(&root, &path).await.text;
        assert!(!above.contains("robin"), "{path}: {above}");
        assert!(above.contains("user-"), "{path}: {above}");
    }
}

#[tokio::test]
async fn lists_come_in_pages() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    for path in ["/api/v1/incidents", "/api/v1/detections", "/api/v1/devices", "/api/v1/campaigns"]
    {
        let all = sector.get(&root, path).await.json();
        let all = all["items"].as_array().unwrap();
        let (mut found, mut after): (Vec<Value>, _) = (Vec::new(), String::new());
        for _ in 0..all.len() {
            let page = sector.get(&root, &format!("{path}?limit=1{after}")).await.json();
            found.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(&found, all, "{path}");
        assert!(found.len() >= 2, "{path}");
    }
}

#[tokio::test]
async fn filters_choose_and_wrong_ones_are_said() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    for (path, expected) in [
        ("/api/v1/incidents?state=open&level=high", 4),
        ("/api/v1/incidents?org=ZZ1", 2),
        ("/api/v1/incidents?device=ZZ2-PC1", 2),
        ("/api/v1/incidents?level=critical", 0),
        ("/api/v1/incidents?owner=kim", 0),
        ("/api/v1/incidents?from=2017-05-12T10:00:01Z", 0),
        ("/api/v1/detections?rule=copies", 4),
        ("/api/v1/detections?incident=11111111111111111111111111111111", 1),
        ("/api/v1/devices?name=zz1", 1),
    ] {
        let found = sector.get(&root, path).await;
        assert_eq!(found.status, StatusCode::OK, "{path}: {found:?}");
        assert_eq!(found.json()["items"].as_array().unwrap().len(), expected, "{path}");
    }
    for wrong in [
        "/api/v1/incidents?limit=0",
        "/api/v1/incidents?limit=501",
        "/api/v1/incidents?level=urgent",
        "/api/v1/incidents?colour=red",
        "/api/v1/incidents?from=yesterday",
        "/api/v1/incidents?org=!",
        "/api/v1/incidents?after=x",
        "/api/v1/detections?incident=1",
        "/api/v1/devices?after=x",
        "/api/v1/campaigns?after=%00",
        "/api/v1/audit?after=..",
    ] {
        let answer = sector.get(&root, wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}: {answer:?}");
        assert!(!answer.detail().is_empty());
    }
    for nowhere in ["/api/v1/incidents/x", "/api/v1/detections/%00", "/api/v1/campaigns/1"] {
        assert_eq!(sector.get(&root, nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}
