//! `DELETE /api/v1/indicator-lists/{id}`: removes a list; what it found stays.

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
    Endpoint::delete("/api/v1/indicator-lists/{id}", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = request::id(&id, "list of indicators")?;
    if !app.state.delete_indicator_list(&scope, id, app.now()).await? {
        return Err(Problem::not_found("list of indicators"));
    }
    app.indicators.tell();
    Ok(StatusCode::NO_CONTENT)
}
