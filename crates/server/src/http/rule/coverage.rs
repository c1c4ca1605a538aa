//! `GET /api/v1/rules/coverage`: rules that no log source heard could ever trigger.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::rule::{Coverage, CoverageQuery};
use wardwatch_model::{Permission, Timestamp};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;
use crate::rules::coverage::coverage;

/// Days that are looked at unless somebody says otherwise, and at most.
const DAYS: (u32, u32) = (30, 400);

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/rules/coverage", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<CoverageQuery>,
) -> Result<Json<Coverage>, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    let days = query.days.unwrap_or(DAYS.0);
    if !(1..=DAYS.1).contains(&days) {
        let detail = format!("days is from 1 to {}", DAYS.1);
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    let now = app.now();
    let since = Timestamp { micros: now.micros - i64::from(days) * 86_400_000_000 };
    let heard = app.state.sources_heard(&scope, since).await?;
    let rules = app.desk()?.rules(now).await?;
    let orgs: Vec<_> = scope.orgs().cloned().collect();
    Ok(Json(coverage(&rules, &orgs, &heard, days)))
}
