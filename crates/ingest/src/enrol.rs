//! A one-time code becomes a sender's token.
//!
//! In: `{"code": "…"}`, and as `csr` a signing request. Out: `{"token": "…"}`, with a certificate
//! and that of the authority when one was asked for; once for each code. Never: a word on why a code is
//! not taken; more than a few at a time, so that guessing does not slow the state down.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::sync::Semaphore;

use crate::counters::Door;
use crate::gate::{EnrolError, Enrolled, Gate};
use crate::http::{Shared, problem, read_small, with_retry_after};

const DOOR: Door = Door::Enrol;

/// Largest request.
const MAX_BODY_BYTES: usize = 16 << 10;

/// Most codes that are looked up at a time.
const MAX_AT_ONCE: usize = 2;

/// `POST /api/v1/enrol`.
pub(crate) fn router<G: Gate>() -> Router<Shared<G>> {
    let turns = Arc::new(Semaphore::new(MAX_AT_ONCE));
    let handler = async move |State(doors): State<Shared<G>>, headers: HeaderMap, body: Body| {
        let turns = turns.clone();
        redeem(&doors, &turns, &headers, body).await
    };
    Router::new().route("/api/v1/enrol", post(handler))
}

#[derive(serde::Deserialize)]
struct Request {
    code: String,
    /// A signing request, as PEM: the private key stays with the client.
    csr: Option<String>,
}

async fn redeem<G: Gate>(
    doors: &Shared<G>,
    turns: &Semaphore,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    doors.counters.request(DOOR);
    let busy = || {
        doors.counters.refused(DOOR);
        let response = problem(StatusCode::SERVICE_UNAVAILABLE, "busy: try again later");
        with_retry_after(response, &doors.limits)
    };
    let mut held = doors.room.holder();
    let body = read_small(body, headers, MAX_BODY_BYTES, &doors.limits, &mut held).await;
    let request = match body {
        Ok(body) => serde_json::from_slice::<Request>(&body),
        Err(error) => {
            doors.counters.invalid(DOOR, 1);
            return error.into_problem(&doors.limits);
        }
    };
    let Ok(request) = request else {
        doors.counters.invalid(DOOR, 1);
        return problem(StatusCode::BAD_REQUEST, "an object with the text 'code' was expected");
    };
    let Ok(_turn) = turns.try_acquire() else { return busy() };
    match doors.gate.redeem(&request.code, request.csr.as_deref()).await {
        Ok(Some(enrolled)) => {
            doors.counters.kept(DOOR, 1, 0);
            let headers =
                [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
            (headers, answer(&enrolled).to_string()).into_response()
        }
        Ok(None) => {
            doors.counters.refused(DOOR);
            problem(StatusCode::FORBIDDEN, "the code is not known, was used, or is too old")
        }
        Err(error @ EnrolError::Request(_)) => {
            doors.counters.invalid(DOOR, 1);
            problem(StatusCode::BAD_REQUEST, &error.to_string())
        }
        Err(error) => {
            tracing::warn!(%error, "codes cannot be looked up");
            busy()
        }
    }
}

fn answer(enrolled: &Enrolled) -> serde_json::Value {
    let mut answer = serde_json::json!({ "token": enrolled.token });
    if let Some(certificate) = &enrolled.certificate {
        answer["certificate"] = certificate.chain.as_str().into();
        answer["ca"] = certificate.ca.as_str().into();
    }
    answer
}
