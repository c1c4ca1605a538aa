//! `GET /api/v1/devices/{org}/{name}/plan`: what to do instead of updates, and how far it is.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::plan::PlanView;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use super::{current, of_path};
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ReadFindings);
    Endpoint::get("/api/v1/devices/{org}/{name}/plan", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path((org, name)): Path<(String, String)>,
) -> Result<Json<PlanView>, Problem> {
    let (scope, org) = of_path(scope, &org)?;
    Ok(Json(current(&app, &scope, &org, &name).await?))
}
