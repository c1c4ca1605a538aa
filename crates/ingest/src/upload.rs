//! Files over HTTP: EVTX, JSON, syslog, auditd, crash reports, also packed with gzip or zstd.
//!
//! In: a file as the body, `?source=` as its name for people, `?device=` for a crash report. Out:
//! its content as batches, and an answer that says how much was taken and what could not be read.
//! The body lies in a file while it is read, so memory does not grow with it.

use std::collections::HashMap;
use std::io::Write;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tempfile::NamedTempFile;
use wardwatch_store::Sender;

use crate::counters::Door;
use crate::file::{FileReading, FileReport, FileSource, Wanted};
use crate::gate::{Gate, Refused};
use crate::gather::{Gathered, named};
use crate::http::{BodyError, Caller, Doors, Shared, next_chunk, problem, with_retry_after};
use crate::limits::Limits;
use crate::unpack::Packing;

const DOOR: Door = Door::Upload;

/// Times that a refused batch is tried again before the upload is refused.
const TRIES: u32 = 20;

/// `POST /api/v1/upload`.
pub(crate) fn router<G: Gate>() -> Router<Shared<G>> {
    Router::new().route("/api/v1/upload", post(take::<G>))
}

async fn take<G: Gate>(
    State(doors): State<Shared<G>>,
    Query(query): Query<HashMap<String, String>>,
    headers: Caller,
    body: Body,
) -> Response {
    let limits = &doors.limits;
    let sender = match doors.admit(DOOR, &headers).await {
        Ok(sender) => sender,
        Err(denied) => return denied.into_problem(limits),
    };
    let Ok(_turn) = doors.uploads.try_acquire() else {
        doors.counters.refused(DOOR);
        let reason = "too many uploads at a time: try again later";
        return with_retry_after(problem(StatusCode::SERVICE_UNAVAILABLE, reason), limits);
    };
    let file = match receive(body, &headers, limits).await {
        Ok(file) => file,
        Err(response) => {
            match response.status() {
                StatusCode::PAYLOAD_TOO_LARGE => doors.counters.refused(DOOR),
                _ => doors.counters.invalid(DOOR, 1),
            }
            return *response;
        }
    };
    let word = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    let source = FileSource {
        source: named(DOOR.word(), word("source")),
        device: Some(word("device").to_owned()).filter(|device| !device.is_empty()),
        wanted: Wanted::Logs,
        batch_bytes: limits.batch_bytes,
    };
    let mut reading = FileReading::start(file.path(), source);
    while let Some(gathered) = reading.next().await {
        if let Err(refused) = keep(&doors, &sender, gathered).await {
            return refused.into_problem(limits);
        }
    }
    answer(&reading.finish().await, &doors)
}

/// The body in a file; what is packed for the way is unpacked with the content.
async fn receive(
    mut body: Body,
    headers: &HeaderMap,
    limits: &Limits,
) -> Result<NamedTempFile, Box<Response>> {
    let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str());
    let encoding = encoding.map(|word| word.unwrap_or("?")).unwrap_or_default();
    if matches!(Packing::of(encoding), None | Some(Packing::Deflate)) {
        let error = BodyError::Encoding(encoding.chars().take(40).collect());
        return Err(Box::new(error.into_problem(limits)));
    }
    let failed = |error: std::io::Error| {
        tracing::error!(%error, "an upload cannot be kept while it is read");
        let reason = "the upload cannot be kept while it is read: try again later";
        let response = problem(StatusCode::SERVICE_UNAVAILABLE, reason);
        Box::new(with_retry_after(response, limits))
    };
    let mut file = match &limits.upload_dir {
        Some(dir) => NamedTempFile::new_in(dir),
        None => NamedTempFile::new(),
    }
    .map_err(failed)?;
    let mut size = 0u64;
    loop {
        let chunk = tokio::time::timeout(limits.body_timeout, next_chunk(&mut body)).await;
        let chunk = match chunk.unwrap_or(Err(BodyError::Slow)) {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok(file),
            Err(error) => return Err(Box::new(error.into_problem(limits))),
        };
        size += chunk.len() as u64;
        if size > limits.upload_bytes {
            let limit = usize::try_from(limits.upload_bytes).unwrap_or(usize::MAX);
            return Err(Box::new(BodyError::TooLarge { limit }.into_problem(limits)));
        }
        // Goes to the page cache; chunks are small.
        file.write_all(&chunk).map_err(failed)?;
    }
}

/// Keeps a batch; while the log is busy, waits a little.
async fn keep<G: Gate>(
    doors: &Doors<G>,
    sender: &Sender,
    gathered: Gathered,
) -> Result<(), Refused> {
    let Gathered { batch, records } = gathered;
    for _ in 0..TRIES {
        let bytes = batch.bytes.len() as u64;
        match doors.gate.take(sender, batch.clone()).await {
            Ok(()) => {
                doors.counters.kept(DOOR, records, bytes);
                return Ok(());
            }
            Err(refused) if refused.is_passing() => {
                tokio::time::sleep(doors.limits.retry_pause).await
            }
            Err(refused) => {
                doors.counters.refused(DOOR);
                return Err(refused);
            }
        }
    }
    doors.keep(DOOR, sender, Gathered { batch, records }).await
}

fn answer<G>(report: &FileReport, doors: &Doors<G>) -> Response {
    doors.counters.invalid(DOOR, report.problem_count + u64::from(report.unknown));
    if report.unknown {
        let reason = "the content is of no kind that is read";
        return problem(StatusCode::UNPROCESSABLE_ENTITY, reason);
    }
    if report.batches == 0 && report.problem_count > 0 {
        let reason = format!("nothing could be read: {}", report.problems.join("; "));
        return problem(StatusCode::UNPROCESSABLE_ENTITY, &reason);
    }
    let body = serde_json::json!({
        "batches": report.batches,
        "records": report.records,
        "problems": report.problems,
        "problem_count": report.problem_count,
    });
    ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

#[cfg(test)]
mod tests;
