//! People: who may log in, and what they hold, given for a time and taken away.

use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;
use wardwatch_api::person::{MadePerson, PasswordForOnce, Person};
use wardwatch_model::{Day, Role};

use super::request::{Filled, back};
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::part;
use crate::part::count::of;
use crate::part::text::{bare, shown, words};
use crate::part::{level, moment};
use crate::visit::Visit;

/// People that a page lists.
const LISTED: usize = 200;

/// `GET /settings/people`.
pub async fn show(visit: Visit) -> Result<Response, Fault> {
    let people: Vec<Person> = visit.get("/api/v1/people").await?;
    let body = html! {
        p.small { a href="/settings" { "Settings" } }
        h1 { "People" }
        p.cover { (of(people.len() as u64, "person", "people")) " of your organisations. What somebody holds goes for the organisation and all below it." }
        (adding(&visit))
        @for person in people.iter().take(LISTED) { (one(person)) }
        @if people.len() > LISTED { p.soft { "The others are listed by " code { "ward person list" } "." } }
    };
    Ok(Page::new(&visit, "People", body).answer())
}

fn adding(visit: &Visit) -> Markup {
    let org = visit.me.grants.first().map(|held| held.org.as_str()).unwrap_or_default();
    html! {
        details.nhsuk-details {
            summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Add somebody" } }
            form.nhsuk-details__text method="post" action="/settings/people" {
                div.field { label for="new-name" { "Login name" } input #new-name name="name" required autocomplete="off" spellcheck="false"; }
                div.field { label for="new-org" { "Organisation (code)" } input #new-org name="org" value=(org) required autocomplete="off" spellcheck="false"; }
                div.field { label for="new-role" { "Role there" } (roles("new-role")) }
                p.soft.small { "A password is made and told once. It works once, within seven days, to choose another." }
                button.button type="submit" { "Add" }
            }
        }
    }
}

fn roles(id: &str) -> Markup {
    html! { select id=(id) name="role" { @for role in Role::ALL { option value=(role) { (words(role.as_str())) } } } }
}

fn one(person: &Person) -> Markup {
    let to = |verb: &str| format!("/settings/people/{}/{verb}", person.id);
    let (org, role, until) = (
        format!("org-{}", person.id),
        format!("role-{}", person.id),
        format!("until-{}", person.id),
    );
    html! {
        section.card aria-label=(bare(&person.name)) {
            h2 { (shown(&person.name)) " " span.soft.small { "of " (person.org) ", last login " (moment::maybe(person.last_login, "never")) } @if person.disabled { " " (level::word("info", "locked")) } @if !person.has_authenticator { " " (level::word("medium", "no second factor")) } }
            @if person.grants.is_empty() { p.soft { "Holds nothing." } }
            ul { @for grant in &person.grants { li {
                (words(grant.role.as_str())) " of " (grant.org)
                @match grant.until { Some(until) => { @if grant.over { ", ended " } @else { " until " } (moment::moment(until)) }, None => span.soft { ", without an end" } }
                " " form.inline method="post" action=(to("revoke")) {
                    input type="hidden" name="org" value=(grant.org);
                    input type="hidden" name="role" value=(grant.role);
                    button.plain.small type="submit" aria-label=(format!("Take away {} of {} from {}", words(grant.role.as_str()), grant.org, bare(&person.name))) { "Take away" }
                }
            } } }
            details.nhsuk-details {
                summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Give a role" span.hidden-text { " to " (bare(&person.name)) } } }
                form.nhsuk-details__text method="post" action=(to("grant")) {
                    div.field { label for=(org) { "Organisation (code)" } input id=(org) name="org" required autocomplete="off" spellcheck="false"; }
                    div.field { label for=(role) { "Role" } (roles(&role)) }
                    div.field { label for=(until) { "Last day; empty for no end" } input id=(until) name="until" type="date"; }
                    button.button type="submit" { "Give" }
                }
            }
            div.bar-of-buttons {
                @if person.disabled { (press(&to("enable"), "Unlock", person)) } @else { (press(&to("disable"), "Lock", person)) }
                (press(&to("password"), "New password", person))
                (press(&to("sessions"), "Log out everywhere", person))
            }
        }
    }
}

fn press(action: &str, text: &str, person: &Person) -> Markup {
    html! {
        form.inline method="post" action=(action) {
            button.button.quiet type="submit" { (text) span.hidden-text { ": " (bare(&person.name)) } }
        }
    }
}

/// A page with a password that is told once.
fn told_once(visit: &Visit, password: &str) -> Response {
    let body = html! {
        p.small { a href="/settings/people" { "People" } }
        h1 { "A password for once" }
        div.told { p { "Hand it over by another way than mail: " code { (password) } } p { "It is told only here. Whoever logs in by it within seven days must choose another." } }
    };
    Page::new(visit, "A password for once", body).answer()
}

/// `POST /settings/people`: adds somebody.
pub async fn add(visit: Visit, filled: Filled) -> Result<Response, Fault> {
    let person = json!({
        "name": filled.text("name").trim(), "org": filled.text("org").trim(), "role": filled.text("role"),
    });
    let made: MadePerson = visit.post("/api/v1/people", &person).await?;
    match &made.password {
        Some(password) => Ok(told_once(&visit, &password.0)),
        None => Ok(back("/settings/people")),
    }
}

/// `POST /settings/people/{id}/{verb}`: gives or takes a role, locks, unlocks, makes a password.
pub async fn change(
    visit: Visit,
    Path((id, verb)): Path<(String, String)>,
    filled: Filled,
) -> Result<Response, Fault> {
    let path = format!("/api/v1/people/{}", part(&id));
    let nothing = serde_json::Value::Null;
    match verb.as_str() {
        "grant" => {
            // The whole of the last day, as the clock here has it.
            let until = filled.get("until").and_then(Day::parse);
            let until = until.and_then(|day| moment::start_of(day.plus(1)));
            let grant = json!({ "org": filled.text("org").trim(), "role": filled.text("role"), "until": until });
            visit.send(Method::POST, &format!("{path}/grants"), &grant).await?;
        }
        "revoke" => {
            let asked = crate::part::address::Address::of(format!("{path}/grants"))
                .with("org", filled.text("org"))
                .with("role", filled.text("role"));
            visit.send(Method::DELETE, &asked.text(), &nothing).await?;
        }
        "password" => {
            let made: PasswordForOnce = visit.post(&format!("{path}/password"), &nothing).await?;
            return Ok(told_once(&visit, &made.password.0));
        }
        "sessions" => visit.send(Method::DELETE, &format!("{path}/sessions"), &nothing).await?,
        "disable" | "enable" => {
            visit.send(Method::POST, &format!("{path}/{verb}"), &nothing).await?;
        }
        _ => {}
    }
    Ok(back("/settings/people"))
}
