//! `GET /api/v1/rules/problems`: how loading went the last time, and what is wrong in rule files.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::rule::RuleProblems;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use super::text;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/rules/problems", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
) -> Result<Json<RuleProblems>, Problem> {
    let desk = app.desk()?;
    let last = desk.book.last();
    let own = desk.own_ids().await?;
    // A reason may name a file; whose it is shows in the problems.
    let refused = last.refused.map(|reason| match scope.reaches_top() {
        true => reason,
        false => "the new rules cannot be used".to_owned(),
    });
    Ok(Json(RuleProblems {
        loaded: desk.book.current().engine.rules().len(),
        time: last.time,
        refused,
        problems: text::problems(&scope, &last.diagnostics, &own),
    }))
}
