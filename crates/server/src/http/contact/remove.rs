//! `DELETE /api/v1/contacts/{org}/{name}`: takes a contact away.

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
    let access = Access::Needs(Permission::ClassifyDevices);
    Endpoint::delete("/api/v1/contacts/{org}/{name}", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path((org, name)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let org = request::id(&org, "contact")?;
    match app.state.remove_contact(&scope, &org, &name, app.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("contact")),
    }
}
