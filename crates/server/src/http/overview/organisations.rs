//! `GET /api/v1/overview/organisations`: organisations by how they stand, the most serious first.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use wardwatch_api::overview::{OrgNow, OrgPage, OrgQuery};
use wardwatch_api::{Access, MAX_PAGE, PAGE};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::exposure::silent_since;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::each;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/overview/organisations", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<OrgQuery>,
) -> Result<Json<OrgPage>, Problem> {
    let scope = request::chosen(scope, query.org.as_ref(), query.not_org.as_deref())?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE) as usize;
    let start = request::start(query.after.as_deref())?;
    app.state.was_surveyed(&scope, "read.overview").await?;
    let (open, heard, known) = tokio::try_join!(
        app.state.open_incidents(&scope),
        app.state.heard_devices(&scope, silent_since(&app)),
        app.state.organisations_in(&scope),
    )?;
    let organisations = each(&known, &open, &heard);
    let name = query.name.as_ref().map(|name| name.to_lowercase());
    let all = organisations.len() as u64;
    let mut found: Vec<OrgNow<'_>> =
        organisations.into_iter().filter(|org| meant(org, &query, name.as_deref())).collect();
    found.sort_by_key(|org| Reverse(org.worst));
    let count = found.len();
    let end = start.saturating_add(limit);
    Ok(Json(OrgPage {
        time: app.now(),
        all,
        found: count as u64,
        items: found.into_iter().skip(start).take(limit).map(OrgNow::into_owned).collect(),
        next: (count > end).then(|| end.to_string()),
    }))
}

/// Whether an organisation is among those that are asked for; `name` in small letters.
fn meant(org: &OrgNow<'_>, query: &OrgQuery, name: Option<&str>) -> bool {
    query.show.is_none_or(|state| org.stands(state))
        && query.kind.is_none_or(|kind| org.kind == kind)
        && query.not_kind.is_none_or(|kind| org.kind != kind)
        && name.is_none_or(|name| {
            org.name.to_lowercase().contains(name) || org.org.as_str().to_lowercase().contains(name)
        })
}
