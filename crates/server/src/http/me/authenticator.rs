//! `POST /api/v1/me/authenticator`: gives a secret for one's own authenticator. Nothing is kept
//! until it is confirmed.

use axum::Json;
use wardwatch_api::me::Authenticator;
use wardwatch_api::{Access, Secret};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Who;
use crate::passwords::totp;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/me/authenticator", Access::Known, handle)
}

async fn handle(who: Who) -> Result<Json<Authenticator>, Problem> {
    if who.principal.person().is_none() {
        return Err(Problem::forbidden("a token has no authenticator"));
    }
    let secret = totp::make_secret()?;
    let address = totp::address(who.principal.name(), &secret);
    Ok(Json(Authenticator { secret: Secret(secret), address: Secret(address) }))
}
