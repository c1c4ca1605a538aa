//! `GET /api/v1/rules/backtests/{id}`: how far a back-test is, and what was found.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::backtest::Backtest;
use wardwatch_model::Permission;

use super::super::super::endpoint::Endpoint;
use super::super::super::problem::Problem;
use super::super::super::request;
use super::super::super::who::Within;
use super::seen_by;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::WriteRules);
    Endpoint::get("/api/v1/rules/backtests/{id}", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<Backtest>, Problem> {
    let id = request::id(&id, "back-test")?;
    let told = app.desk()?.backtests.get(&scope, id);
    let told = told.ok_or_else(|| Problem::not_found("back-test"))?;
    Ok(Json(seen_by(&app, &scope, told)))
}
