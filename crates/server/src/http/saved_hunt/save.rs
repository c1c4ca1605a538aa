//! `POST /api/v1/saved-hunts`: saves a hunt for an organisation's people.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::hunt::{NewSavedHunt, SavedHunt};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::hunt::hunts;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use super::shaped;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/saved-hunts", Access::Needs(Permission::ReadEvents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewSavedHunt>,
) -> Result<(StatusCode, Json<SavedHunt>), Problem> {
    let name = request::name(&new.name)?;
    hunts(&app)?.check(&new.sql)?;
    let saved = app.state.save_hunt(&scope, &new.org, name, &new.sql, app.now()).await?;
    Ok((StatusCode::CREATED, Json(shaped(saved))))
}
