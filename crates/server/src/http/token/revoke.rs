//! `DELETE /api/v1/tokens/{id}`: revokes a token of the API or of a sender.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::delete("/api/v1/tokens/{id}", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let token = request::id(&id, "token")?;
    match app.state.revoke_token(&scope, token, app.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("token")),
    }
}
