//! `DELETE /api/v1/rules/backtests/{id}`: ends a back-test; what was found stays.

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
    let access = Access::Needs(Permission::WriteRules);
    Endpoint::delete("/api/v1/rules/backtests/{id}", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = request::id(&id, "back-test")?;
    match app.desk()?.backtests.cancel(&scope, id) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("back-test")),
    }
}
