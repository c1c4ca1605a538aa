//! `PUT /api/v1/organisations/{id}`: another name, kind or place in the tree.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::organisation::ChangeOrganisation;
use wardwatch_model::{Organisation, Permission};
use wardwatch_store::OrganisationChange;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::Administer);
    Endpoint::put("/api/v1/organisations/{id}", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(wanted): Body<ChangeOrganisation>,
) -> Result<Json<Organisation>, Problem> {
    let code = request::id(&id, "organisation")?;
    let name = wanted.name.as_deref().map(request::name).transpose()?;
    let change = OrganisationChange {
        name: name.map(str::to_owned),
        kind: wanted.kind,
        parent: wanted.parent,
    };
    Ok(Json(app.state.change_organisation(&scope, &code, change, app.now()).await?))
}
