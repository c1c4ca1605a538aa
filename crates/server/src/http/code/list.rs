//! `GET /api/v1/codes`: those that can still be used, without the codes themselves.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::code::Code;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/codes", Access::Needs(Permission::Administer), handle)
}

async fn handle(State(app): State<App>, Within(scope): Within) -> Result<Json<Vec<Code>>, Problem> {
    let codes = app.state.open_codes(&scope, app.now()).await?;
    let shape = |code: wardwatch_store::OpenCode| Code {
        org: code.org,
        name: code.name,
        made_by: code.made_by,
        created: code.created,
        until: code.until,
    };
    Ok(Json(codes.into_iter().map(shape).collect()))
}
