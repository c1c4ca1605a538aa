//! Organisations change and close, services are named, devices get their care class.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::{Answer, Sector};

async fn csv(sector: &Sector, bearer: &str, path: &str, text: &str) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
        .header(header::CONTENT_TYPE, "text/csv");
    sector.send(request.body(Body::from(text.to_owned())).unwrap()).await
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
async fn whom_to_ring_is_kept_and_told_to_those_below() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::ClinicalEngineer).await;
    let path = "/api/v1/contacts/import";
    let text = "org,name,phone,about\nZZ1,ZZ1 desk,+44 1632 960 002,Nights\nZZ1,Radiology,01632 960003 x7,\n";
    let look = csv(&sector, &engineer, &format!("{path}?dry_run=true"), text).await.json();
    assert_eq!(
        (&look["added"], &look["changed"]),
        (&json!(["ZZ1/Radiology"]), &json!(["ZZ1/ZZ1 desk"]))
    );
    assert_eq!(csv(&sector, &engineer, path, text).await.json()["problems"], json!([]));
    let names = |answer: &Value| -> Vec<String> {
        answer.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().into()).collect()
    };
    let of_one = sector.get(&engineer, "/api/v1/contacts?codes=ZZ1").await.json();
    assert_eq!(names(&of_one), ["Radiology", "ZZ1 desk"]);
    assert_eq!((&of_one[1]["about"], &of_one[1]["for_below"]), (&json!("Nights"), &json!(false)));
    let mine = sector.get(&engineer, "/api/v1/me/contacts").await.json();
    assert_eq!(names(&mine), ["Radiology", "ZZ1 desk", "ZZ0 desk"], "the centre lets them ring");
    for phone in ["999;rm", "12", "call me", "tel:+44", &"1".repeat(41)] {
        let wrong = format!("org,name,phone\nZZ1,X,{phone}\n");
        let answer = csv(&sector, &engineer, path, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{phone}");
    }
    let twice = "org,name,phone\nZZ1,X,0900 1\nZZ1,X,0900 2\nZZ2,Y,0900 3\n";
    let refused = csv(&sector, &engineer, path, twice).await.json();
    let problems = json!(["ZZ1/X: listed more than once", "ZZ2/Y: outside what you may change"]);
    assert_eq!(refused["problems"], problems);
    let gone = |name: &str| format!("/api/v1/contacts/ZZ1/{name}");
    let first = sector.ask(&engineer, "delete", &gone("Radiology"), None).await;
    assert_eq!(first.status, StatusCode::NO_CONTENT);
    let again = sector.ask(&engineer, "delete", &gone("Radiology"), None).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
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
