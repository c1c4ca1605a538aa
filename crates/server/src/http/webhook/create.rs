//! `POST /api/v1/webhooks`: makes a webhook; its key is told once.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::subscription::{MadeWebhook, NewWebhook};
use wardwatch_api::{Access, Secret};
use wardwatch_model::{Level, Permission};
use wardwatch_store::{NewSubscription, SubscriptionKind};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::subscription;
use super::super::who::Within;
use crate::app::App;
use crate::notify::target;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/webhooks", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewWebhook>,
) -> Result<(StatusCode, Json<MadeWebhook>), Problem> {
    let unfit = |why: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, why);
    target::check(&new.address, app.settings.local_targets)
        .map_err(|error| unfit(error.to_string()))?;
    let wanted = NewSubscription {
        kind: SubscriptionKind::Webhook,
        org: new.org,
        name: request::name(&new.name)?.to_owned(),
        address: new.address,
        person: None,
        events: subscription::events(new.events)?,
        level: new.level.unwrap_or(Level::High),
    };
    let (id, key) = app.state.create_subscription(&scope, wanted, app.now()).await?;
    let secret = Secret(key.unwrap_or_default());
    Ok((StatusCode::CREATED, Json(MadeWebhook { id, secret })))
}
