//! `GET /api/v1/devices`: those that were heard from.

use axum::Json;
use axum::extract::State;
use wardwatch_api::device::{Device, DeviceQuery};
use wardwatch_api::{Access, Paged};
use wardwatch_model::Permission;
use wardwatch_store::DeviceFilter;

use super::super::endpoint::Endpoint;
use super::super::exposure::silent_since;
use super::super::problem::Problem;
use super::super::request::{self, Asked, care_class};
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
    let scope = request::chosen(scope, query.org.as_ref(), query.not_org.as_deref())?;
    let page = request::page(query.after, query.limit)?;
    let filter = DeviceFilter {
        org: None,
        name_prefix: query.name,
        care_class: query.care_class.as_deref().map(care_class).transpose()?,
        not_care_class: query.not_care_class.as_deref().map(care_class).transpose()?,
        service: query.service,
        not_service: query.not_service,
        legacy: query.legacy,
        silent: query.silent.map(|silent| (silent, silent_since(&app))),
    };
    let devices = app.state.devices(&scope, &filter, &page).await?;
    Ok(Json(request::answer(devices, |device| Device {
        org: device.org,
        name: device.name,
        first_seen: device.first_seen,
        last_seen: device.last_seen,
        events: device.events,
        legacy: device.legacy,
        care_class: device.care_class,
        service: device.service,
    })))
}
