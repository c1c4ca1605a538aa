//! `GET /api/v1/me/contacts`: whom the caller may ring.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_model::Contact;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Who;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/me/contacts", Access::Known, handle)
}

async fn handle(
    State(app): State<App>,
    Who { principal, .. }: Who,
) -> Result<Json<Vec<Contact>>, Problem> {
    Ok(Json(app.state.contacts_for(&principal).await?))
}
