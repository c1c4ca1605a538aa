//! `POST /api/v1/suppressions/{id}/end`: ends a suppression before its time.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_model::{Permission, Suppression};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::HandleIncidents);
    Endpoint::post("/api/v1/suppressions/{id}/end", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<Suppression>, Problem> {
    let id = request::id(&id, "suppression")?;
    let ended = app.state.end_suppression(&scope, id, app.now()).await?;
    ended.map(Json).ok_or_else(|| Problem::not_found("suppression"))
}
