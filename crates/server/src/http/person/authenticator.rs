//! `DELETE /api/v1/people/{id}/authenticator`: takes away the authenticator of somebody who lost
//! theirs. Their sessions end.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Who;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::delete(
        "/api/v1/people/{id}/authenticator",
        Access::Needs(Permission::Administer),
        handle,
    )
}

async fn handle(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let person = request::id(&id, "person")?;
    app.state.take_totp(&who.principal, person, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
