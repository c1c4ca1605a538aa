//! `POST /api/v1/exceptions/end`: nobody answers for the hole any more.

use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::decision::EndException;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::Body;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/exceptions/end", Access::Needs(Permission::ClassifyDevices), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(EndException { org, cve, device }): Body<EndException>,
) -> Result<StatusCode, Problem> {
    let scope = scope.narrow(&org).ok_or_else(|| Problem::not_found("organisation"))?;
    match app.state.end_exception(&scope, &org, cve, device.as_deref(), app.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("exception")),
    }
}
