//! `PUT /api/v1/devices/{org}/{name}`: says how careful to be with a device.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::device::Classify;
use wardwatch_model::{DeviceCare, OrgId, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ClassifyDevices);
    Endpoint::put("/api/v1/devices/{org}/{name}", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path((org, name)): Path<(String, String)>,
    Body(wanted): Body<Classify>,
) -> Result<StatusCode, Problem> {
    let org: OrgId = request::id(&org, "organisation")?;
    if !scope.covers(&org) {
        return Err(Problem::not_found("organisation"));
    }
    let device = DeviceCare {
        org,
        name: request::name(&name)?.to_owned(),
        care_class: wanted.care_class,
        service: wanted.service,
    };
    let report = app.state.import_devices(&scope, vec![device], false, app.now()).await?;
    match report.problems.into_iter().next() {
        None => Ok(StatusCode::NO_CONTENT),
        Some(problem) => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, problem)),
    }
}
