//! Organisations, people, tokens, senders, codes, and the audit.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::{NOW, Sector};

fn import(bearer: &str, query: &str, media: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(format!("/api/v1/organisations/import{query}"))
        .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
        .header(header::CONTENT_TYPE, media)
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn organisations_come_from_csv_and_json_after_a_look() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let csv = "code,parent,name,kind\nZZ3,ZZ1,Ward 7,site\nZZ1,ZZ0,Organisation ZZ1,trust\n";
    let look = sector.send(import(&root, "?dry_run=true", "text/csv; charset=utf-8", csv)).await;
    let expected = json!({
        "dry_run": true, "added": ["ZZ3"], "changed": [], "unchanged": ["ZZ1"], "problems": [],
    });
    assert_eq!(look.json(), expected);
    let count = |text: &str| text.matches("\"code\"").count();
    assert_eq!(count(&sector.get(&root, "/api/v1/organisations").await.text), 3);
    let done = sector.send(import(&root, "", "text/csv", csv)).await.json();
    assert_eq!((&done["dry_run"], &done["added"]), (&json!(false), &json!(["ZZ3"])));
    let list = sector.get(&root, "/api/v1/organisations").await;
    assert_eq!(count(&list.text), 4);
    let again = sector.send(import(&root, "", "application/json", list.text)).await.json();
    assert_eq!(again["unchanged"].as_array().unwrap().len(), 4);
    let one = sector.session_of("ZZ1", Role::Board).await;
    assert_eq!(count(&sector.get(&one, "/api/v1/organisations").await.text), 2);
}

#[tokio::test]
async fn a_wrong_import_changes_nothing_and_says_why() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let csv = "code,parent,name,kind\nZZ3,ZZ1,Ward 7,site\n!,ZZ1,Ward 8,site\n";
    let answer = sector.send(import(&root, "", "text/csv", csv)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.json()["problems"][0].as_str().unwrap().starts_with("line 3:"));
    let orphan = json!([{ "code": "ZZ3", "parent": "ZZ9", "name": "x", "kind": "site" }]);
    let answer = sector.send(import(&root, "", "application/json", orphan.to_string())).await;
    assert_eq!(answer.json()["problems"].as_array().unwrap().len(), 1);
    for (media, body, status) in [
        ("application/json", "[".to_owned(), StatusCode::BAD_REQUEST),
        ("application/json", "{}".to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
        ("application/xml", "<x/>".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("text/csv", "x".repeat(17 * 1024 * 1024), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answer = sector.send(import(&root, "", media, body)).await;
        assert_eq!(answer.status, status);
        assert!(!answer.detail().is_empty());
    }
    assert!(!sector.get(&root, "/api/v1/organisations").await.text.contains("ZZ3"));
}

#[tokio::test]
async fn bodies_are_bounded() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let path = format!("/api/v1/incidents/{}/note", sector.one.incidents[0]);
    let long = sector.post(&analyst, &path, json!({ "text": "x".repeat(300 * 1024) })).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
    let long = sector.post(&analyst, &path, json!({ "text": "x".repeat(20_000) })).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_person_is_made_logs_in_and_is_given_more() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let new = json!({ "name": "kim", "org": "ZZ1", "role": "analyst" });
    let made = sector.post(&root, "/api/v1/people", new.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let made = made.json();
    let password = made["password"].as_str().unwrap();
    let taken = sector.post(&root, "/api/v1/people", new).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    let without = json!({ "name": "kim", "password": password, "bearer": true });
    let without = sector.post("", "/api/v1/session", without).await;
    assert_eq!(without.json()["type"], "urn:wardwatch:new-password-needed");
    let login = json!({
        "name": "kim", "password": password, "new_password": super::sector::PASSWORD,
        "bearer": true,
    });
    let login = sector.post("", "/api/v1/session", login).await.json();
    let kim = login["secret"].as_str().unwrap();
    let theirs = format!("/api/v1/incidents/{}", sector.two.incidents[0]);
    assert_eq!(sector.get(kim, &theirs).await.status, StatusCode::NOT_FOUND);

    // ZZ2's own administrator lets Kim in for an hour.
    let administrator = sector.session_of("ZZ2", Role::Administrator).await;
    let path = format!("/api/v1/people/{}/grants", made["id"].as_str().unwrap());
    let until = wardwatch_model::Timestamp { micros: NOW.micros + 3_600_000_000 };
    let grant = json!({ "org": "ZZ2", "role": "analyst", "until": until });
    let granted = sector.post(&administrator, &path, grant.clone()).await;
    assert_eq!(granted.status, StatusCode::NO_CONTENT, "{granted:?}");
    assert_eq!(sector.get(kim, &theirs).await.status, StatusCode::OK);
    sector.later(3_600);
    assert_eq!(sector.get(kim, &theirs).await.status, StatusCode::NOT_FOUND);
    let over = sector.post(&administrator, &path, grant).await;
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
    let people = sector.get(&root, "/api/v1/people").await.json();
    let kim = people.as_array().unwrap().iter().find(|one| one["name"] == "kim").unwrap();
    assert_eq!(kim["grants"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn weak_passwords_and_odd_names_are_refused() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    for (name, password) in [
        ("kim", json!("short")),
        ("kim", json!("aaaaaaaaaaaaaaaa")),
        ("", Value::Null),
        ("a\u{1b}[2J", Value::Null),
    ] {
        let new = json!({ "name": name, "org": "ZZ1", "role": "analyst", "password": password });
        let answer = sector.post(&root, "/api/v1/people", new).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
    }
}

#[tokio::test]
async fn a_token_asks_until_it_is_revoked() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let new = json!({ "name": "board report", "org": "ZZ1", "role": "board" });
    let made = sector.post(&root, "/api/v1/tokens", new).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let made = made.json();
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("wa_"), "{secret}");
    let me = sector.get(secret, "/api/v1/me").await.json();
    assert_eq!((&me["person"], &me["name"]), (&Value::Null, &json!("board report")));
    for (method, path) in [
        ("delete", "/api/v1/session"),
        ("post", "/api/v1/me/authenticator"),
        ("get", "/api/v1/people"),
    ] {
        let answer = sector.ask(secret, method, path, None).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(sector.ask(&root, "delete", &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.ask(&root, "delete", &path, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sector.get(secret, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn senders_and_codes_are_made_and_told_once() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let made = sector.post(&root, "/api/v1/senders", json!({ "name": "s1", "org": "ZZ1" })).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    let sender = sector.app.state.sender(&secret, NOW).await.unwrap().unwrap();
    assert_eq!(sender.org(), &sector.one.org);
    assert_eq!(sector.get(&secret, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    let list = sector.get(&root, "/api/v1/senders").await;
    assert!(list.text.contains("\"s1\"") && !list.text.contains(&secret));
    let code = sector.post(&root, "/api/v1/codes", json!({ "name": "s2", "org": "ZZ2" })).await;
    assert_eq!(code.status, StatusCode::CREATED);
    let code = code.json()["code"].as_str().unwrap().to_owned();
    let redeemed = sector.app.state.redeem_code(&code, NOW).await.unwrap();
    assert!(redeemed.is_some());
    let past = json!({ "name": "s2", "org": "ZZ2", "until": "2001-01-01T00:00:00Z" });
    let past = sector.post(&root, "/api/v1/codes", past).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_audit_has_logins_changes_and_reads_from_above() {
    let sector = Sector::new().await;
    let login = json!({ "name": "root", "password": super::sector::PASSWORD, "bearer": true });
    let root = sector.post("", "/api/v1/session", login).await.json();
    let root = root["secret"].as_str().unwrap();
    sector.get(root, &format!("/api/v1/incidents/{}", sector.one.incidents[0])).await;
    let path = format!("/api/v1/incidents/{}/note", sector.one.incidents[0]);
    sector.post(root, &path, json!({ "text": "seen" })).await;
    let audit = sector.get(root, "/api/v1/audit?limit=500").await.json();
    let has = |action: &str, org: &str| {
        audit["items"].as_array().unwrap().iter().any(|entry| {
            entry["action"] == action && entry["org"] == org && entry["actor"] == "root"
        })
    };
    assert!(
        has("session.open", "ZZ0") && has("read.incident", "ZZ1") && has("incident.note", "ZZ1")
    );
    assert!(!has("incident.note", "ZZ2"));
    let own = sector.session_of("ZZ1", Role::Administrator).await;
    let own = sector.get(&own, "/api/v1/audit?limit=500").await.text;
    assert!(own.contains("read.incident") && !own.contains("ZZ2"), "{own}");
    let proof = sector.get(root, "/api/v1/audit/verify").await.json();
    assert_eq!(proof["broken_at"], Value::Null);
    assert!(proof["entries"].as_u64().unwrap() > 3);
}
