//! `DELETE /api/v1/people/{id}/grants`: ends what a person holds as a role in an organisation.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::person::RevokeQuery;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::delete("/api/v1/people/{id}/grants", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Asked(query): Asked<RevokeQuery>,
) -> Result<StatusCode, Problem> {
    let person = request::id(&id, "person")?;
    match app.state.revoke_grant(&scope, person, &query.org, query.role, app.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("grant")),
    }
}
