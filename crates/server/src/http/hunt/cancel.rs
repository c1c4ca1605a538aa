//! `POST /api/v1/hunts/{id}/cancel`: stops a hunt of the caller's own.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::hunt::Hunt;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use super::{found, hunts};
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/hunts/{id}/cancel", Access::Needs(Permission::ReadEvents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<Hunt>, Problem> {
    let id = request::id(&id, "hunt")?;
    if let Some(standing) = hunts(&app)?.standing(&scope, id) {
        standing.running.cancel();
    }
    Ok(Json(found(&app, &scope, id).await?))
}
