//! `POST /api/v1/organisations/{id}/erase`: erases an organisation's data.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::retention::{Erase, Erased};
use wardwatch_model::{OrgId, Permission};

use super::super::endpoint::Endpoint;
use super::super::hunt::hunts;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;
use crate::erase::erase;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::Administer);
    Endpoint::post("/api/v1/organisations/{id}/erase", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(meant): Body<Erase>,
) -> Result<Json<Erased>, Problem> {
    let org: OrgId = request::id(&id, "organisation")?;
    let known = app.state.organisations(&scope).await?;
    let known = known.into_iter().find(|one| one.code == org);
    let known = known.ok_or_else(|| Problem::not_found("organisation"))?;
    if known.name != meant.name {
        return Err(Problem::conflict(
            "nothing is erased: write the organisation's name as it stands in the list",
        ));
    }
    Ok(Json(erase(&app, hunts(&app)?, &scope, &org).await?))
}
