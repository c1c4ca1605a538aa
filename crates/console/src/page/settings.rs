//! Settings: who one is, feeds with their age, senders, people, and the audit.

use axum::response::Response;
use maud::{Markup, html};
use wardwatch_api::Paged;
use wardwatch_api::audit::AuditEntry;
use wardwatch_api::landscape::LandscapeStatus;
use wardwatch_api::person::Person;
use wardwatch_api::sender::Sender;

use crate::ask::Fault;
use crate::frame::Page;
use crate::part::count::{number, of};
use crate::part::text::{shown, words};
use crate::part::{cover, level, moment};
use crate::visit::Visit;

/// `GET /settings`.
pub async fn show(visit: Visit) -> Result<Response, Fault> {
    let (landscape, senders, people, audit) = tokio::join!(
        visit.get("/api/v1/landscape"),
        visit.get("/api/v1/senders"),
        visit.get("/api/v1/people"),
        visit.get("/api/v1/audit?limit=30"),
    );
    let landscape: Option<LandscapeStatus> = landscape.ok();
    let senders: Option<Vec<Sender>> = senders.ok();
    let people: Option<Vec<Person>> = people.ok();
    let audit: Option<Paged<AuditEntry>> = audit.ok();
    let body = html! {
        h1 { "Settings" }
        section.card aria-labelledby="you" {
            h2 #you { "You" }
            p { (shown(&visit.me.name)) ": " @for (place, held) in visit.me.grants.iter().enumerate() { @if place > 0 { ", " } (words(held.role.as_str())) " of " (held.org) " and all below" } "." }
            p { a href="/settings/password" { "Another password" } " · " a href="/settings/authenticator" { "An authenticator" } }
        }
        @if let Some(landscape) = &landscape { (feeds(landscape)) }
        @if let Some(senders) = &senders { (doors(senders)) }
        @if let Some(people) = &people { (who(people)) }
        @if let Some(audit) = &audit { (chain(audit)) }
    };
    Ok(Page::new(&visit, "Settings", body).answer())
}

fn feeds(landscape: &LandscapeStatus) -> Markup {
    html! {
        section.card aria-labelledby="feeds" {
            h2 #feeds { "Feeds and their age" }
            (cover::landscape(&landscape.in_use))
            p { (of(landscape.vulnerabilities, "vulnerability", "vulnerabilities")) ", " (of(landscape.updates, "update", "updates")) "." }
            div.scroll { table.stack {
                thead { tr { th { "Feed" } th { "From" } th { "Newest entry" } th.number { "Records" } th.number { "Not readable" } } }
                tbody { @for feed in &landscape.feeds { tr {
                    td { (shown(&feed.feed)) }
                    td data-name="From" { (shown(&feed.origin)) }
                    td data-name="Newest entry" { @match (feed.newest, feed.age_days) { (Some(day), Some(age)) => { (moment::day(day)) " " @if age > 30 { (level::word("medium", &format!("{age} days old"))) } @else { span.soft { (age) " days old" } } }, (Some(day), None) => (moment::day(day)), (None, _) => span.soft { "not told" } } }
                    td.number data-name="Records" { (number(feed.records)) }
                    td.number data-name="Not readable" { (number(feed.refused)) }
                } } }
            } }
        }
    }
}

fn doors(senders: &[Sender]) -> Markup {
    html! {
        section.card aria-labelledby="senders" {
            h2 #senders { "Senders" }
            @if senders.is_empty() { p { "There is none: nothing can report. Make one with " code { "ward sender create" } "." } }
            @else { div.scroll { table.stack {
                thead { tr { th { "Sender" } th { "Organisation" } th { "Last seen" } th.number { "Events" } th.number { "Gaps" } } }
                tbody { @for sender in senders.iter().take(200) { tr {
                    td { (shown(&sender.name)) }
                    td data-name="Organisation" { a href=(format!("/organisations/{}", sender.org)) { (sender.org) } }
                    td data-name="Last seen" { (moment::maybe(sender.last_seen, "never")) }
                    td.number data-name="Events" { (number(sender.events)) }
                    td.number data-name="Gaps" { (number(sender.gaps)) }
                } } }
            } } }
        }
    }
}

fn who(people: &[Person]) -> Markup {
    html! {
        section.card aria-labelledby="people" {
            h2 #people { "People" }
            p { a href="/settings/people" { "Add people, give roles and take them away" } }
            div.scroll { table.stack {
                thead { tr { th { "Name" } th { "Organisation" } th { "Holds" } th { "Second factor" } th { "Last login" } } }
                tbody { @for person in people.iter().take(200) { tr {
                    td { (shown(&person.name)) @if person.disabled { " " (level::word("info", "disabled")) } }
                    td data-name="Organisation" { (person.org) }
                    td data-name="Holds" { @for (place, grant) in person.grants.iter().enumerate() { @if place > 0 { ", " } (words(grant.role.as_str())) " of " (grant.org) @if let Some(until) = grant.until { " until " (moment::moment(until)) } } }
                    td data-name="Second factor" { @if person.has_authenticator { "yes" } @else { (level::word("medium", "no")) } }
                    td data-name="Last login" { (moment::maybe(person.last_login, "never")) }
                } } }
            } }
        }
    }
}

fn chain(audit: &Paged<AuditEntry>) -> Markup {
    html! {
        section.card aria-labelledby="audit" {
            h2 #audit { "Audit, the newest first" }
            div.scroll { table.stack {
                thead { tr { th.number { "No." } th { "When" } th { "Who" } th { "Did what" } th { "To what" } th { "Whose" } } }
                tbody { @for entry in &audit.items { tr {
                    td.number { (entry.seq) }
                    td { (moment::moment(entry.time)) }
                    td data-name="Who" { (shown(&entry.actor)) }
                    td data-name="Did what" { (shown(&entry.action)) }
                    td data-name="To what" { (shown(&entry.target)) }
                    td data-name="Whose" { @match &entry.org { Some(org) => (org), None => "–" } }
                } } }
            } }
            p.soft { code { "ward audit verify" } " proves that nothing in it was changed." }
        }
    }
}
