//! `GET /api/v1/services`: those of the organisations that the caller sees.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::service::ServiceQuery;
use wardwatch_model::{Permission, Service};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/services", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<ServiceQuery>,
) -> Result<Json<Vec<Service>>, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    Ok(Json(app.state.services(&scope).await?))
}
