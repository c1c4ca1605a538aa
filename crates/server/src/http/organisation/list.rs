//! `GET /api/v1/organisations`: those that the caller sees.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::organisation::{MAX_NAMED, OrganisationQuery};
use wardwatch_model::{Organisation, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ReadFindings);
    Endpoint::get("/api/v1/organisations", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<OrganisationQuery>,
) -> Result<Json<Vec<Organisation>>, Problem> {
    if let Some(name) = &query.name {
        let wrong = |_| Problem::bad_request("'name' has 1 to 200 characters".to_owned());
        let name = request::name(name).map_err(wrong)?;
        return Ok(Json(app.state.organisations_named(&scope, name, MAX_NAMED).await?));
    }
    let Some(codes) = &query.codes else {
        return Ok(Json(app.state.organisations(&scope).await?));
    };
    let codes = request::codes(codes)?;
    Ok(Json(app.state.organisations_of(&scope, &codes).await?))
}
