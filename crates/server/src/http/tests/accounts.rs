//! Upkeep of accounts, and the lists of what gives access.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wardwatch_model::{PersonId, Role};

use super::sector::{PASSWORD, Sector, login_name};

async fn person(sector: &Sector, name: &str) -> PersonId {
    sector.app.state.credentials(name).await.unwrap().unwrap().person
}

fn entry<'v>(list: &'v Value, name: &str) -> &'v Value {
    list.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()
}

#[tokio::test]
async fn a_locked_account_is_out_at_once_and_in_again_when_unlocked() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let path =
        format!("/api/v1/people/{}", person(&sector, &login_name("ZZ1", Role::Analyst)).await);
    let locked = sector.ask(&root, "post", &format!("{path}/disable"), None).await;
    assert_eq!(locked.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.get(&analyst, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    let people = sector.get(&root, "/api/v1/people").await.json();
    let name = login_name("ZZ1", Role::Analyst);
    assert_eq!(entry(&people, &name)["disabled"], true);
    assert!(entry(&people, &name)["last_login"].is_string());
    assert!(entry(&people, &login_name("ZZ1", Role::Board))["last_login"].is_null());
    let unlocked = sector.ask(&root, "post", &format!("{path}/enable"), None).await;
    assert_eq!(unlocked.status, StatusCode::NO_CONTENT);
    let again = sector.session_of("ZZ1", Role::Analyst).await;
    assert_eq!(sector.get(&again, "/api/v1/me").await.status, StatusCode::OK);
    let ended = sector.ask(&root, "delete", &format!("{path}/sessions"), None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.get(&again, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_last_administrator_of_the_top_stays() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let me = person(&sector, "root").await;
    let revoke = |org: &str| format!("/api/v1/people/{me}/grants?org={org}&role=administrator");
    let lock = format!("/api/v1/people/{me}/disable");
    for (method, path) in [("post", lock.as_str()), ("delete", &revoke("ZZ0"))] {
        let answer = sector.ask(&root, method, path, None).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{path}");
        assert!(answer.detail().contains("last administrator"));
    }
    // Nor does an end in the future count as one who stays.
    let ends = json!({
        "org": "ZZ0", "role": "administrator", "from": "2017-05-12T10:00:00Z",
        "until": "2018-01-01T00:00:00Z",
    });
    let grants = format!("/api/v1/people/{me}/grants");
    let ended = sector.post(&root, &grants, ends).await;
    assert_eq!(ended.status, StatusCode::CONFLICT, "{ended:?}");
    let other = json!({ "org": "ZZ0", "role": "administrator" });
    let path = format!("/api/v1/people/{}/grants", sector.one.person);
    assert_eq!(sector.post(&root, &path, other).await.status, StatusCode::NO_CONTENT);
    let gone = sector.ask(&root, "delete", &revoke("ZZ0"), None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.get(&root, "/api/v1/people").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_password_for_once_is_changed_at_the_first_login_and_ends_by_itself() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let name = login_name("ZZ1", Role::Board);
    let path = format!("/api/v1/people/{}/password", person(&sector, &name).await);
    let made = sector.ask(&root, "post", &path, None).await;
    assert_eq!(made.status, StatusCode::OK);
    let once = made.json()["password"].as_str().unwrap().to_owned();
    let login = |new: Option<&str>| {
        let body = json!({ "name": name, "password": once, "new_password": new, "bearer": true });
        sector.post("", "/api/v1/session", body)
    };
    let asked = login(None).await;
    assert_eq!(asked.json()["type"], "urn:wardwatch:new-password-needed");
    for (new, status) in [
        ("short", StatusCode::UNPROCESSABLE_ENTITY),
        (once.as_str(), StatusCode::UNPROCESSABLE_ENTITY),
        (PASSWORD, StatusCode::OK),
        (PASSWORD, StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(login(Some(new)).await.status, status, "{new}");
    }
    let own = json!({ "name": name, "password": PASSWORD });
    assert_eq!(sector.post("", "/api/v1/session", own).await.status, StatusCode::OK);
    let own =
        json!({ "name": name, "password": PASSWORD, "new_password": "another horse battery" });
    let own = sector.post("", "/api/v1/session", own).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);

    let again = sector.ask(&root, "post", &path, None).await.json();
    sector.later(7 * 86_400);
    let late = json!({
        "name": name, "password": again["password"], "new_password": "another horse battery",
    });
    assert_eq!(sector.post("", "/api/v1/session", late).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_administrator_above_takes_an_authenticator_away_and_never_their_own() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let name = login_name("ZZ1", Role::Analyst);
    let analyst = person(&sector, &name).await;
    let principal = sector.app.state.principal(analyst, sector.app.now()).await.unwrap().unwrap();
    sector.app.state.set_totp(&principal, analyst, Some("A"), sector.app.now()).await.unwrap();
    let path = format!("/api/v1/people/{analyst}/authenticator");
    let local = sector.session_of("ZZ2", Role::Administrator).await;
    let theirs = sector.ask(&local, "delete", &path, None).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    let taken = sector.ask(&root, "delete", &path, None).await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.app.state.credentials(&name).await.unwrap().unwrap().totp_secret, None);
    let me = person(&sector, "root").await;
    for (method, verb) in [("delete", "authenticator"), ("post", "password")] {
        let path = format!("/api/v1/people/{me}/{verb}");
        let own = sector.ask(&root, method, &path, None).await;
        assert_eq!(own.status, StatusCode::CONFLICT, "{verb}");
    }
}

#[tokio::test]
async fn a_grant_is_listed_with_its_end_and_revoked() {
    let sector = Sector::new().await;
    let two = sector.session_of("ZZ2", Role::Administrator).await;
    let guest = sector.one.person;
    let path = format!("/api/v1/people/{guest}/grants");
    let grant = json!({ "org": "ZZ2", "role": "analyst", "until": "2018-01-01T00:00:00Z" });
    assert_eq!(sector.post(&two, &path, grant).await.status, StatusCode::NO_CONTENT);
    let list = sector.get(&two, "/api/v1/grants").await.json();
    let held = entry(&list, &login_name("ZZ1", Role::Administrator));
    assert_eq!((&held["home"], &held["org"]), (&json!("ZZ1"), &json!("ZZ2")));
    assert_eq!(held["until"], "2018-01-01T00:00:00Z");
    let revoke = format!("{path}?org=ZZ2&role=analyst");
    assert_eq!(sector.ask(&two, "delete", &revoke, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.ask(&two, "delete", &revoke, None).await.status, StatusCode::NOT_FOUND);
    let session = sector.session_of("ZZ1", Role::Administrator).await;
    assert!(!sector.get(&session, "/api/v1/me").await.text.contains("ZZ2"));
}

#[tokio::test]
async fn tokens_and_codes_are_listed_without_their_secrets() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let new = json!({ "name": "report", "org": "ZZ1", "role": "board" });
    let made = sector.post(&root, "/api/v1/tokens", new).await.json();
    let secret = made["secret"].as_str().unwrap();
    let new = json!({ "name": "ward 7", "org": "ZZ1" });
    let code = sector.post(&root, "/api/v1/codes", new).await.json();
    let list = sector.get(&root, "/api/v1/tokens").await;
    assert!(!list.text.contains(secret));
    let report = entry(&list.json(), "report").clone();
    assert_eq!((&report["kind"], &report["role"]), (&json!("api"), &json!("board")));
    assert_eq!((&report["made_by"], &report["last_used"]), (&json!("root"), &Value::Null));
    sector.get(secret, "/api/v1/me").await;
    let list = sector.get(&root, "/api/v1/tokens").await.json();
    assert!(entry(&list, "report")["last_used"].is_string());
    let codes = sector.get(&root, "/api/v1/codes").await;
    assert!(!codes.text.contains(code["code"].as_str().unwrap()));
    assert_eq!(entry(&codes.json(), "ward 7")["made_by"], "root");
    sector.later(8 * 86_400);
    assert_eq!(sector.get(&root, "/api/v1/codes").await.status, StatusCode::UNAUTHORIZED);
}
