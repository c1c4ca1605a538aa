//! Webhooks and subscriptions by mail are made, listed, tested and ended.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::Sector;
use crate::app::Settings;

fn hook(address: &str) -> Value {
    json!({
        "name": "duty", "org": "ZZ1", "address": address,
        "events": ["incident.opened", "incident.opened"],
    })
}

#[tokio::test]
async fn a_webhook_is_told_its_key_once() {
    let sector = Sector::new().await;
    let local = sector.session_of("ZZ1", Role::Administrator).await;
    let made = sector.post(&local, "/api/v1/webhooks", hook("https://hooks.example/ward")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let made = made.json();
    let key = made["secret"].as_str().unwrap();
    assert!(key.starts_with("wh_"));
    let list = sector.get(&local, "/api/v1/webhooks").await;
    assert!(!list.text.contains(key));
    let list = list.json();
    let one = list.as_array().unwrap().iter().find(|one| one["id"] == made["id"]).unwrap();
    assert_eq!((&one["events"], &one["level"]), (&json!(["incident.opened"]), &json!("high")));
    assert_eq!((&one["waiting"], &one["last_success"]), (&json!(0), &Value::Null));
    let path = format!("/api/v1/webhooks/{}", made["id"].as_str().unwrap());
    let tested = sector.ask(&local, "post", &format!("{path}/test"), None).await;
    assert_eq!(tested.status, StatusCode::NO_CONTENT);
    let list = sector.get(&local, "/api/v1/webhooks").await.text;
    assert!(list.contains(r#""waiting":1"#), "{list}");
    for status in [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND] {
        assert_eq!(sector.ask(&local, "delete", &path, None).await.status, status);
    }
}

#[tokio::test]
async fn what_is_no_target_and_no_event_is_refused_with_a_reason() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    for (address, reason) in [
        ("http://hooks.example/", "must be https"),
        ("https://192.168.1.1/", "private network"),
        ("https://[::ffff:127.0.0.1]/", "private network"),
        ("https://user:word@hooks.example/", "holds a name or password"),
        ("hooks.example", "no"),
    ] {
        let answer = sector.post(&root, "/api/v1/webhooks", hook(address)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
        assert!(answer.detail().contains(reason), "{address}: {}", answer.detail());
    }
    for events in [json!([]), json!(["test"]), json!(["everything"])] {
        let mut new = hook("https://hooks.example/");
        new["events"] = events;
        let answer = sector.post(&root, "/api/v1/webhooks", new).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn mail_needs_a_server_of_mail_an_address_and_somebody_who_is_there() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let mail = |address: &str, person: Value| {
        json!({
            "name": "duty", "org": "ZZ1", "address": address, "person": person,
            "events": ["campaign.opened"], "level": "low",
        })
    };
    let path = "/api/v1/mail-subscriptions";
    for (body, status) in [
        (mail("duty@zz1.example", Value::Null), StatusCode::CREATED),
        (mail("duty@zz1.example", json!(sector.one.person)), StatusCode::CREATED),
        (mail("duty@zz1.example", json!("0".repeat(32))), StatusCode::NOT_FOUND),
        (mail("duty", Value::Null), StatusCode::UNPROCESSABLE_ENTITY),
        (mail("a@b.example\r\nBcc: c@d.example", Value::Null), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = sector.post(&root, path, body).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    // Somebody of elsewhere looks as if they were not there.
    let local = sector.session_of("ZZ1", Role::Administrator).await;
    let theirs = mail("duty@zz1.example", json!(sector.two.person));
    assert_eq!(sector.post(&local, path, theirs).await.status, StatusCode::NOT_FOUND);
    let without = Sector::with(Settings::default()).await;
    let root = without.session("root").await;
    let answer = without.post(&root, path, mail("duty@zz1.example", Value::Null)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
}
