//! `GET /api/v1/alerts`: what goes to the caller's organisations, the newest first.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::alert::{AlertQuery, AlertView};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::listed;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/alerts", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<AlertQuery>,
) -> Result<Json<Vec<AlertView>>, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    let list = listed(&app, &scope, query.ended == Some(true)).await?;
    Ok(Json(Vec::clone(&list)))
}
