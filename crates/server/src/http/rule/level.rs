//! `POST /api/v1/rules/{id}/level`: a rule's level in an organisation and below.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::rule::{NewLevel, RuleSet};
use wardwatch_model::Permission;
use wardwatch_store::SettingChange;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::Body;
use super::super::who::Within;
use super::text;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/rules/{id}/level", Access::Needs(Permission::WriteRules), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(new): Body<NewLevel>,
) -> Result<Json<RuleSet>, Problem> {
    let reason = text::reason(&new.reason)?;
    let rules = app.desk()?.rules(app.now()).await?;
    let id = text::find_at(&scope, &rules, &id, &new.org)?;
    let change = SettingChange::Level(new.level);
    let setting =
        app.state.change_rule_setting(&scope, &new.org, &id, change, reason, app.now()).await?;
    Ok(Json(RuleSet { setting }))
}
