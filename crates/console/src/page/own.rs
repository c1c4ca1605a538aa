//! What one changes of oneself: the password, and the authenticator that logging in then asks for too.

use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;
use wardwatch_api::me::Authenticator;

use super::request::Filled;
use crate::ask::Fault;
use crate::frame::Page;
use crate::visit::Visit;

/// Whose password a form asks for, so that a keeper of passwords knows.
fn whose(visit: &Visit) -> Markup {
    html! { input name="username" value=(visit.me.name) autocomplete="username" hidden readonly; }
}

/// `GET /settings/password`.
pub async fn password(visit: Visit) -> Result<Response, Fault> {
    let body = html! {
        div.narrow {
            h1 { "Another password" }
            form.card method="post" action="/settings/password" {
                (whose(&visit))
                div.field { label for="old" { "Your password now" } input #old name="old" type="password" required autocomplete="current-password"; }
                div.field { label for="new" { "The new one, 12 characters or more" } input #new name="new" type="password" required minlength="12" maxlength="256" autocomplete="new-password"; }
                div.field { label for="again" { "The new one again" } input #again name="again" type="password" required autocomplete="new-password"; }
                button.button type="submit" { "Change it" }
            }
        }
    };
    Ok(Page::new(&visit, "Another password", body).answer())
}

/// `POST /settings/password`.
pub async fn choose(visit: Visit, filled: Filled) -> Result<Response, Fault> {
    if filled.text("new") != filled.text("again") {
        let detail = "the two new passwords differ: go back and write them again";
        return Err(Fault::Problem(wardwatch_api::Problem::new(
            422,
            "Unprocessable Content",
            detail,
        )));
    }
    let change = json!({ "old": filled.text("old"), "new": filled.text("new") });
    visit.send(Method::POST, "/api/v1/me/password", &change).await?;
    let body = html! {
        h1 { "Your password is changed" }
        p { "It counts from now on, and all sessions of yours have ended. " a href="/login" { "Log in with it" } }
    };
    Ok(Page::new(&visit, "Your password is changed", body).answer())
}

/// `GET /settings/authenticator`.
pub async fn authenticator(visit: Visit) -> Result<Response, Fault> {
    let body = html! {
        div.narrow {
            h1 { "An authenticator" }
            p { "An app on your telephone shows six digits that change every half minute. Once it is set up, logging in asks for them too, so that a password alone lets nobody in." }
            form method="post" action="/settings/authenticator" { button.button type="submit" { "Make a secret for it" } }
        }
    };
    Ok(Page::new(&visit, "An authenticator", body).answer())
}

/// `POST /settings/authenticator`: makes a secret, which counts once it is confirmed.
pub async fn make(visit: Visit) -> Result<Response, Fault> {
    let made: Authenticator =
        visit.post("/api/v1/me/authenticator", &serde_json::Value::Null).await?;
    let body = html! {
        div.narrow {
            h1 { "An authenticator" }
            p { "Type this into the app as a key that goes by time, or " a href=(made.address.0) { "open it on this telephone" } ":" }
            p { code { (made.secret.0) } }
            form.card method="post" action="/settings/authenticator/confirm" {
                (whose(&visit))
                input type="hidden" name="secret" value=(made.secret.0);
                div.field { label for="code" { "The six digits that it shows" } input #code name="code" inputmode="numeric" required autocomplete="one-time-code"; }
                div.field { label for="password" { "Your password" } input #password name="password" type="password" required autocomplete="current-password"; }
                button.button type="submit" { "Use it from now on" }
            }
        }
    };
    Ok(Page::new(&visit, "An authenticator", body).answer())
}

/// `POST /settings/authenticator/confirm`.
pub async fn confirm(visit: Visit, filled: Filled) -> Result<Response, Fault> {
    let confirmed = json!({
        "secret": filled.text("secret"),
        "code": filled.text("code").trim(),
        "password": filled.text("password"),
    });
    visit.send(Method::POST, "/api/v1/me/authenticator/confirm", &confirmed).await?;
    let body = html! {
        h1 { "Your authenticator counts from now on" }
        p { "Logging in asks for its six digits. Whoever administers people can take it away when the telephone is lost. " a href="/" { "Go on" } }
    };
    Ok(Page::new(&visit, "Your authenticator counts", body).answer())
}
