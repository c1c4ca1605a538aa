//! Elastic's `_bulk`, and what its clients ask before they use it.
//!
//! In: documents as Winlogbeat, Filebeat, Logstash, Fluent Bit, rsyslog and others send them.
//! Out: each document as one JSON line, and an answer for each.

mod answer;
pub mod bulk;
mod preamble;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{any, get, post};
use wardwatch_normalise::block::Shape;
use wardwatch_store::Sender;

use crate::counters::Door;
use crate::gate::{Gate, Refused};
use crate::gather::{Gather, Gathered, named};
use crate::http::{BodyError, Caller, Denied, Doors, Shared, read_body, with_retry_after};
use answer::{Answered, Outcome};
use bulk::{Item, ItemError};

pub use preamble::greeting;

const DOOR: Door = Door::Elastic;

/// `GET /` alone.
pub(crate) fn root_router() -> Router {
    Router::new().route("/", get(async || greeting()))
}

/// `_bulk` and the questions before it.
pub(crate) fn router<G: Gate>() -> Router<Shared<G>> {
    Router::new()
        .route("/_bulk", post(bulk::<G>).put(bulk::<G>))
        .route("/{index}/_bulk", post(bulk_into::<G>).put(bulk_into::<G>))
        .route("/{index}/{kind}/_bulk", post(bulk_into_kind::<G>).put(bulk_into_kind::<G>))
        .route("/_license", get(preamble::license::<G>))
        .route("/_cluster/health", get(preamble::health::<G>))
        .route("/_ilm/policy/{name}", any(preamble::setting::<G>))
        .route("/_index_template/{name}", any(preamble::setting::<G>))
        .route("/_component_template/{name}", any(preamble::setting::<G>))
        .route("/_template/{name}", any(preamble::setting::<G>))
        .route("/_data_stream/{name}", any(preamble::setting::<G>))
        .route("/_ingest/pipeline/{name}", any(preamble::setting::<G>))
}

async fn bulk<G: Gate>(
    State(doors): State<Shared<G>>,
    RawQuery(query): RawQuery,
    headers: Caller,
    body: Body,
) -> Response {
    serve(&doors, "", query.as_deref(), &headers, body).await
}

async fn bulk_into<G: Gate>(
    State(doors): State<Shared<G>>,
    Path(index): Path<String>,
    RawQuery(query): RawQuery,
    headers: Caller,
    body: Body,
) -> Response {
    serve(&doors, &index, query.as_deref(), &headers, body).await
}

async fn bulk_into_kind<G: Gate>(
    State(doors): State<Shared<G>>,
    Path((index, _)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: Caller,
    body: Body,
) -> Response {
    serve(&doors, &index, query.as_deref(), &headers, body).await
}

async fn serve<G: Gate>(
    doors: &Doors<G>,
    index: &str,
    query: Option<&str>,
    headers: &Caller,
    body: Body,
) -> Response {
    let sender = match doors.admit(DOOR, headers).await {
        Ok(sender) => sender,
        Err(denied) => return denied_answer(denied, doors),
    };
    let held = doors.room.holder();
    let (body, _held) = match read_body(body, headers, &doors.limits, held).await {
        Ok(read) => read,
        Err(error) => return unread_answer(&error, doors),
    };
    let limits = &doors.limits;
    let items = match bulk::parse(&body, limits.records, limits.record_bytes) {
        Ok(items) => items,
        Err(error) => {
            doors.counters.refused(DOOR);
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return answer::failure(status, "content_too_large_exception", &error.to_string());
        }
    };
    let outcomes = keep_items(doors, &sender, index, &items).await;
    let short = query.is_some_and(|query| query.contains("filter_path="));
    let busy =
        outcomes.iter().any(|one| matches!(one, Outcome::Refused(refused) if refused.is_passing()));
    let nothing = !outcomes.contains(&Outcome::Kept);
    if busy && nothing {
        return busy_answer(&Refused::Busy.to_string(), doors);
    }
    let answered = Answered { items: &items, outcomes: &outcomes, index, short };
    let response = answered.response();
    if busy { with_retry_after(response, limits) } else { response }
}

/// Keeps the documents; what became of each item.
async fn keep_items<G: Gate>(
    doors: &Doors<G>,
    sender: &Sender,
    index: &str,
    items: &[Item<'_>],
) -> Vec<Outcome> {
    let stream = match index {
        "" => items.iter().find_map(|item| item.index.as_deref()).unwrap_or_default(),
        index => index,
    };
    let documents = items.iter().filter_map(|item| item.document.as_ref().ok());
    let bytes = documents.map(|document| document.len() + 1).sum();
    let mut gather =
        Gather::new(named(DOOR.word(), stream), doors.limits.batch_bytes).expecting(bytes);
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(items.len());
    for item in items {
        outcomes.push(match &item.document {
            Ok(document) => {
                gather.add(Shape::JsonLines, document.as_bytes());
                Outcome::Kept
            }
            Err(error) => Outcome::Invalid(error.clone()),
        });
    }
    let invalid = outcomes.iter().filter(|outcome| **outcome != Outcome::Kept).count();
    doors.counters.invalid(DOOR, invalid as u64);
    // Batches hold the documents in order, so each stands for the next that were added.
    let mut waiting = outcomes.iter_mut().filter(|outcome| **outcome == Outcome::Kept);
    for gathered in gather.take() {
        let records = gathered.records;
        let refused = keep(doors, sender, gathered).await;
        for outcome in waiting.by_ref().take(usize::try_from(records).unwrap_or(usize::MAX)) {
            if let Some(refused) = &refused {
                *outcome = Outcome::Refused(refused.clone());
            }
        }
    }
    outcomes
}

async fn keep<G: Gate>(doors: &Doors<G>, sender: &Sender, gathered: Gathered) -> Option<Refused> {
    doors.keep(DOOR, sender, gathered).await.err()
}

fn denied_answer<G>(denied: Denied, doors: &Doors<G>) -> Response {
    match denied {
        Denied::Unavailable => busy_answer(denied.reason(), doors),
        _ => answer::unauthorised(denied.reason()),
    }
}

fn unread_answer<G>(error: &BodyError, doors: &Doors<G>) -> Response {
    if *error == BodyError::NoRoom {
        doors.counters.refused(DOOR);
        return busy_answer(&error.to_string(), doors);
    }
    let kind = match error {
        BodyError::TooLarge { .. } => {
            doors.counters.refused(DOOR);
            "content_too_large_exception"
        }
        _ => {
            doors.counters.invalid(DOOR, 1);
            "illegal_argument_exception"
        }
    };
    answer::failure(error.status(StatusCode::TOO_MANY_REQUESTS), kind, &error.to_string())
}

fn busy_answer<G>(reason: &str, doors: &Doors<G>) -> Response {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let response = answer::failure(status, "es_rejected_execution_exception", reason);
    with_retry_after(response, &doors.limits)
}

impl ItemError {
    /// Elastic's word for it, and its status.
    fn kind(&self) -> (&'static str, StatusCode) {
        match self {
            ItemError::Action(_) | ItemError::Missing | ItemError::NotDone => {
                ("illegal_argument_exception", StatusCode::BAD_REQUEST)
            }
            ItemError::Document(_) => ("document_parsing_exception", StatusCode::BAD_REQUEST),
            ItemError::TooLong { .. } => {
                ("content_too_large_exception", StatusCode::PAYLOAD_TOO_LARGE)
            }
        }
    }
}

#[cfg(test)]
mod tests;
