//! What Elasticsearch's clients ask before they send: what speaks here, its licence, its health,
//! and whether their templates, policies and pipelines are there.
//!
//! Templates and the like mean nothing here: documents are read by what is in them. They are
//! said to be there, and to be taken when a client installs them.

use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value as Json, json};

use super::{DOOR, answer, denied_answer};
use crate::gate::Gate;
use crate::http::{Caller, Shared};

/// The version that is claimed; Beats refuse to talk to a server older than they are.
const VERSION: &str = "8.99.0";

/// The answer to `GET /`. It tells nothing that is secret, so that it needs no token.
pub fn greeting() -> Response {
    let body = json!({
        "name": "wardwatch",
        "cluster_name": "wardwatch",
        "cluster_uuid": "wardwatch",
        "version": {
            "number": VERSION,
            "build_flavor": "default",
            "build_type": "tar",
            "build_hash": "unknown",
            "build_date": "1970-01-01T00:00:00Z",
            "build_snapshot": false,
            "lucene_version": "9.12.0",
            "minimum_wire_compatibility_version": "7.17.0",
            "minimum_index_compatibility_version": "7.0.0",
        },
        // Clients before 7.14 know Elasticsearch by these words.
        "tagline": "You Know, for Search",
    });
    answer::respond(StatusCode::OK, &body)
}

/// `GET /_license`.
pub(super) async fn license<G: Gate>(State(doors): State<Shared<G>>, headers: Caller) -> Response {
    if let Err(denied) = doors.admit(DOOR, &headers).await {
        return denied_answer(denied, &doors);
    }
    let license = json!({ "status": "active", "uid": "wardwatch", "type": "basic" });
    answer::respond(StatusCode::OK, &json!({ "license": license }))
}

/// `GET /_cluster/health`.
pub(super) async fn health<G: Gate>(State(doors): State<Shared<G>>, headers: Caller) -> Response {
    if let Err(denied) = doors.admit(DOOR, &headers).await {
        return denied_answer(denied, &doors);
    }
    let body = json!({ "cluster_name": "wardwatch", "status": "green", "timed_out": false });
    answer::respond(StatusCode::OK, &body)
}

/// Anything about one template, policy or pipeline.
pub(super) async fn setting<G: Gate>(
    State(doors): State<Shared<G>>,
    Path(name): Path<String>,
    method: Method,
    headers: Caller,
) -> Response {
    if let Err(denied) = doors.admit(DOOR, &headers).await {
        return denied_answer(denied, &doors);
    }
    let body = match method {
        Method::GET | Method::HEAD => {
            Json::Object(Map::from_iter([(name.chars().take(256).collect(), json!({}))]))
        }
        Method::PUT | Method::POST => json!({ "acknowledged": true }),
        _ => {
            let reason = "nothing is removed here";
            let status = StatusCode::METHOD_NOT_ALLOWED;
            return answer::failure(status, "illegal_argument_exception", reason);
        }
    };
    answer::respond(StatusCode::OK, &body)
}
