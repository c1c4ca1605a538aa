//! `GET /api/v1/contacts`: whom to ring at the organisations that the caller sees.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::contact::ContactQuery;
use wardwatch_model::{Contact, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/contacts", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<ContactQuery>,
) -> Result<Json<Vec<Contact>>, Problem> {
    let codes = query.codes.as_deref().map(request::codes).transpose()?;
    Ok(Json(app.state.contacts(&scope, codes.as_deref()).await?))
}
