//! `GET /api/v1/senders`: with when each was last heard from.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::sender::{Sender, SenderQuery};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/senders", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<SenderQuery>,
) -> Result<Json<Vec<Sender>>, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    let senders = app.state.senders(&scope).await?;
    Ok(Json(senders.into_iter().map(super::shape).collect()))
}
