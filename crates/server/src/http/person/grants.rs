//! `GET /api/v1/grants`: who holds what in the caller's organisations, guests included.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::person::HeldGrant;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/grants", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
) -> Result<Json<Vec<HeldGrant>>, Problem> {
    let grants = app.state.grants(&scope).await?;
    let shape = |held: wardwatch_store::HeldGrant| HeldGrant {
        person: held.grant.person,
        name: held.name,
        home: held.home,
        org: held.grant.org,
        role: held.grant.role,
        from: held.grant.from,
        until: held.grant.until,
    };
    Ok(Json(grants.into_iter().map(shape).collect()))
}
