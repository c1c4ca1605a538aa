//! `GET /api/v1/alerts/{id}`: with the answer of each of the caller's organisations.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::alert::{AlertLines, AlertView};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::views;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/alerts/{id}", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Asked(query): Asked<AlertLines>,
) -> Result<Json<AlertView>, Problem> {
    let id = request::id(&id, "alert")?;
    let seen = app.state.alert(&scope, id).await?;
    let view = views(&app, &scope, seen.into_iter().collect()).await?.pop();
    let mut view = view.ok_or_else(|| Problem::not_found("alert"))?;
    view.answers.truncate(query.lines.map_or(usize::MAX, |lines| lines as usize));
    Ok(Json(view))
}
