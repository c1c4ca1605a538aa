//! `POST /api/v1/hunts`: starts a hunt.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::hunt::{Hunt, NewHunt};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use super::{found, hunts};
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/hunts", Access::Needs(Permission::ReadEvents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(whole): Within,
    Body(new): Body<NewHunt>,
) -> Result<(StatusCode, Json<Hunt>), Problem> {
    let scope = request::narrowed(whole.clone(), new.org.as_ref())?;
    let asked =
        wardwatch_store::NewHunt { org: new.org, sql: new.sql, from: new.from, until: new.until };
    let rows = new.rows.map(|rows| rows as usize);
    let id = hunts(&app)?.start(&scope, asked, rows, new.wait).await?;
    Ok((StatusCode::CREATED, Json(found(&app, &whole, id).await?)))
}
