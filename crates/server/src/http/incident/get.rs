//! `GET /api/v1/incidents/{id}`: one incident.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_model::{Incident, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use super::{change, seen_by};
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/incidents/{id}", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<Incident>, Problem> {
    let incident = change::find(&app, &scope, request::id(&id, "incident")?).await?;
    Ok(Json(seen_by(&app, &scope, incident)))
}
