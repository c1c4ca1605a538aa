//! Answers without success: problem+json, with words for the caller and nothing of the inside.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wardwatch_incident::handling::HandlingError;
use wardwatch_store::StoreError;

use crate::app::Overloaded;
use crate::passwords::PasswordError;
use crate::rules::NoDesk;

/// An answer without success.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    kind: Option<&'static str>,
    detail: String,
    retry_seconds: Option<u64>,
}

impl Problem {
    /// With a status and words for the caller.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Problem { status, kind: None, detail: detail.into(), retry_seconds: None }
    }

    /// The request cannot be read.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, detail)
    }

    /// It is not there, or not for this caller: the two look alike.
    pub fn not_found(noun: &str) -> Self {
        Problem::new(StatusCode::NOT_FOUND, format!("there is no such {noun}"))
    }

    /// Nobody knows who asks.
    pub fn unknown_caller() -> Self {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "send a token as Authorization: Bearer, or the cookie of a session",
        )
    }

    /// The password is right, and a code of the authenticator is needed too.
    pub fn code_needed() -> Self {
        let detail = "a code of the authenticator is needed";
        let problem = Problem::new(StatusCode::UNAUTHORIZED, detail);
        Problem { kind: Some(wardwatch_api::problem::CODE_NEEDED), ..problem }
    }

    /// The password is right, works once, and another one must be chosen.
    pub fn new_password_needed() -> Self {
        let detail = "this password works once: choose another, as new_password";
        let problem = Problem::new(StatusCode::UNAUTHORIZED, detail);
        Problem { kind: Some(wardwatch_api::problem::NEW_PASSWORD_NEEDED), ..problem }
    }

    /// The caller is known and may not do this anywhere.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::FORBIDDEN, detail)
    }

    /// It cannot be done as things stand.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::CONFLICT, detail)
    }

    /// It was asked too often.
    pub fn too_often(seconds: u64) -> Self {
        let detail = format!("too many attempts: try again in {seconds} seconds");
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, detail);
        Problem { retry_seconds: Some(seconds), ..problem }
    }

    /// It cannot be done now.
    pub fn busy(detail: impl Into<String>) -> Self {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail);
        Problem { retry_seconds: Some(5), ..problem }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or_default();
        let mut problem = wardwatch_api::Problem::new(self.status.as_u16(), title, self.detail);
        if let Some(kind) = self.kind {
            problem.kind = kind.to_owned();
        }
        let mut answer = (self.status, axum::Json(problem)).into_response();
        let headers = answer.headers_mut();
        let media = HeaderValue::from_static(wardwatch_api::problem::MEDIA_TYPE);
        headers.insert(header::CONTENT_TYPE, media);
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::OutOfScope(_) | StoreError::NoSuchOrganisation(_) => {
                Problem::not_found("organisation")
            }
            StoreError::NoSuchPerson(_) => Problem::not_found("person"),
            StoreError::NotTheTop => Problem::forbidden(error.to_string()),
            StoreError::NotPermitted(_) => Problem::forbidden("this is not among what you may do"),
            StoreError::NameTaken(_)
            | StoreError::Oneself
            | StoreError::IdentityTaken
            | StoreError::LastAdministrator
            | StoreError::Tree(_)
            | StoreError::TooMany { .. }
            | StoreError::Full { .. }
            | StoreError::Closed(_) => Problem::conflict(error.to_string()),
            StoreError::TooManyIndicators(_) => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
            }
            StoreError::BadCursor => Problem::bad_request(error.to_string()),
            StoreError::Ending => Problem::busy("the server is ending"),
            other => {
                tracing::error!(error = %other, "a request could not be answered");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the server could not do this")
            }
        }
    }
}

impl From<HandlingError> for Problem {
    fn from(error: HandlingError) -> Self {
        match error {
            HandlingError::NotOpen { .. }
            | HandlingError::NotClosed { .. }
            | HandlingError::ManyNotes { .. }
            | HandlingError::SameIncident { .. } => Problem::conflict(error.to_string()),
            // Not even that it is there.
            HandlingError::OtherOrganisation { .. } => Problem::not_found("incident"),
            other => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, other.to_string()),
        }
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Machine => {
                tracing::error!("a password could not be hashed");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the server could not do this")
            }
            weak => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, weak.to_string()),
        }
    }
}

impl From<Overloaded> for Problem {
    fn from(error: Overloaded) -> Self {
        Problem::busy(error.to_string())
    }
}

impl From<NoDesk> for Problem {
    fn from(error: NoDesk) -> Self {
        Problem::busy(error.to_string())
    }
}

/// For paths that nobody answers.
pub async fn no_such_path() -> Problem {
    Problem::not_found("path")
}

/// For paths that answer other methods.
pub async fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this path does not answer this method")
}
