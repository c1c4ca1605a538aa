//! `POST /api/v1/organisations/{id}/close`: closes an organisation, perhaps with a successor.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::organisation::{CloseOrganisation, ClosedOrganisation};
use wardwatch_model::{OrgId, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::sender;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::Administer);
    Endpoint::post("/api/v1/organisations/{id}/close", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(CloseOrganisation { successor }): Body<CloseOrganisation>,
) -> Result<Json<ClosedOrganisation>, Problem> {
    let code: OrgId = request::id(&id, "organisation")?;
    let closed = app.state.close_organisation(&scope, &code, successor, app.now()).await?;
    let senders = app.state.senders(&scope).await?;
    Ok(Json(ClosedOrganisation {
        organisation: closed.organisation,
        people: closed.people,
        api_tokens: closed.api_tokens,
        below: closed.below,
        senders: senders.into_iter().filter(|one| one.org == code).map(sender::shape).collect(),
    }))
}
