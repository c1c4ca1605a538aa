//! `POST /api/v1/tokens`: makes a token of the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::token::{MadeToken, NewToken};
use wardwatch_api::{Access, Secret};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;

/// Days that a token lasts unless somebody says otherwise, and at most.
const DAYS: (i64, i64) = (365, 3 * 365);

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/tokens", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), Problem> {
    let name = request::name(&new.name)?;
    let now = app.now();
    let until = Some(request::end(new.until, DAYS.0, DAYS.1, now)?);
    let (id, secret) =
        app.state.create_api_token(&scope, name, &new.org, new.role, until, now).await?;
    Ok((StatusCode::CREATED, Json(MadeToken { id, secret: Secret(secret) })))
}
