//! `GET /api/v1/indicator-sources`: with how the last pull of each went.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::indicator::IndicatorSource;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use super::shaped;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/indicator-sources", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
) -> Result<Json<Vec<IndicatorSource>>, Problem> {
    let sources = app.state.indicator_sources(&scope).await?;
    Ok(Json(sources.into_iter().map(shaped).collect()))
}
