//! Protection plans: what gets no fixes any more, by how far an attacker can reach it.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::Paged;
use wardwatch_api::plan::{PlanRow, StepCounts};
use wardwatch_model::OrgId;

use super::devices::{care_tag, class_word};
use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::count::of;
use crate::part::form::line;
use crate::part::only::Only;
use crate::part::text::{shown, words};
use crate::part::{level, list, moment};
use crate::visit::{Names, Visit};

/// Of whom.
#[derive(Deserialize, Default)]
pub struct Wanted {
    org: Option<OrgId>,
    not_org: Option<String>,
    system: Option<String>,
    not_system: Option<String>,
    care_class: Option<String>,
    not_care_class: Option<String>,
    after: Option<String>,
}

/// `GET /plans`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let address = |path: &str| {
        Address::of(path)
            .maybe("org", wanted.org.as_ref())
            .maybe("not_org", wanted.not_org.as_deref())
            .maybe("system", wanted.system.as_deref())
            .maybe("not_system", wanted.not_system.as_deref())
            .maybe("care_class", wanted.care_class.as_deref())
            .maybe("not_care_class", wanted.not_care_class.as_deref())
    };
    let list = address("/plans");
    let only = Only { list: &list, fields: &["org"] };
    let asked = address("/api/v1/plans").with("limit", 50).maybe("after", wanted.after.as_deref());
    let found: Paged<PlanRow> = visit.get(&asked.text()).await?;
    let names = visit.names_of(found.items.iter().map(|row| &row.org).chain(&wanted.org)).await?;
    let body = html! {
        h1 { "Protection plans" @if let Some(org) = &wanted.org { " of " (shown(names.of(org))) } }
        p.cover { "Devices whose system gets no fixes any more, those that an attacker reaches most easily first: not the oldest. Windows 10 and 11 that may take a newer release stand under Lifecycle; a device that never reported what it runs is not here." }
        form.filters action="/plans" {
            (line("org", "Organisation (code)", wanted.org.as_ref().map_or("", OrgId::as_str)))
            (only.carried())
            div { button.button.quiet type="submit" { "Show" } }
        }
        (only.chosen())
        @if found.items.is_empty() {
            (list::empty("No device that reported, and matches, runs a system out of support.", html! {}))
        } @else {
            (table(&found.items, &names, only))
        }
        (list::next(&list, found.next.as_deref()))
        p.small { a href=(asked.text()) { "This as JSON" } }
    };
    Ok(Page::new(&visit, "Protection plans", body).answer())
}

fn table(rows: &[PlanRow], names: &Names, only: Only<'_>) -> Markup {
    html! {
        div.card.scroll { table.stack {
            thead { tr { th { "Device" } th { "Organisation" } th { "System" } th { "Duty" } th { "Care class" } th { "Who reaches it" } th { "Steps" } } }
            tbody { @for row in rows {
                tr data-row=(format!("{}/{}", row.org, part(&row.device))) {
                    td { a href=(format!("/plans/{}/{}", row.org, part(&row.device))) { (shown(&row.device)) } }
                    td data-name="Organisation" { (shown(names.of(&row.org))) (only.menu("org", row.org.as_str())) }
                    td data-name="System" { (shown(&row.system)) (only.menu("system", &row.system)) @if let Some(ended) = row.ended { br; span.soft.small { "no fixes since " (moment::day(ended)) } } }
                    td data-name="Duty" { @match row.duty { Some(duty) => (words(duty.as_str())), None => span.soft { "nobody has said" } } }
                    td data-name="Care class" { (care_tag(row.care_class)) (only.menu("care_class", class_word(row.care_class))) }
                    td.wide-text data-name="Who reaches it" { @for reason in &row.reasons { (shown(reason)) br; } }
                    td data-name="Steps" { (steps(row.steps)) }
                }
            } }
        } }
    }
}

/// How many steps stand how; what is broken first.
pub fn steps(counts: StepCounts) -> Markup {
    html! {
        @if counts.broken > 0 { (level::word("critical", &of(u64::from(counts.broken), "broken", "broken"))) " " }
        @if counts.open > 0 { (level::word("medium", &of(u64::from(counts.open), "open", "open"))) " " }
        @if counts.unknown > 0 { (level::word("unknown", &of(u64::from(counts.unknown), "unknown", "unknown"))) " " }
        @if counts.verified > 0 { (level::word("good", &of(u64::from(counts.verified), "verified", "verified"))) }
    }
}
