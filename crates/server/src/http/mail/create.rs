//! `POST /api/v1/mail-subscriptions`: has somebody told by mail.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::subscription::{MadeMail, NewMail};
use wardwatch_model::{Level, Permission};
use wardwatch_store::{NewSubscription, SubscriptionKind};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::subscription;
use super::super::who::Within;
use crate::app::App;
use crate::notify::mail;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::Administer);
    Endpoint::post("/api/v1/mail-subscriptions", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewMail>,
) -> Result<(StatusCode, Json<MadeMail>), Problem> {
    if !app.settings.mail {
        return Err(Problem::conflict(
            "this server sends no mail: start it with --smtp-server and --smtp-from",
        ));
    }
    let unfit = |why: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, why);
    mail::check_address(&new.address).map_err(|error| unfit(error.to_string()))?;
    if let Some(person) = new.person {
        let people = app.state.people(&scope).await?;
        if !people.iter().any(|one| one.id == person) {
            return Err(Problem::not_found("person"));
        }
    }
    let wanted = NewSubscription {
        kind: SubscriptionKind::Mail,
        org: new.org,
        name: request::name(&new.name)?.to_owned(),
        address: new.address,
        person: new.person,
        events: subscription::events(new.events)?,
        level: new.level.unwrap_or(Level::High),
    };
    let (id, _) = app.state.create_subscription(&scope, wanted, app.now()).await?;
    Ok((StatusCode::CREATED, Json(MadeMail { id })))
}
