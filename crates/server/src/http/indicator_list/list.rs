//! `GET /api/v1/indicator-lists`: with how far history was searched for each.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::indicator::IndicatorList;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use super::shaped;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/indicator-lists", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
) -> Result<Json<Vec<IndicatorList>>, Problem> {
    let lists = app.state.indicator_lists(&scope).await?;
    Ok(Json(lists.into_iter().map(shaped).collect()))
}
