//! `GET /api/v1/landscape`: which is in use, and how old its feeds are.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::landscape::LandscapeStatus;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::exposure::in_use;
use super::super::problem::Problem;
use super::super::who::Within;
use super::shaped;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/landscape", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(_): Within,
) -> Result<Json<LandscapeStatus>, Problem> {
    let ground = app.care.read(|sector| sector.ground.clone());
    let landscape = ground.catalogue.landscape();
    Ok(Json(LandscapeStatus {
        in_use: in_use(&ground),
        loaded_by: ground.origin.by.clone(),
        feeds: landscape.feeds.iter().map(|feed| shaped(feed, ground.today)).collect(),
        vulnerabilities: landscape.vulnerabilities.len() as u64,
        updates: landscape.updates.len() as u64,
    }))
}
