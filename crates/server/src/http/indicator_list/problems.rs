//! `GET /api/v1/indicator-lists/{id}/problems`: what was not taken at the last load.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::indicator::ListProblem;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use super::shaped_problem;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ReadFindings);
    Endpoint::get("/api/v1/indicator-lists/{id}/problems", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<Vec<ListProblem>>, Problem> {
    let id = request::id(&id, "list of indicators")?;
    let found = app.state.indicator_list(&scope, id).await?;
    let (_, problems) = found.ok_or_else(|| Problem::not_found("list of indicators"))?;
    Ok(Json(problems.into_iter().map(shaped_problem).collect()))
}
