//! `DELETE /api/v1/webhooks/{id}`: ends it, with all that waits for it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_model::Permission;
use wardwatch_store::SubscriptionKind;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use crate::app::App;

const NOUN: &str = "webhook";

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::Administer);
    Endpoint::delete("/api/v1/webhooks/{id}", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = request::id(&id, NOUN)?;
    let kind = SubscriptionKind::Webhook;
    match app.state.remove_subscription(&scope, kind, id, app.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found(NOUN)),
    }
}
