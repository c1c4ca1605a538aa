//! Organisations change and close, services are named, devices get their care class.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::{Answer, Sector};

async fn csv(sector: &Sector, bearer: &str, path: &str, text: &'static str) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
        .header(header::CONTENT_TYPE, "text/csv");
    sector.send(request.body(Body::from(text)).unwrap()).await
}

#[tokio::test]
async fn after_a_merger_the_successors_analyst_reads_names_and_the_senders_are_listed() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let theirs = format!("/api/v1/incidents/{}", sector.two.incidents[0]);
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    assert_eq!(sector.get(&analyst, &theirs).await.status, StatusCode::NOT_FOUND);
    let close = json!({ "successor": "ZZ1" });
    let closed = sector.post(&root, "/api/v1/organisations/ZZ2/close", close.clone()).await;
    assert_eq!(closed.status, StatusCode::OK, "{closed:?}");
    let closed = closed.json();
    assert_eq!(closed["organisation"]["successor"], "ZZ1");
    assert_eq!((&closed["people"], &closed["api_tokens"]), (&json!(7), &json!(1)));
    assert_eq!(closed["senders"][0]["token"], json!(sector.two.sender));
    let read = sector.get(&analyst, &theirs).await;
    assert_eq!(read.status, StatusCode::OK);
    assert!(read.text.contains(r"ZZ2\\robin"), "it is their own now: {}", read.text);
    let audit = sector.get(&root, "/api/v1/audit?limit=500").await.text;
    assert!(audit.contains("organisation.close"));
    let again = sector.post(&root, "/api/v1/organisations/ZZ2/close", close).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let new = json!({ "name": "s9", "org": "ZZ2" });
    assert_eq!(sector.post(&root, "/api/v1/senders", new).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_organisation_changes_by_put_and_not_into_a_circle() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let put = |code: &str, body: Value| {
        let path = format!("/api/v1/organisations/{code}");
        let (sector, root) = (&sector, root.clone());
        async move { sector.ask(&root, "put", &path, Some(body)).await }
    };
    let changed = put("zz2", json!({ "kind": "care_board", "parent": "ZZ1" })).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
    assert_eq!(changed.json()["kind"], "care_board");
    for (code, body, status) in [
        ("ZZ1", json!({ "parent": "ZZ2" }), StatusCode::CONFLICT),
        ("ZZ0", json!({ "parent": "ZZ1" }), StatusCode::CONFLICT),
        ("ZZ9", json!({ "name": "x" }), StatusCode::NOT_FOUND),
        ("!", json!({ "name": "x" }), StatusCode::NOT_FOUND),
        ("ZZ1", json!({ "name": "" }), StatusCode::UNPROCESSABLE_ENTITY),
        ("ZZ1", json!({ "colour": "red" }), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = put(code, body).await;
        assert_eq!(answer.status, status, "{code}: {answer:?}");
    }
}

#[tokio::test]
async fn a_clinical_engineer_classifies_what_nobody_had_and_an_analyst_does_not() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::ClinicalEngineer).await;
    let unclassified = "/api/v1/devices?care_class=unclassified";
    let before = sector.get(&engineer, unclassified).await.json();
    assert_eq!(before["items"][0]["care_class"], Value::Null);
    let services = "org,code,name,depends_on\nZZ1,ED-triage,Triage,payroll\n";
    let look = csv(&sector, &engineer, "/api/v1/services/import?dry_run=true", services).await;
    assert_eq!(look.json()["added"], json!(["ZZ1/ed-triage"]), "{look:?}");
    let done = csv(&sector, &engineer, "/api/v1/services/import", services).await;
    assert_eq!(done.json()["problems"], json!([]));
    let body = json!({ "care_class": "critical", "service": "ed-triage" });
    let path = "/api/v1/devices/ZZ1/ZZ1-PC1";
    let put = sector.ask(&engineer, "put", path, Some(body)).await;
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{put:?}");
    let critical = sector.get(&engineer, "/api/v1/devices?care_class=critical").await.json();
    assert_eq!(critical["items"][0]["service"], "ed-triage");
    assert_eq!(sector.get(&engineer, unclassified).await.json()["items"], json!([]));
    let devices = "org,name,care_class\nZZ1,ZZ1-PUMP,passive\nZZ1,ZZ1-PC1,safe\n";
    let wrong = csv(&sector, &engineer, "/api/v1/devices/import", devices).await.json();
    assert!(wrong["problems"][0].as_str().unwrap().starts_with("line 3: 'safe' is no care class"));
    for (body, status) in [
        (json!({ "care_class": "safe" }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({ "service": "unknown" }), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = sector.ask(&engineer, "put", path, Some(body)).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let odd = sector.get(&engineer, "/api/v1/devices?care_class=safe").await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let body = json!({ "care_class": "normal" });
    let refused = sector.ask(&analyst, "put", path, Some(body)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
