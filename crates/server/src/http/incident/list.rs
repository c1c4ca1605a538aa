//! `GET /api/v1/incidents`: most severe first, then newest.

use axum::Json;
use axum::extract::State;
use wardwatch_api::incident::IncidentQuery;
use wardwatch_api::{Access, Paged};
use wardwatch_model::{Incident, Permission};
use wardwatch_store::IncidentFilter;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::seen_by;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/incidents", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<IncidentQuery>,
) -> Result<Json<Paged<Incident>>, Problem> {
    let scope = request::chosen(scope, query.org.as_ref(), query.not_org.as_deref())?;
    let page = request::page(query.after, query.limit)?;
    let filter = IncidentFilter {
        state: query.state,
        level_at_least: query.level,
        device: query.device,
        owner: query.owner,
        unowned: query.unowned.unwrap_or_default(),
        org: None,
        not_device: query.not_device,
        not_owner: query.not_owner,
        from: query.from,
        until: query.until,
    };
    let incidents = app.state.incidents(&scope, &filter, &page).await?;
    Ok(Json(request::answer(incidents, |incident| seen_by(&app, &scope, incident))))
}
