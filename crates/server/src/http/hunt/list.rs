//! `GET /api/v1/hunts`: the caller's own, newest first.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::hunt::{Hunt, HuntQuery};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::{hunts, shaped};
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/hunts", Access::Needs(Permission::ReadEvents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<HuntQuery>,
) -> Result<Json<wardwatch_api::Paged<Hunt>>, Problem> {
    let page = request::page(query.after, query.limit)?;
    let records = app.state.hunts(&scope, &page).await?;
    let hunts = hunts(&app)?;
    Ok(Json(request::answer(records, |record| shaped(hunts, &scope, record))))
}
