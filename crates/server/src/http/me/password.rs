//! `POST /api/v1/me/password`: changes one's own password. All one's sessions end.

use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::me::ChangePassword;
use wardwatch_api::{Access, Secret};
use wardwatch_model::PersonId;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{Body, Peer};
use super::super::who::Who;
use crate::app::App;
use crate::passwords;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/me/password", Access::Known, handle)
}

async fn handle(
    State(app): State<App>,
    peer: Peer,
    who: Who,
    Body(change): Body<ChangePassword>,
) -> Result<StatusCode, Problem> {
    let person = check_again(&app, &who, peer, change.old).await?;
    passwords::check(who.principal.name(), &change.new.0)?;
    let hash = app.hashing.run(move || passwords::hash(&change.new.0)).await??;
    app.state.set_password(&who.principal, person, &hash, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether the caller is a person who knows their password: a session may have been left open.
pub async fn check_again(
    app: &App,
    who: &Who,
    Peer(address): Peer,
    password: Secret,
) -> Result<PersonId, Problem> {
    let name = who.principal.name();
    let person =
        who.principal.person().ok_or_else(|| Problem::forbidden("a token has no password"))?;
    app.logins.attempt(name, address, app.now()).map_err(Problem::too_often)?;
    let known = app.state.credentials(name).await?.filter(|known| known.person == person);
    let hash = known.map(|known| known.password_hash);
    let right = app.hashing.run(move || passwords::verify(&password.0, hash.as_deref())).await?;
    if !right {
        return Err(Problem::forbidden("the password is wrong"));
    }
    app.logins.succeeded(name);
    Ok(person)
}
