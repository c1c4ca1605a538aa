//! Lists of indicators and their sources.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use wardwatch_model::Role;

use super::sector::Sector;

fn send(bearer: &str, query: &str, body: &str) -> Request<Body> {
    Request::post(format!("/api/v1/indicator-lists{query}"))
        .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn a_list_is_loaded_listed_explained_and_removed() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    let list = "c2.zz-evil.net\n45.9.148.20\n10.0.0.1\n45.9.148.20\n";
    let loaded = sector.send(send(&engineer, "?org=ZZ1&name=c2", list)).await;
    assert_eq!(loaded.status, StatusCode::OK, "{}", loaded.text);
    let loaded = loaded.json();
    assert_eq!((&loaded["list"]["indicators"], &loaded["repeated"]), (&json!(2), &json!(1)));
    assert_eq!(loaded["list"]["format"], "text");
    let problem = json!({
        "place": "line 3", "reason": "'10.0.0.1': the address is kept for a private network",
    });
    assert_eq!(loaded["problems"], json!([problem]));
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let all = sector.get(&analyst, "/api/v1/indicator-lists").await.json();
    let names: Vec<&str> =
        all.as_array().unwrap().iter().map(|list| list["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ZZ1 list", "c2"]);
    let path = format!("/api/v1/indicator-lists/{}", loaded["list"]["id"].as_str().unwrap());
    let problems = sector.get(&analyst, &format!("{path}/problems")).await.json();
    assert_eq!(problems, json!([problem]));
    assert_eq!(sector.ask(&analyst, "delete", &path, None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(sector.ask(&engineer, "delete", &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.ask(&engineer, "delete", &path, None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_loaded_says_why() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    for (query, body, status, word) in [
        ("?org=ZZ1&name=c2&format=stix", "{", StatusCode::UNPROCESSABLE_ENTITY, "JSON"),
        ("?org=ZZ1&name=c2&format=xml", "{", StatusCode::BAD_REQUEST, "format"),
        ("?org=ZZ1&name=c2", "{\"a\":1}", StatusCode::UNPROCESSABLE_ENTITY, "STIX"),
        ("?org=ZZ1&name=%20", "a", StatusCode::UNPROCESSABLE_ENTITY, "name"),
        ("?org=ZZ1", "a", StatusCode::BAD_REQUEST, "name"),
        ("?org=ZZ9&name=c2", "a", StatusCode::NOT_FOUND, "organisation"),
    ] {
        let answer = sector.send(send(&engineer, query, body)).await;
        assert_eq!(answer.status, status, "{query}");
        assert!(answer.detail().contains(word), "{query}: {}", answer.detail());
    }
}

#[tokio::test]
async fn a_source_keeps_its_secret_to_itself() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    let path = "/api/v1/indicator-sources";
    let new = |address: &str, more: serde_json::Value| {
        let mut new = json!({
            "org": "ZZ1", "name": "isac", "kind": "taxii", "address": address, "collection": "c2",
        });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        new
    };
    let good = new("https://zz-feed.net/taxii2/", json!({ "user": "sam", "secret": "hidden" }));
    let made = sector.post(&engineer, path, good.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(made.json()["interval_seconds"], 3_600);
    assert_eq!(sector.post(&engineer, path, good).await.status, StatusCode::CONFLICT);
    let all = sector.get(&engineer, path).await;
    assert!(!all.text.contains("hidden") && !made.text.contains("hidden"), "{}", all.text);
    assert_eq!(all.json().as_array().unwrap().len(), 2);
    for (address, more, word) in [
        ("http://zz-feed.net/", json!({}), "not https"),
        ("https://sam:x@zz-feed.net/", json!({}), "name or password"),
        ("https://zz-feed.net/", json!({ "user": "sam" }), "password"),
        ("https://zz-feed.net/", json!({ "kind": "file" }), "TAXII"),
        ("https://zz-feed.net/", json!({ "collection": null }), "collection"),
        ("https://zz-feed.net/", json!({ "interval_seconds": 1 }), "interval"),
    ] {
        let answer = sector.post(&engineer, path, new(address, more)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
        assert!(answer.detail().contains(word), "{address}: {}", answer.detail());
    }
    let one = format!("{path}/{}", made.json()["id"].as_str().unwrap());
    let pull = sector.ask(&engineer, "post", &format!("{one}/pull"), None).await;
    assert_eq!(pull.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.ask(&engineer, "delete", &one, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.ask(&engineer, "delete", &one, None).await.status, StatusCode::NOT_FOUND);
}
