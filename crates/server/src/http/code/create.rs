//! `POST /api/v1/codes`: makes an enrolment code.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::code::{MadeCode, NewCode};
use wardwatch_api::{Access, Secret};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;

/// Days that a code lasts unless somebody says otherwise, and at most.
const DAYS: (i64, i64) = (7, 30);

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/codes", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewCode>,
) -> Result<(StatusCode, Json<MadeCode>), Problem> {
    let name = request::name(&new.name)?;
    let now = app.now();
    let until = request::end(new.until, DAYS.0, DAYS.1, now)?;
    let code = app.state.create_code(&scope, &new.org, name, until, now).await?;
    Ok((StatusCode::CREATED, Json(MadeCode { code: Secret(code), until })))
}
