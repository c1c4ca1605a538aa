//! `DELETE /api/v1/saved-hunts/{id}`: forgets a saved hunt.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::delete("/api/v1/saved-hunts/{id}", Access::Needs(Permission::ReadEvents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = request::id(&id, "saved hunt")?;
    match app.state.forget_saved_hunt(&scope, id, app.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("saved hunt")),
    }
}
