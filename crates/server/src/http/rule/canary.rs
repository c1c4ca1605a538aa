//! `POST /api/v1/rules/{id}/canary`: where alone a rule is live, in an organisation and below.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::rule::{NewCanary, RuleSet};
use wardwatch_model::Permission;
use wardwatch_store::SettingChange;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::Body;
use super::super::who::Within;
use super::text;
use crate::app::App;

/// Organisations that a canary names.
const MAX_ORGS: usize = 100;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/rules/{id}/canary", Access::Needs(Permission::WriteRules), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(new): Body<NewCanary>,
) -> Result<Json<RuleSet>, Problem> {
    let reason = text::reason(&new.reason)?;
    let rules = app.desk()?.rules(app.now()).await?;
    let id = text::find_at(&scope, &rules, &id, &new.org)?;
    let orgs = new.live_in.as_deref().unwrap_or_default();
    if orgs.len() > MAX_ORGS {
        let detail = format!("a canary names at most {MAX_ORGS} organisations");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    if !orgs.iter().all(|org| scope.covers(org) && rules.policy.is_below(org, &new.org)) {
        return Err(Problem::not_found("organisation"));
    }
    let change = SettingChange::LiveIn(new.live_in);
    let setting =
        app.state.change_rule_setting(&scope, &new.org, &id, change, reason, app.now()).await?;
    Ok(Json(RuleSet { setting }))
}
