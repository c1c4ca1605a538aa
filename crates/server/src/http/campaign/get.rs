//! `GET /api/v1/campaigns/{id}`: one campaign, with the parts that the caller sees.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_model::{Campaign, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/campaigns/{id}", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<Campaign>, Problem> {
    let id = request::id(&id, "campaign")?;
    let found = app.state.campaign(&scope, id).await?;
    found.map(Json).ok_or_else(|| Problem::not_found("campaign"))
}
