//! `POST /api/v1/people/{id}/grants`: gives a person a role over an organisation, for a time. The
//! person may belong elsewhere: that is how one organisation lets another's people in.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::person::NewGrant;
use wardwatch_model::Permission;
use wardwatch_store::Grant;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/people/{id}/grants", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(new): Body<NewGrant>,
) -> Result<StatusCode, Problem> {
    let person = request::id(&id, "person")?;
    let now = app.now();
    let from = new.from.unwrap_or(now);
    if new.until.is_some_and(|until| until <= from.max(now)) {
        let detail = "it must end after it begins, in the future";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    let grant = Grant { person, org: new.org, role: new.role, from, until: new.until };
    app.state.grant(&scope, &grant, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
