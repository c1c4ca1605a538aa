//! `GET /api/v1/retention`: how long events are kept, where somebody said so.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::retention::Retention;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/retention", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
) -> Result<Json<Vec<Retention>>, Problem> {
    let settings = app.state.retention(&scope).await?;
    let shape = |one: wardwatch_store::Retention| Retention {
        org: one.org,
        class: one.class,
        days: Some(one.days),
    };
    Ok(Json(settings.into_iter().map(shape).collect()))
}
