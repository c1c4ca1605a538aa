//! `GET /api/v1/decisions`: devices whose support ends, with what was decided of them.

use axum::Json;
use axum::extract::State;
use wardwatch_api::decision::{DecisionQuery, DecisionRow};
use wardwatch_api::lifecycle::{MAX_MONTHS, MONTHS};
use wardwatch_api::{Access, MAX_PAGE, PAGE, Paged};
use wardwatch_model::{OrgId, Permission};

use super::super::endpoint::Endpoint;
use super::super::exposure::ask;
use super::super::exposure::devices::place;
use super::super::problem::Problem;
use super::super::request::{self, Asked, care_class};
use super::super::who::Within;
use crate::app::App;
use crate::care::Only;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/decisions", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<DecisionQuery>,
) -> Result<Json<Paged<DecisionRow>>, Problem> {
    let scope = request::chosen(scope, query.org.as_ref(), query.not_org.as_deref())?;
    let months = query.months.unwrap_or(MONTHS);
    if months > MAX_MONTHS {
        return Err(Problem::bad_request(format!("'months' is from 0 to {MAX_MONTHS}")));
    }
    let limit = query.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE) as usize;
    let after: Option<(OrgId, String)> = query.after.as_deref().map(place).transpose()?;
    let only = Only {
        system: query.system,
        not_system: query.not_system,
        care_class: query.care_class.as_deref().map(care_class).transpose()?,
        not_care_class: query.not_care_class.as_deref().map(care_class).transpose()?,
    };
    let decisions = app.state.decisions(&scope).await?;
    let mut items = ask(&app, move |sector| {
        let after = after.as_ref().map(|(org, device)| (org, device.as_str()));
        sector.at_stage(&scope, (months, query.stage, &only), &decisions, after, limit + 1)
    })
    .await?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| format!("{}.{}", last.org, last.device));
    Ok(Json(Paged { items, next }))
}
