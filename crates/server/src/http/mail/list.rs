//! `GET /api/v1/mail-subscriptions`: with how delivering went.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::subscription::Subscription;
use wardwatch_model::Permission;
use wardwatch_store::SubscriptionKind;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::subscription;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/mail-subscriptions", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
) -> Result<Json<Vec<Subscription>>, Problem> {
    let found = app.state.subscriptions(&scope, SubscriptionKind::Mail).await?;
    Ok(Json(found.into_iter().map(subscription::shape).collect()))
}
