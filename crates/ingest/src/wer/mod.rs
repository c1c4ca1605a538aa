//! Crash reports over HTTP.
//!
//! In: one `Report.wer` as the body, and `?device=` where the sender knows it. Out: its features
//! as one JSON line. Never: the report itself, a dump, a user's name.

pub mod reduce;

use std::collections::HashMap;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::counters::Door;
use crate::gate::Gate;
use crate::http::{Caller, Shared, problem};

const DOOR: Door = Door::Wer;

/// `POST /api/v1/wer`.
pub(crate) fn router<G: Gate>() -> Router<Shared<G>> {
    Router::new().route("/api/v1/wer", post(take::<G>))
}

async fn take<G: Gate>(
    State(doors): State<Shared<G>>,
    Query(query): Query<HashMap<String, String>>,
    headers: Caller,
    body: Body,
) -> Response {
    let limits = &doors.limits;
    let (sender, body, _held) = match doors.receive(DOOR, &headers, body).await {
        Ok(received) => received,
        Err(answer) => return *answer,
    };
    let device = query.get("device").map(String::as_str);
    let gathered = match reduce::report(&body, device, DOOR.word().to_owned()) {
        Ok(gathered) => gathered,
        Err(error) => {
            doors.counters.invalid(DOOR, 1);
            return problem(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string());
        }
    };
    match doors.keep(DOOR, &sender, gathered).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => refused.into_problem(limits),
    }
}
