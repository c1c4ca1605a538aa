//! `DELETE /api/v1/filters/{id}`: takes a filter away, so that hits count again.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_model::Permission;

use super::super::super::endpoint::Endpoint;
use super::super::super::problem::Problem;
use super::super::super::request;
use super::super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::delete("/api/v1/filters/{id}", Access::Needs(Permission::WriteRules), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = request::id(&id, "filter")?;
    match app.state.remove_rule_filter(&scope, id, app.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("filter")),
    }
}
