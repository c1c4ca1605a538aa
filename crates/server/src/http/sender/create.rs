//! `POST /api/v1/senders`: makes a sender.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::sender::NewSender;
use wardwatch_api::token::MadeToken;
use wardwatch_api::{Access, Secret};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/senders", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewSender>,
) -> Result<(StatusCode, Json<MadeToken>), Problem> {
    let name = request::name(&new.name)?;
    let (id, secret) = app.state.create_sender(&scope, name, &new.org, app.now()).await?;
    Ok((StatusCode::CREATED, Json(MadeToken { id, secret: Secret(secret) })))
}
