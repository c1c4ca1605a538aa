//! Changes as they happen: what watchers get, and what those get who come back.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;
use wardwatch_model::Role;

use super::sector::{Sector, request};

async fn stream(sector: &Sector, request: Request<Body>) -> Body {
    let answer = sector.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    answer.into_body()
}

async fn read(body: Body) -> String {
    String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn a_change_by_one_is_seen_by_another() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let board = sector.session_of("ZZ1", Role::Board).await;
    let body = stream(&sector, request(&board, "get", "/api/v1/live", None)).await;
    let path = format!("/api/v1/incidents/{}/close", sector.one.incidents[0]);
    sector.post(&analyst, &path, json!({ "reason": "resolved" })).await;
    sector.app.live.end();
    let text = read(body).await;
    assert!(text.contains("event: incident"), "{text}");
    assert!(text.contains("\"state\":\"closed\""), "{text}");
    assert!(!text.contains("robin"), "no user's name: {text}");
}

#[tokio::test]
async fn whoever_comes_back_gets_what_they_missed_or_is_told() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let path = format!("/api/v1/incidents/{}/note", sector.one.incidents[0]);
    for text in ["one", "two"] {
        sector.post(&analyst, &path, json!({ "text": text })).await;
    }
    let first = sector.app.live.id_of(1);
    sector.app.live.end();
    for (last_seen, incidents, missed) in [(first.as_str(), 1, 0), ("0-1", 0, 1)] {
        let mut request = request(&analyst, "get", "/api/v1/live", None);
        request.headers_mut().insert("last-event-id", last_seen.parse().unwrap());
        let text = read(stream(&sector, request).await).await;
        assert_eq!(text.matches("event: incident").count(), incidents, "{text}");
        assert_eq!(text.matches("event: missed").count(), missed, "{text}");
    }
}

#[tokio::test]
async fn who_may_no_more_is_told_no_more() {
    let sector = Sector::new().await;
    let board = sector.session_of("ZZ1", Role::Board).await;
    let body = stream(&sector, request(&board, "get", "/api/v1/live", None)).await;
    sector.app.state.close_session(&board).await.unwrap();
    tokio::time::pause();
    // Time now runs by itself while nothing else does: after half a minute the stream ends.
    let text = read(body).await;
    assert!(!text.contains("event:"), "{text}");
}
