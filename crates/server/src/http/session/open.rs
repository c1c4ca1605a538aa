//! `POST /api/v1/session`: logs in.
//!
//! A wrong name, a wrong password, a locked account and a wrong code all look alike, and take alike
//! long.

use std::net::IpAddr;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wardwatch_api::session::{Login, Opened};
use wardwatch_api::{Access, Secret};
use wardwatch_model::{Permission, Timestamp};
use wardwatch_store::{Credentials, Principal};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{Body, Peer};
use super::super::who::SESSION_COOKIE;
use crate::app::App;
use crate::passwords::{self, totp};

/// Characters of a login name.
const NAME_CHARS: usize = 200;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/session", Access::Open, handle)
}

async fn handle(
    State(app): State<App>,
    Peer(address): Peer,
    Body(login): Body<Login>,
) -> Result<Response, Problem> {
    let now = app.now();
    if login.name.chars().count() > NAME_CHARS {
        return Err(wrong(&app));
    }
    app.logins.attempt(&login.name, address, now).map_err(|seconds| {
        app.figures.limited_logins.fetch_add(1, Ordering::Relaxed);
        Problem::too_often(seconds)
    })?;
    let known = who(&app, &login, address).await?;
    let chosen = chosen(&app, &login, &known, now)?;
    second_factor(&app, &known, login.code.as_ref(), now)?;
    if let Some(chosen) = chosen {
        let hash = app.hashing.run(move || passwords::hash(&chosen.0)).await??;
        if !app.state.choose_password(known.person, &known.password_hash, &hash, now).await? {
            return Err(wrong(&app));
        }
    }
    let principal = app.state.principal(known.person, now).await?;
    let principal = principal.ok_or_else(|| wrong(&app))?;
    app.logins.succeeded(&login.name);
    let until = Timestamp { micros: now.micros + app.settings.session_seconds * 1_000_000 };
    let secret = app.state.open_session(known.person, now, until).await?;
    write_down(&app, &principal, serde_json::Value::Null, now).await?;
    app.figures.logins.fetch_add(1, Ordering::Relaxed);
    Ok(answer(&app, &principal, until, secret, login.bearer))
}

/// Whose name and password these are.
async fn who(app: &App, login: &Login, address: Option<IpAddr>) -> Result<Credentials, Problem> {
    let known = app.state.credentials(&login.name).await?;
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let password = login.password.clone();
    let right = app.hashing.run(move || passwords::verify(&password.0, hash.as_deref())).await?;
    let known = known.filter(|known| right && !known.disabled);
    known.ok_or_else(|| {
        // Not by name: what stands there may be a password that slipped.
        tracing::warn!(address = address.map(|ip| ip.to_string()), "a login was refused");
        wrong(app)
    })
}

/// The password to be set in place of one that works once; none when theirs is their own.
fn chosen(
    app: &App,
    login: &Login,
    known: &Credentials,
    now: Timestamp,
) -> Result<Option<Secret>, Problem> {
    match (known.password_until, &login.new_password) {
        (None, None) => Ok(None),
        (None, Some(_)) => {
            let detail = "your password is your own: change it under 'me'";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail))
        }
        (Some(until), _) if until <= now => Err(wrong(app)),
        (Some(_), None) => Err(Problem::new_password_needed()),
        (Some(_), Some(new)) if *new == login.password => {
            let detail = "the new password is the old one: choose another";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail))
        }
        (Some(_), Some(new)) => {
            passwords::check(&login.name, &new.0)?;
            Ok(Some(new.clone()))
        }
    }
}

fn second_factor(
    app: &App,
    known: &Credentials,
    code: Option<&Secret>,
    now: Timestamp,
) -> Result<(), Problem> {
    let Some(secret) = &known.totp_secret else { return Ok(()) };
    let code = code.ok_or_else(Problem::code_needed)?;
    let step = totp::step_of(secret, &code.0, now.micros.div_euclid(1_000_000));
    match step.is_some_and(|step| app.logins.use_code(known.person, step)) {
        true => Ok(()),
        false => Err(wrong(app)),
    }
}

fn wrong(app: &App) -> Problem {
    app.figures.wrong_logins.fetch_add(1, Ordering::Relaxed);
    Problem::new(StatusCode::UNAUTHORIZED, "name, password or code is wrong")
}

/// Into the audit of the organisation that the person belongs to.
pub async fn write_down(
    app: &App,
    principal: &Principal,
    how: serde_json::Value,
    now: Timestamp,
) -> Result<(), Problem> {
    let Some(scope) = principal.scope(Permission::ReadFindings) else { return Ok(()) };
    let org = scope.home().iter().find(|org| scope.covers(org));
    Ok(app.state.record(&scope, "session.open", org, principal.name(), how, now).await?)
}

fn answer(
    app: &App,
    principal: &Principal,
    until: Timestamp,
    secret: String,
    bearer: bool,
) -> Response {
    let name = principal.name().to_owned();
    if bearer {
        return Json(Opened { name, until, secret: Some(Secret(secret)) }).into_response();
    }
    let mut answer = Json(Opened { name, until, secret: None }).into_response();
    // Made of letters of ours only.
    if let Ok(cookie) = HeaderValue::from_str(&cookie(app, &secret, app.settings.session_seconds)) {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}

/// The session's cookie: not for scripts, not from other sites' pages, with TLS by TLS only.
pub fn cookie(app: &App, secret: &str, seconds: i64) -> String {
    let (prefix, secure) = if app.settings.tls { ("__Host-", "; Secure") } else { ("", "") };
    format!(
        "{prefix}{SESSION_COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict; \
         Max-Age={seconds}{secure}"
    )
}
