//! A refusal as `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{BodyError, Denied};
use crate::gate::Refused;
use crate::limits::Limits;

/// A refusal with its reason.
pub(crate) fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Refused");
    let body = serde_json::json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
    });
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, body.to_string()).into_response()
}

/// Adds how long a sender is to wait.
pub(crate) fn with_retry_after(mut response: Response, limits: &Limits) -> Response {
    let seconds = HeaderValue::from(limits.retry_after_seconds());
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

impl Denied {
    /// As a status that every HTTP client understands.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Denied::Missing | Denied::Malformed | Denied::Unknown => StatusCode::UNAUTHORIZED,
            Denied::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Why, in words.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Denied::Missing => "a token is required: send it in the Authorization header",
            Denied::Malformed => "the Authorization header is in no form that is read",
            Denied::Unknown => "the token is not known",
            Denied::Unavailable => "tokens cannot be checked at the moment: try again later",
        }
    }

    /// The refusal as a problem.
    pub(crate) fn into_problem(self, limits: &Limits) -> Response {
        let response = problem(self.status(), self.reason());
        match self {
            Denied::Unavailable => with_retry_after(response, limits),
            _ => response,
        }
    }
}

impl BodyError {
    /// As a status; `busy` is what the door says for "try again later".
    pub(crate) fn status(&self, busy: StatusCode) -> StatusCode {
        match self {
            BodyError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::NoRoom => busy,
            BodyError::Slow => StatusCode::REQUEST_TIMEOUT,
            BodyError::Encoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            BodyError::Broken(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// The refusal as a problem.
    pub(crate) fn into_problem(self, limits: &Limits) -> Response {
        let response = problem(self.status(StatusCode::SERVICE_UNAVAILABLE), &self.to_string());
        if self == BodyError::NoRoom { with_retry_after(response, limits) } else { response }
    }
}

impl Refused {
    /// As a status; `busy` is what the door says for "try again later".
    pub(crate) fn status(&self, busy: StatusCode) -> StatusCode {
        match self {
            Refused::Busy | Refused::Full => busy,
            Refused::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Refused::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Why, for the sender: what is broken here is none of its business.
    pub(crate) fn reason(&self) -> String {
        match self {
            Refused::Broken(_) => "not kept: the server has a problem".to_owned(),
            other => other.to_string(),
        }
    }

    /// The refusal as a problem.
    pub(crate) fn into_problem(self, limits: &Limits) -> Response {
        let response = problem(self.status(StatusCode::SERVICE_UNAVAILABLE), &self.reason());
        if self.is_passing() { with_retry_after(response, limits) } else { response }
    }
}
