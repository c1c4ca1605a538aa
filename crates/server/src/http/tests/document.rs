//! Every endpoint is in the OpenAPI document and every operation of the document is an endpoint.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use wardwatch_api::openapi;

use super::sector::Sector;
use crate::http::listed;

#[test]
fn the_document_and_the_router_have_the_same_operations() {
    let served: BTreeMap<_, _> = listed()
        .into_iter()
        .map(|endpoint| ((endpoint.path, endpoint.method), endpoint.access.word()))
        .collect();
    let documented: BTreeMap<_, _> = openapi::operations()
        .into_iter()
        .map(|operation| ((operation.path, operation.method), operation.access.word()))
        .collect();
    assert_eq!(served, documented);
    assert_eq!(served.len(), listed().len(), "an endpoint is listed twice");
}

#[tokio::test]
async fn the_document_is_served_to_everybody() {
    let sector = Sector::new().await;
    let answer = sector.get("", "/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), openapi::document());
}

#[tokio::test]
async fn the_server_tells_how_it_is() {
    let sector = Sector::new().await;
    assert_eq!(sector.get("", "/healthz").await.text, "ok\n");
    assert_eq!(sector.get("", "/readyz").await.text, "ready\n");
    let metrics = sector.get("", "/metrics").await.text;
    assert!(metrics.contains("ward_http_answers_total{status=\"2xx\"} 2"), "{metrics}");
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let sector = Sector::new().await;
    let path = sector.get("", "/api/v1/nothing").await;
    assert_eq!(
        (path.status, path.detail().as_str()),
        (StatusCode::NOT_FOUND, "there is no such path")
    );
    let method = sector.ask("", "put", "/healthz", None).await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(!method.detail().is_empty());
}

#[tokio::test]
async fn every_answer_tells_browsers_to_keep_their_hands_off() {
    let sector = Sector::new().await;
    for path in ["/healthz", "/api/v1/incidents", "/openapi.json"] {
        let headers = sector.get("", path).await.headers;
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["x-frame-options"], "DENY");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert!(headers["content-security-policy"].to_str().unwrap().contains("'none'"));
        assert!(!headers.contains_key("strict-transport-security"), "not without TLS");
    }
}
