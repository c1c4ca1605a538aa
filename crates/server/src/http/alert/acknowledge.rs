//! `POST /api/v1/alerts/{id}/acknowledge`: an organisation says that it read an alert.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::alert::AcknowledgeAlert;
use wardwatch_model::{AlertAnswer, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::HandleIncidents);
    Endpoint::post("/api/v1/alerts/{id}/acknowledge", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(body): Body<AcknowledgeAlert>,
) -> Result<Json<AlertAnswer>, Problem> {
    let id = request::id(&id, "alert")?;
    let answer = app.state.acknowledge_alert(&scope, id, &body.org, app.now()).await?;
    app.alerts.end();
    Ok(Json(answer.ok_or_else(|| Problem::not_found("alert"))?))
}
