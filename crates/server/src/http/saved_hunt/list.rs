//! `GET /api/v1/saved-hunts`: those of the organisations that the caller sees.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::hunt::SavedHunt;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use super::shaped;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/saved-hunts", Access::Needs(Permission::ReadEvents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
) -> Result<Json<Vec<SavedHunt>>, Problem> {
    let saved = app.state.saved_hunts(&scope).await?;
    Ok(Json(saved.into_iter().map(shaped).collect()))
}
