//! HEC's codes as answers. Format: Splunk, "HEC response codes".

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};

use super::events::EventError;

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Success,
    TokenRequired,
    InvalidAuthorization,
    InvalidToken,
    NoData,
    InvalidFormat,
    Internal,
    Busy,
    ChannelMissing,
    InvalidChannel,
    EventRequired,
    EventBlank,
    AckDisabled,
    Healthy,
    TooLarge,
}

impl Code {
    /// Number, status and words.
    fn parts(self) -> (u16, StatusCode, &'static str) {
        let bad = StatusCode::BAD_REQUEST;
        match self {
            Code::Success => (0, StatusCode::OK, "Success"),
            Code::TokenRequired => (2, StatusCode::UNAUTHORIZED, "Token is required"),
            Code::InvalidAuthorization => (3, StatusCode::UNAUTHORIZED, "Invalid authorization"),
            Code::InvalidToken => (4, StatusCode::FORBIDDEN, "Invalid token"),
            Code::NoData => (5, bad, "No data"),
            Code::InvalidFormat => (6, bad, "Invalid data format"),
            Code::Internal => (8, StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
            Code::Busy => (9, StatusCode::SERVICE_UNAVAILABLE, "Server is busy"),
            Code::ChannelMissing => (10, bad, "Data channel is missing"),
            Code::InvalidChannel => (11, bad, "Invalid data channel"),
            Code::EventRequired => (12, bad, "Event field is required"),
            Code::EventBlank => (13, bad, "Event field cannot be blank"),
            Code::AckDisabled => (14, bad, "ACK is disabled"),
            Code::Healthy => (17, StatusCode::OK, "HEC is healthy"),
            Code::TooLarge => (27, StatusCode::PAYLOAD_TOO_LARGE, "Request entity too large"),
        }
    }

    /// The code for an event that is not taken.
    pub(super) fn of(error: &EventError) -> Code {
        match error {
            EventError::Missing => Code::EventRequired,
            EventError::Blank => Code::EventBlank,
            EventError::TooLong { .. } | EventError::TooMany { .. } => Code::TooLarge,
            EventError::Format(_) => Code::InvalidFormat,
        }
    }

    /// The answer.
    pub(super) fn response(self) -> Response {
        self.with(json!({}))
    }

    /// The answer with more fields.
    pub(super) fn with(self, more: Json) -> Response {
        self.with_status(self.parts().1, more)
    }

    /// The answer with another status.
    pub(super) fn with_status(self, status: StatusCode, more: Json) -> Response {
        let (number, _, text) = self.parts();
        let mut body = json!({ "text": text, "code": number });
        if let (Json::Object(body), Json::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        json_response(status, &body)
    }
}

/// JSON as an answer.
pub(super) fn json_response(status: StatusCode, body: &Json) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
