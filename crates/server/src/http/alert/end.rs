//! `POST /api/v1/alerts/{id}/end`: nobody needs to answer it any more.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_model::{Alert, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/alerts/{id}/end", Access::Needs(Permission::HandleIncidents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<Alert>, Problem> {
    let id = request::id(&id, "alert")?;
    let ended = app.state.end_alert(&scope, id, app.now()).await?;
    app.alerts.end();
    Ok(Json(ended.ok_or_else(|| Problem::not_found("alert"))?))
}
