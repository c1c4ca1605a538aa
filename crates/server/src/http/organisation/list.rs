//! `GET /api/v1/organisations`: those that the caller sees.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_model::{Organisation, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ReadFindings);
    Endpoint::get("/api/v1/organisations", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
) -> Result<Json<Vec<Organisation>>, Problem> {
    Ok(Json(app.state.organisations(&scope).await?))
}
