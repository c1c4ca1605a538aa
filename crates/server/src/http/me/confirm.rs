//! `POST /api/v1/me/authenticator/confirm`: from now on logging in needs a code.

use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::me::ConfirmAuthenticator;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{Body, Peer};
use super::super::who::Who;
use super::password::check_again;
use crate::app::App;
use crate::passwords::totp;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/me/authenticator/confirm", Access::Known, handle)
}

async fn handle(
    State(app): State<App>,
    peer: Peer,
    who: Who,
    Body(given): Body<ConfirmAuthenticator>,
) -> Result<StatusCode, Problem> {
    let person = check_again(&app, &who, peer, given.password).await?;
    let now = app.now();
    let unfit = |detail: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail);
    if !totp::is_long_enough(&given.secret.0) {
        return Err(unfit("the secret is not one that was given"));
    }
    let step = totp::step_of(&given.secret.0, &given.code.0, now.micros.div_euclid(1_000_000));
    if !step.is_some_and(|step| app.logins.use_code(person, step)) {
        return Err(unfit("the code is wrong, or was used"));
    }
    app.state.set_totp(&who.principal, person, Some(&given.secret.0), now).await?;
    Ok(StatusCode::NO_CONTENT)
}
