//! `POST /api/v1/indicator-sources`: has a list pulled from a place.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::indicator::{IndicatorSource, NewIndicatorSource};
use wardwatch_api::{Access, Secret};
use wardwatch_model::{Permission, SourceKind};
use wardwatch_store::SourceSecret;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use super::shaped;
use crate::app::App;

/// Seconds between two pulls: at least, unless given, at most.
const INTERVAL: (u64, u64, u64) = (300, 3_600, 30 * 24 * 3_600);
/// Bytes of an address.
const MAX_ADDRESS: usize = 2_000;
/// Bytes of a password or token.
const MAX_SECRET: usize = 4_096;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/indicator-sources", Access::Needs(Permission::WriteRules), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewIndicatorSource>,
) -> Result<(StatusCode, Json<IndicatorSource>), Problem> {
    let wrong = |detail: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail);
    let name = request::name(&new.name)?.to_owned();
    if new.address.len() > MAX_ADDRESS {
        return Err(wrong("the address is too long"));
    }
    app.indicators.reach.check(&new.address).map_err(|error| wrong(&error.to_string()))?;
    let collection = match (new.kind, new.collection) {
        (SourceKind::Taxii, Some(collection)) => request::name(&collection)?.to_owned(),
        (SourceKind::Taxii, None) => {
            return Err(wrong("a TAXII source needs a collection, by id, alias or title"));
        }
        (_, Some(_)) => return Err(wrong("only TAXII sources have collections")),
        (_, None) => String::new(),
    };
    let least = new.interval_seconds.unwrap_or(INTERVAL.1);
    if !(INTERVAL.0..=INTERVAL.2).contains(&least) {
        return Err(wrong("the interval is from 300 to 2592000 seconds"));
    }
    let new = wardwatch_store::NewIndicatorSource {
        org: new.org,
        name,
        kind: new.kind,
        address: new.address,
        collection,
        secret: secret(new.user, new.secret)?,
        interval_seconds: least,
    };
    let made = app.state.create_indicator_source(&scope, new, app.now()).await?;
    app.indicators.tell();
    Ok((StatusCode::CREATED, Json(shaped(made))))
}

fn secret(user: Option<String>, secret: Option<Secret>) -> Result<SourceSecret, Problem> {
    let wrong = |detail: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail);
    let fits = |text: &str| text.len() <= MAX_SECRET && !text.contains(char::is_control);
    match (user, secret) {
        (None, None) => Ok(SourceSecret::None),
        (Some(_), None) => Err(wrong("a name needs a password: give it as the secret")),
        (Some(user), Some(Secret(password))) if fits(&user) && fits(&password) => {
            Ok(SourceSecret::Basic(user, password))
        }
        (None, Some(Secret(token))) if fits(&token) => Ok(SourceSecret::Bearer(token)),
        _ => Err(wrong("name and secret have at most 4096 bytes and no control characters")),
    }
}
