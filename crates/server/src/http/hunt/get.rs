//! `GET /api/v1/hunts/{id}`: how a hunt of the caller's own stands.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::hunt::Hunt;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use super::found;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/hunts/{id}", Access::Needs(Permission::ReadEvents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<Hunt>, Problem> {
    Ok(Json(found(&app, &scope, request::id(&id, "hunt")?).await?))
}
