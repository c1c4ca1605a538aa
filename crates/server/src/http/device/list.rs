//! `GET /api/v1/devices`: those that were heard from.

use axum::Json;
use axum::extract::State;
use wardwatch_api::device::{Device, DeviceQuery};
use wardwatch_api::{Access, Paged};
use wardwatch_model::Permission;
use wardwatch_store::DeviceFilter;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/devices", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<DeviceQuery>,
) -> Result<Json<Paged<Device>>, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    let page = request::page(query.after, query.limit)?;
    let filter = DeviceFilter { org: None, name_prefix: query.name };
    let devices = app.state.devices(&scope, &filter, &page).await?;
    Ok(Json(request::answer(devices, |device| Device {
        org: device.org,
        name: device.name,
        first_seen: device.first_seen,
        last_seen: device.last_seen,
        events: device.events,
        legacy: device.legacy,
    })))
}
