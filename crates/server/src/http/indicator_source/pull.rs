//! `POST /api/v1/indicator-sources/{id}/pull`: pulls a list now.

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
    let access = Access::Needs(Permission::WriteRules);
    Endpoint::post("/api/v1/indicator-sources/{id}/pull", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = request::id(&id, "source of indicators")?;
    if !app.state.pull_indicator_source(&scope, id, app.now()).await? {
        return Err(Problem::not_found("source of indicators"));
    }
    app.indicators.tell();
    Ok(StatusCode::NO_CONTENT)
}
