//! `DELETE /api/v1/rules/{id}`: takes a rule of an organisation away.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_model::{Permission, RuleId};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use crate::app::App;
use crate::rules::ReloadError;

pub fn endpoint() -> Endpoint {
    Endpoint::delete("/api/v1/rules/{id}", Access::Needs(Permission::WriteRules), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let desk = app.desk()?;
    if !app.state.remove_own_rule(&scope, &RuleId(id), app.now()).await? {
        return Err(Problem::not_found("rule"));
    }
    match desk.reload(app.now()).await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(ReloadError::Refused(_)) => Err(Problem::conflict(
            "the rule is taken away, but the server's other rules cannot be loaded again now: it \
             goes with the next load",
        )),
        Err(ReloadError::Store(error)) => Err(error.into()),
    }
}
