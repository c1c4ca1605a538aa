//! `DELETE /api/v1/people/{id}/identities`: ends logins by an identity at another issuer.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::person::Identity;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Who;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::Administer);
    Endpoint::delete("/api/v1/people/{id}/identities", access, handle)
}

async fn handle(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Asked(given): Asked<Identity>,
) -> Result<StatusCode, Problem> {
    let person = request::id(&id, "person")?;
    let (issuer, subject) = (given.issuer.as_str(), given.subject.as_str());
    match app.state.unlink_identity(&who.principal, person, issuer, subject, app.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("identity")),
    }
}
