//! `DELETE /api/v1/session`: logs out.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wardwatch_api::Access;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::{Proof, Who};
use super::open::cookie;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::delete("/api/v1/session", Access::Known, handle)
}

async fn handle(State(app): State<App>, who: Who) -> Result<Response, Problem> {
    let Proof::Session(secret) = &who.proof else {
        return Err(Problem::forbidden("a token has no session: revoke it to end it"));
    };
    app.state.close_session(&secret.0).await?;
    let mut answer = StatusCode::NO_CONTENT.into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie(&app, "", 0)) {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}
