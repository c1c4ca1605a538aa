//! `POST /api/v1/services/import`: adds and changes services, from JSON or CSV.

use axum::Json;
use axum::extract::{Request, State};
use wardwatch_api::Access;
use wardwatch_api::service::{ImportQuery, ImportedList};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::listed;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::csv;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ClassifyDevices);
    Endpoint::post("/api/v1/services/import", access, handle).body_up_to(listed::BODY_BYTES)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(ImportQuery { dry_run }): Asked<ImportQuery>,
    request: Request,
) -> Result<Json<ImportedList>, Problem> {
    let services = match listed::read(request, csv::parse).await? {
        Ok(services) => services,
        Err(problems) => return Ok(Json(listed::refused(dry_run, problems))),
    };
    for one in &services {
        request::name(&one.name)?;
    }
    let report = app.state.import_services(&scope, services, dry_run, app.now()).await?;
    Ok(Json(listed::shape(dry_run, report)))
}
