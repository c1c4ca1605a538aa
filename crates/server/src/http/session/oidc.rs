//! `GET /api/v1/session/oidc/start` and `…/callback`: logs in by another issuer of identities.
//!
//! A person is known by an identity that an administrator linked, or, where the server allows it,
//! by a verified address of mail that is the name of an account. Roles are our own grants.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wardwatch_api::Access;
use wardwatch_api::session::OidcReturn;
use wardwatch_model::{PersonId, Timestamp};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::Asked;
use super::open;
use crate::app::App;
use crate::oidc::token::Claims;
use crate::oidc::{LOGIN_SECONDS, Oidc, OidcError};

/// Name of the cookie that a browser is known by when it comes back.
const COOKIE: &str = "ward_login";
/// Characters of what comes back.
const MAX_CHARS: usize = 4_096;

/// The endpoint that begins.
pub fn start() -> Endpoint {
    Endpoint::get("/api/v1/session/oidc/start", Access::Open, begin)
}

/// The endpoint that browsers come back to.
pub fn callback() -> Endpoint {
    Endpoint::get("/api/v1/session/oidc/callback", Access::Open, finish)
}

async fn begin(State(app): State<App>) -> Result<Response, Problem> {
    let oidc = issuer(&app)?;
    let now = app.now();
    let begun = blocking(move || oidc.begin(now)).await?;
    let cookie = cookie(&app, &begun.browser.0, LOGIN_SECONDS);
    redirect(&begun.address, &[&cookie])
}

async fn finish(
    State(app): State<App>,
    Asked(given): Asked<OidcReturn>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let oidc = issuer(&app)?;
    let refused = || Problem::new(StatusCode::UNAUTHORIZED, OidcError::NotBegun.to_string());
    let (state, code) = given.state.zip(given.code).ok_or_else(refused)?;
    // RFC 9207: an answer of another issuer is none to us.
    if given.iss.is_some_and(|iss| iss != oidc.issuer()) || state.len().max(code.len()) > MAX_CHARS
    {
        return Err(refused());
    }
    let browser = kept(&headers).ok_or_else(refused)?;
    let now = app.now();
    let asked = Arc::clone(&oidc);
    let claims = blocking(move || asked.finish(&state, &browser, &code, now)).await?;
    let person = who(&app, &oidc, &claims).await?;
    let principal = match person {
        Some(person) => app.state.principal(person, now).await?,
        None => None,
    };
    let Some(principal) = principal else {
        tracing::warn!("somebody whom the issuer knows has no account here");
        app.figures.wrong_logins.fetch_add(1, Ordering::Relaxed);
        return Err(Problem::forbidden(
            "you have no account here: ask an administrator to link your identity",
        ));
    };
    let seconds = app.settings.session_seconds;
    let until = Timestamp { micros: now.micros + seconds * 1_000_000 };
    let person = principal.person().ok_or_else(refused)?;
    let secret = app.state.open_session(person, now, until).await?;
    open::write_down(&app, &principal, serde_json::json!({ "by": "oidc" }), now).await?;
    app.figures.logins.fetch_add(1, Ordering::Relaxed);
    let session = open::cookie(&app, &secret, seconds);
    // A page of our own and no redirect: browsers that were sent here by the issuer's page do not
    // send a strict cookie along a redirect.
    let page = "<!doctype html><title>Wardwatch</title>\
        <meta http-equiv=\"refresh\" content=\"0;url=/\"><p>You are logged in.</p>";
    let mut answer = (StatusCode::OK, page).into_response();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, html);
    set_cookies(&mut answer, &[&session, &cookie(&app, "", 0)]);
    Ok(answer)
}

fn issuer(app: &App) -> Result<Arc<Oidc>, Problem> {
    app.oidc.clone().ok_or_else(|| Problem::not_found("issuer"))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OidcError> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|_| Problem::busy("the server is ending"))?;
    done.map_err(|error| match error {
        OidcError::NotBegun | OidcError::Token(_) => {
            tracing::warn!(%error, "a login by the issuer was refused");
            Problem::new(StatusCode::UNAUTHORIZED, error.to_string())
        }
        other => {
            tracing::error!(error = %other, "the issuer of identities gives no answer");
            Problem::busy("the issuer of identities gives no answer: try again, or log in by name")
        }
    })
}

/// Whose identity it is.
async fn who(app: &App, oidc: &Oidc, claims: &Claims) -> Result<Option<PersonId>, Problem> {
    let linked = app.state.person_of_identity(oidc.issuer(), &claims.subject).await?;
    if linked.is_some() {
        return Ok(linked);
    }
    let Some(email) = claims.verified_email.as_ref().filter(|_| oidc.by_email()) else {
        return Ok(None);
    };
    Ok(app.state.credentials(email).await?.map(|known| known.person))
}

fn redirect(to: &str, cookies: &[&str]) -> Result<Response, Problem> {
    let to = HeaderValue::from_str(to).map_err(|_| {
        Problem::busy("the issuer of identities gives an address that cannot be gone to")
    })?;
    let mut answer = StatusCode::SEE_OTHER.into_response();
    answer.headers_mut().insert(header::LOCATION, to);
    set_cookies(&mut answer, cookies);
    Ok(answer)
}

fn set_cookies(answer: &mut Response, cookies: &[&str]) {
    for cookie in cookies {
        // Made of letters of ours only.
        if let Ok(cookie) = HeaderValue::from_str(cookie) {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}

/// For no script, for ten minutes. Lax, since the browser comes back from another site.
fn cookie(app: &App, value: &str, seconds: i64) -> String {
    let (prefix, secure) = if app.settings.tls { ("__Host-", "; Secure") } else { ("", "") };
    format!("{prefix}{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

fn kept(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|all| all.split(';'))
        .filter_map(|one| one.trim().split_once('='))
        .find(|(name, _)| name.strip_prefix("__Host-").unwrap_or(name) == COOKIE)
        .map(|(_, value)| value.to_owned())
        .filter(|value| (1..=256).contains(&value.len()))
}
