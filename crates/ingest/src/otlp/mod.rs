//! OTLP logs over HTTP, as protobuf or JSON.
//!
//! In: export requests. Out: each record as one line; an answer in the form of the request, with
//! what was not taken. Format: OTLP specification 1.x, "OTLP/HTTP".

pub mod json;
pub mod messages;
pub(crate) mod record;
mod windows;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use prost::Message;

use crate::counters::Door;
use crate::gate::Gate;
use crate::gather::{Gather, named};
use crate::http::{BodyError, Caller, Denied, Doors, Shared, read_body, with_retry_after};
use messages::{ExportLogsRequest, ExportLogsResponse, PartialSuccess, Status};

const DOOR: Door = Door::Otlp;

/// `POST /v1/logs`.
pub(crate) fn router<G: Gate>() -> Router<Shared<G>> {
    Router::new().route("/v1/logs", post(take::<G>))
}

/// In which form a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Protobuf,
    Json,
}

impl Form {
    fn of(headers: &HeaderMap) -> Option<Form> {
        let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        match value.split(';').next().unwrap_or_default().trim() {
            "application/x-protobuf" => Some(Form::Protobuf),
            "application/json" => Some(Form::Json),
            _ => None,
        }
    }

    fn respond(self, status: StatusCode, protobuf: Vec<u8>, json: &serde_json::Value) -> Response {
        let (kind, body) = match self {
            Form::Protobuf => ("application/x-protobuf", protobuf),
            Form::Json => ("application/json", json.to_string().into_bytes()),
        };
        (status, [(header::CONTENT_TYPE, kind)], body).into_response()
    }

    /// A refusal as `google.rpc.Status`.
    fn refuse(self, status: StatusCode, reason: &str) -> Response {
        // Codes of gRPC that go with these statuses.
        let code = match status {
            StatusCode::UNAUTHORIZED => 16,
            StatusCode::SERVICE_UNAVAILABLE => 14,
            StatusCode::PAYLOAD_TOO_LARGE => 8,
            StatusCode::INTERNAL_SERVER_ERROR => 13,
            _ => 3,
        };
        let message = Status { code, message: reason.to_owned() };
        let json = serde_json::json!({ "code": code, "message": reason });
        self.respond(status, message.encode_to_vec(), &json)
    }

    fn answer(self, rejected: i64, reason: &str) -> Response {
        let partial = (rejected > 0).then(|| PartialSuccess {
            rejected_log_records: rejected,
            error_message: reason.to_owned(),
        });
        let json = match &partial {
            None => serde_json::json!({}),
            Some(partial) => serde_json::json!({ "partialSuccess": {
                // Whole numbers of 64 bits are text in this form of JSON.
                "rejectedLogRecords": partial.rejected_log_records.to_string(),
                "errorMessage": partial.error_message,
            }}),
        };
        let message = ExportLogsResponse { partial_success: partial };
        self.respond(StatusCode::OK, message.encode_to_vec(), &json)
    }
}

async fn take<G: Gate>(State(doors): State<Shared<G>>, headers: Caller, body: Body) -> Response {
    let form = Form::of(&headers);
    let sender = match doors.admit(DOOR, &headers).await {
        Ok(sender) => sender,
        Err(denied) => {
            let form = form.unwrap_or(Form::Json);
            let response = form.refuse(denied.status(), denied.reason());
            let again = denied == Denied::Unavailable;
            return if again { with_retry_after(response, &doors.limits) } else { response };
        }
    };
    let Some(form) = form else {
        doors.counters.invalid(DOOR, 1);
        let reason = "content type must be application/x-protobuf or application/json";
        return Form::Json.refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason);
    };
    let held = doors.room.holder();
    let (body, mut held) = match read_body(body, &headers, &doors.limits, held).await {
        Ok(read) => read,
        Err(error) => return unread(&error, form, &doors),
    };
    // Messages take a few times the room of their bytes.
    if held.grow(body.len().saturating_mul(3)).is_err() {
        return unread(&BodyError::NoRoom, form, &doors);
    }
    let request = match form {
        Form::Protobuf => ExportLogsRequest::decode(&*body).map_err(|error| error.to_string()),
        Form::Json => json::parse(&body).map_err(|error| error.to_string()),
    };
    drop(body);
    let request = match request {
        Ok(request) => request,
        Err(reason) => {
            doors.counters.invalid(DOOR, 1);
            return form.refuse(StatusCode::BAD_REQUEST, &format!("no export request: {reason}"));
        }
    };
    let (mut gather, rejected) = gather(request, &doors);
    doors.counters.invalid(DOOR, rejected);
    match doors.keep_all(DOOR, &sender, gather.take()).await {
        Ok(()) => form.answer(
            i64::try_from(rejected).unwrap_or(i64::MAX),
            "records without a body, longer than a record may be, or beyond the number that a \
             request may have",
        ),
        Err(refused) => {
            let status = refused.status(StatusCode::SERVICE_UNAVAILABLE);
            let response = form.refuse(status, &refused.reason());
            let again = refused.is_passing();
            if again { with_retry_after(response, &doors.limits) } else { response }
        }
    }
}

/// Every record as a line, and how many are not taken.
fn gather<G>(request: ExportLogsRequest, doors: &Doors<G>) -> (Gather, u64) {
    let mut gather = Gather::new(named(DOOR.word(), ""), doors.limits.batch_bytes);
    let (mut taken, mut rejected) = (0, 0);
    for logs in request.resource_logs {
        let resource = logs.resource.map(|resource| resource.attributes).unwrap_or_default();
        for record in logs.scope_logs.into_iter().flat_map(|scope| scope.log_records) {
            let fits =
                taken < doors.limits.records && record.encoded_len() <= doors.limits.record_bytes;
            if fits && record::add(record, &resource, &mut gather) {
                taken += 1;
            } else {
                rejected += 1;
            }
        }
    }
    (gather, rejected)
}

fn unread<G>(error: &BodyError, form: Form, doors: &Doors<G>) -> Response {
    let response = form.refuse(error.status(StatusCode::SERVICE_UNAVAILABLE), &error.to_string());
    match error {
        BodyError::NoRoom => {
            doors.counters.refused(DOOR);
            with_retry_after(response, &doors.limits)
        }
        BodyError::TooLarge { .. } => {
            doors.counters.refused(DOOR);
            response
        }
        _ => {
            doors.counters.invalid(DOOR, 1);
            response
        }
    }
}

#[cfg(test)]
mod tests;
