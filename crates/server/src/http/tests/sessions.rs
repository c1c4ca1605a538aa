//! Logging in and out, cookies, writes from other sites, and oneself.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::{Answer, NOW, PASSWORD, Sector, request};
use crate::app::Settings;
use crate::http::limits::PER_NAME;
use crate::passwords::totp;

async fn login(sector: &Sector, body: Value) -> Answer {
    sector.post("", "/api/v1/session", body).await
}

async fn by_cookie(sector: &Sector, cookie: &str, headers: &[(&str, &str)]) -> StatusCode {
    let path = format!("/api/v1/incidents/{}/note", sector.one.incidents[0]);
    let mut request = Request::builder().method("POST").uri(path).header(header::COOKIE, cookie);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.header(header::CONTENT_TYPE, "application/json");
    sector.send(request.body(Body::from(r#"{"text":"seen"}"#)).unwrap()).await.status
}

#[tokio::test]
async fn somebody_logs_in_looks_and_logs_out() {
    let sector = Sector::new().await;
    let answer = login(&sector, json!({ "name": "root", "password": PASSWORD })).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["name"], "root");
    assert!(answer.json()["secret"].is_null(), "the secret is in the cookie only");
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    let (secret, attributes) = cookie.split_once(';').unwrap();
    assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Strict; Max-Age=43200");

    let me = Request::builder().uri("/api/v1/me").header(header::COOKIE, secret);
    let me = sector.send(me.body(Body::empty()).unwrap()).await.json();
    assert_eq!(me["name"], "root");
    assert_eq!(me["grants"][0]["org"], "ZZ0");
    assert_eq!(
        me["may"],
        json!([
            "read_findings",
            "read_events",
            "handle_incidents",
            "classify_devices",
            "administer"
        ])
    );

    let out = Request::delete("/api/v1/session").header(header::COOKIE, secret);
    let out = sector.send(out.header("x-ward", "1").body(Body::empty()).unwrap()).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    let me = Request::builder().uri("/api/v1/me").header(header::COOKIE, secret);
    let me = sector.send(me.body(Body::empty()).unwrap()).await;
    assert_eq!(me.status, StatusCode::UNAUTHORIZED);
    assert_eq!(me.headers[header::WWW_AUTHENTICATE], "Bearer");
}

#[tokio::test]
async fn programs_get_the_secret_and_no_cookie() {
    let sector = Sector::new().await;
    let body = json!({ "name": "root", "password": PASSWORD, "bearer": true });
    let answer = login(&sector, body).await;
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
    let secret = answer.json()["secret"].as_str().unwrap().to_owned();
    assert_eq!(sector.get(&secret, "/api/v1/me").await.status, StatusCode::OK);
    sector.later(12 * 3600);
    assert_eq!(sector.get(&secret, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn with_tls_the_cookie_goes_by_tls_only() {
    let settings = Settings { tls: true, ..Settings::default() };
    let sector = Sector::with(settings).await;
    let answer = login(&sector, json!({ "name": "root", "password": PASSWORD })).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-ward_session=ws_"), "{cookie}");
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    assert!(answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_look_alike_and_are_limited() {
    let sector = Sector::new().await;
    let wrong = login(&sector, json!({ "name": "root", "password": "wrong" })).await;
    let unknown = login(&sector, json!({ "name": "nobody", "password": "wrong" })).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!((wrong.status, wrong.text), (unknown.status, unknown.text));
    for _ in 1..PER_NAME {
        login(&sector, json!({ "name": "root", "password": "wrong" })).await;
    }
    let limited = login(&sector, json!({ "name": "root", "password": PASSWORD })).await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.headers[header::RETRY_AFTER], "900");
    sector.later(900);
    let after = login(&sector, json!({ "name": "root", "password": PASSWORD })).await;
    assert_eq!(after.status, StatusCode::OK);
}

#[tokio::test]
async fn logins_are_limited_by_the_address_that_the_server_sees() {
    let sector = Sector::new().await;
    let mut last = StatusCode::OK;
    for n in 0..=crate::http::limits::PER_ADDRESS {
        let name = format!("{}{n}", "x".repeat(10));
        let body = Some(json!({ "name": name, "password": "x".repeat(300) }));
        let mut request = request("", "post", "/api/v1/session", body);
        let from = SocketAddr::new(IpAddr::from([192, 0, 2, 1]), 5);
        request.extensions_mut().insert(ConnectInfo(from));
        request.headers_mut().insert("x-forwarded-for", format!("10.0.0.{n}").parse().unwrap());
        last = sector.send(request).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn pages_of_other_sites_cannot_write_with_a_cookie() {
    let sector = Sector::new().await;
    let cookie = format!("ward_session={}", sector.session_of("ZZ1", Role::Analyst).await);
    for (headers, expected) in [
        (vec![], StatusCode::FORBIDDEN),
        (vec![("x-ward", "1")], StatusCode::OK),
        (vec![("x-ward", "0")], StatusCode::FORBIDDEN),
        (vec![("origin", "http://ward.example"), ("host", "ward.example")], StatusCode::OK),
        (vec![("origin", "http://evil.example"), ("host", "ward.example")], StatusCode::FORBIDDEN),
        (vec![("origin", "null"), ("host", "ward.example")], StatusCode::FORBIDDEN),
    ] {
        assert_eq!(by_cookie(&sector, &cookie, &headers).await, expected, "{headers:?}");
    }
}

#[tokio::test]
async fn a_second_factor_is_asked_for_once_it_is_confirmed() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let given = sector.post(&root, "/api/v1/me/authenticator", json!({})).await.json();
    let secret = given["secret"].as_str().unwrap();
    assert!(given["address"].as_str().unwrap().starts_with("otpauth://totp/"));
    let seconds = NOW.micros / 1_000_000;
    let code = |seconds: i64| {
        // The code is whichever of all counts for that time and no other.
        (0..1_000_000)
            .map(|number| format!("{number:06}"))
            .find(|code| {
                totp::step_of(secret, code, seconds).map(|s| s as i64) == Some(seconds / 30)
            })
            .unwrap()
    };
    let path = "/api/v1/me/authenticator/confirm";
    let confirm = |code: &str, password: &str| json!({ "secret": secret, "code": code, "password": password });
    let now = code(seconds);
    let wrong = sector.post(&root, path, confirm(&now, "wrong")).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    let right = sector.post(&root, path, confirm(&now, PASSWORD)).await;
    assert_eq!(right.status, StatusCode::NO_CONTENT, "{right:?}");

    let without = login(&sector, json!({ "name": "root", "password": PASSWORD })).await;
    assert_eq!(without.status, StatusCode::UNAUTHORIZED);
    assert_eq!(without.json()["type"], "urn:wardwatch:code-needed");
    let with = |code: &str| json!({ "name": "root", "password": PASSWORD, "code": code });
    let used = login(&sector, with(&now)).await;
    assert_eq!(used.status, StatusCode::UNAUTHORIZED, "a code counts once");
    sector.later(30);
    let next = login(&sector, with(&code(seconds + 30))).await;
    assert_eq!(next.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let sector = Sector::new().await;
    let (one, other) = (sector.session("root").await, sector.session("root").await);
    let change = |old: &str, new: &str| json!({ "old": old, "new": new });
    let path = "/api/v1/me/password";
    let weak = sector.post(&one, path, change(PASSWORD, "short")).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = sector.post(&one, path, change("wrong", "another horse battery")).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    let done = sector.post(&one, path, change(PASSWORD, "another horse battery")).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    for session in [one, other] {
        assert_eq!(sector.get(&session, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    }
    let old = login(&sector, json!({ "name": "root", "password": PASSWORD })).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let new = login(&sector, json!({ "name": "root", "password": "another horse battery" })).await;
    assert_eq!(new.status, StatusCode::OK);
}
