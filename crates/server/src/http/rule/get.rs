//! `GET /api/v1/rules/{id}`: one rule, with its text and what was decided about it.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::rule::RulePaper;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use super::shape::{Counted, listed};
use super::text;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/rules/{id}", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<RulePaper>, Problem> {
    let rules = app.desk()?.rules(app.now()).await?;
    let (id, number) = text::find(&scope, &rules, &id)?;
    let counted = Counted::read(&app, &scope).await?;
    let (settings, filters) = app.state.settings_of_rule(&scope, &id).await?;
    let nothing = || Problem::not_found("rule");
    let rule = listed(&scope, &rules, number, None, &counted, usize::MAX).ok_or_else(nothing)?;
    let head = rules.engine.rules().head(number).ok_or_else(nothing)?;
    let sheet = rules.papers.sheets.get(&id).cloned();
    let sheet = sheet.ok_or_else(nothing)?;
    let lines = sheet.line..=sheet.line + u32::try_from(sheet.text.lines().count()).unwrap_or(0);
    let problems = rules
        .papers
        .diagnostics
        .iter()
        .filter(|found| found.file == sheet.file && lines.contains(&found.line))
        .map(|found| text::problem(&scope, found))
        .collect();
    Ok(Json(RulePaper {
        rule,
        text: sheet.text,
        line: sheet.line,
        advice: head.advice.clone(),
        problems,
        settings,
        filters,
    }))
}
