//! `GET /api/v1/detections/{id}`: one detection.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::detection::Detection;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use super::seen_by;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/detections/{id}", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<Detection>, Problem> {
    let id = request::id(&id, "detection")?;
    let found = app.state.detection(&scope, id).await?;
    let sighting = found.ok_or_else(|| Problem::not_found("detection"))?;
    let suppressed_by = app.state.suppressed_by(&scope, &[id]).await?.remove(&id);
    Ok(Json(Detection { sighting: seen_by(&app, &scope, sighting), suppressed_by }))
}
