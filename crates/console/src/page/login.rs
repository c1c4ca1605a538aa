//! Logging in and out.

use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;
use wardwatch_api::problem::{CODE_NEEDED, NEW_PASSWORD_NEEDED};
use wardwatch_api::session::Login;
use wardwatch_api::{Problem, Secret};

use super::request::{Asked, Filled, own_path};
use crate::ask::{Ask, Fault, problem};
use crate::{frame, visit};

/// What the page where one logs in may be asked for.
#[derive(Deserialize)]
pub struct Wanted {
    next: Option<String>,
}

/// What the form asks for beside name and password.
#[derive(Default, Clone, Copy)]
struct More {
    code: bool,
    new_password: bool,
}

/// `GET /login`.
pub async fn show(Asked(wanted): Asked<Wanted>) -> Response {
    page(own_path(wanted.next.as_deref().unwrap_or("/")), "", More::default(), None)
}

/// `POST /login`.
pub async fn enter(State(ask): State<Ask>, request: Request) -> Result<Response, Response> {
    let (parts, body) = request.into_parts();
    let caller = visit::caller(&parts);
    if !from_here(&parts.headers) {
        let detail = "log in on the page itself, not from another site";
        let problem = Problem::new(403, "Forbidden", detail);
        return Err(Fault::Problem(problem).into_response());
    }
    let filled = Filled::from_request(Request::from_parts(parts, body), &()).await?;
    let next = own_path(filled.text("next")).to_owned();
    let login = Login {
        name: filled.text("name").to_owned(),
        password: Secret(filled.text("password").to_owned()),
        code: filled.get("code").map(|code| Secret(code.to_owned())),
        new_password: filled.get("new_password").map(|new| Secret(new.to_owned())),
        bearer: false,
    };
    let body = serde_json::to_vec(&login)
        .map_err(|error| Fault::Unreadable(error.to_string()).into_response())?;
    let answer = ask.answer(&caller, Method::POST, "/api/v1/session", Some(body)).await;
    let answer = answer.map_err(IntoResponse::into_response)?;
    if answer.status().is_success() {
        let cookies = answer.headers().get_all(header::SET_COOKIE).iter().cloned();
        let cookies: Vec<_> = cookies.collect();
        let mut away = Redirect::to(&next).into_response();
        for cookie in cookies {
            away.headers_mut().append(header::SET_COOKIE, cookie);
        }
        return Ok(away);
    }
    let status = answer.status();
    let (kind, detail) = match problem(answer).await {
        Fault::Problem(problem) => (problem.kind, problem.detail),
        Fault::Unreadable(_) => (String::new(), "this could not be done".to_owned()),
    };
    let more = More {
        code: kind == CODE_NEEDED || filled.get("code").is_some(),
        new_password: kind == NEW_PASSWORD_NEEDED || filled.get("new_password").is_some(),
    };
    let told = match kind.as_str() {
        CODE_NEEDED => "Give the six digits that your authenticator shows.",
        NEW_PASSWORD_NEEDED => "This password works once: choose one of your own.",
        _ => detail.as_str(),
    };
    let mut page = page(&next, filled.text("name"), more, Some(told));
    *page.status_mut() = if status.is_server_error() { status } else { StatusCode::UNAUTHORIZED };
    Ok(page)
}

/// Whether a form was sent from a page of this host, or by a program, which names no page.
fn from_here(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    matches!((origin, host), (Some((_, origin)), Some(host)) if origin.eq_ignore_ascii_case(host))
}

/// `POST /logout`.
pub async fn leave(State(ask): State<Ask>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let caller = visit::caller(&parts);
    let mut away = Redirect::to("/login").into_response();
    if let Ok(answer) = ask.answer(&caller, Method::DELETE, "/api/v1/session", None).await {
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            away.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
    }
    away
}

fn page(next: &str, name: &str, more: More, told: Option<&str>) -> Response {
    let inside = html! {
        header.head { a.name href="/" { "Wardwatch" } }
        main.narrow #main tabindex="-1" {
            h1 { "Log in" }
            @if let Some(told) = told {
                div.told.bad role="alert" { p { (told) } }
            }
            form.card method="post" action="/login" {
                input type="hidden" name="next" value=(next);
                div.field {
                    label for="name" { "Name" }
                    input #name name="name" value=(name) autocomplete="username" spellcheck="false" required;
                }
                div.field {
                    label for="password" { "Password" }
                    input #password name="password" type="password" autocomplete="current-password" required;
                }
                @if more.code {
                    div.field {
                        label for="code" { "Code of your authenticator" }
                        input #code name="code" inputmode="numeric" autocomplete="one-time-code";
                    }
                }
                @if more.new_password {
                    div.field {
                        label for="new_password" { "A new password, 12 characters or more" }
                        input #new_password name="new_password" type="password" autocomplete="new-password";
                    }
                }
                button.button type="submit" { "Log in" }
            }
        }
    };
    Html(frame::document("Log in", None, inside).into_string()).into_response()
}
