//! Organisations: who reports, who is at risk, in a table that can be searched.

use std::collections::BTreeSet;

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::overview::{OrgNow, Overview, SILENT_HOURS};
use wardwatch_model::{Level, OrgId, OrgKind};

use super::now::{is_silent, reports};
use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::Address;
use crate::part::count::{linked, number};
use crate::part::form::{choice, line};
use crate::part::text::{shown, words};
use crate::part::{level, list, moment};
use crate::visit::Visit;

/// Which organisations.
#[derive(Deserialize, Default)]
pub struct Wanted {
    show: Option<String>,
    kind: Option<OrgKind>,
    name: Option<String>,
    page: Option<usize>,
}

const ROWS: usize = 100;

/// `GET /organisations`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let overview: Overview = visit.get("/api/v1/overview").await?;
    let body = view(&wanted, &overview);
    Ok(Page::new(&visit, "Organisations", body).answer())
}

fn matches(wanted: &Wanted, org: &OrgNow) -> bool {
    let shown = match wanted.show.as_deref() {
        Some("risk") => org.worst >= Some(Level::High),
        Some("silent") => reports(org.kind) && is_silent(org),
        _ => true,
    };
    let named = wanted.name.as_ref().is_none_or(|name| {
        let name = name.to_lowercase();
        org.name.to_lowercase().contains(&name) || org.org.as_str().to_lowercase().contains(&name)
    });
    shown && named && wanted.kind.is_none_or(|kind| org.kind == kind)
}

fn view(wanted: &Wanted, overview: &Overview) -> Markup {
    let mut found: Vec<&OrgNow> =
        overview.organisations.iter().filter(|org| matches(wanted, org)).collect();
    found.sort_by_key(|org| (std::cmp::Reverse(org.worst), org.org.clone()));
    let kinds: Vec<(&str, String)> =
        OrgKind::ALL.iter().map(|kind| (kind.as_str(), words(kind.as_str()))).collect();
    let kinds: Vec<(&str, &str)> =
        kinds.iter().map(|(word, text)| (*word, text.as_str())).collect();
    let page = wanted.page.unwrap_or(0);
    let address = Address::of("/organisations")
        .maybe("show", wanted.show.as_deref())
        .maybe("kind", wanted.kind.map(OrgKind::as_str))
        .maybe("name", wanted.name.as_deref());
    // Lists of an organisation hold those below it too: these numbers do not.
    let parents: BTreeSet<&OrgId> =
        overview.organisations.iter().filter_map(|org| org.parent.as_ref()).collect();
    let list_of = |org: &OrgNow, value: u64, list: &str| match parents.contains(&org.org) {
        true => html! { (number(value)) },
        false => linked(value, &format!("{list}&org={}", org.org).replace("?&", "?")),
    };
    html! {
        h1 { "Organisations" }
        p.cover { (number(found.len() as u64)) " of " (number(overview.organisations.len() as u64)) " shown. Silent means: not heard from for " (SILENT_HOURS) " hours." }
        form.filters action="/organisations" {
            (choice("show", "Show", "all", &[("risk", "at risk (high or critical)"), ("silent", "that do not report")], wanted.show.as_deref()))
            (choice("kind", "Kind", "any", &kinds, wanted.kind.map(OrgKind::as_str)))
            (line("name", "Name or code", wanted.name.as_deref().unwrap_or_default()))
            div { button.button.quiet type="submit" { "Show" } }
        }
        @if found.is_empty() {
            (list::empty("No organisation matches.", html! { p { a href="/organisations" { "Show all" } } }))
        } @else {
            div.card.scroll { table.stack {
                thead { tr { th { "Organisation" } th { "Kind" } th { "Open incidents" } th.number { "Devices" } th.number { "Silent" } th { "Last heard from" } } }
                tbody { @for org in found.iter().skip(page * ROWS).take(ROWS) {
                    tr data-row=(org.org) {
                        td.wide-text { a href=(format!("/organisations/{}", org.org)) { (shown(&org.name)) } " " span.soft { (org.org) } }
                        td data-name="Kind" { (words(org.kind.as_str())) }
                        td data-name="Open incidents" {
                            @match org.worst {
                                Some(worst) => { (level::tag(worst)) " " (list_of(org, org.open, "/incidents?state=open")) },
                                None if reports(org.kind) && is_silent(org) => (level::word("unknown", "? nothing reports")),
                                None => "none",
                            }
                        }
                        td.number data-name="Devices" { (list_of(org, org.devices, "/devices?")) }
                        td.number data-name="Silent" { (list_of(org, org.silent, "/devices?silent=true")) }
                        td data-name="Last heard from" { @match org.last_heard { Some(time) => (moment::ago(time, overview.time)), None => span.soft { "never" } } }
                    }
                } }
            } }
            @if found.len() > (page + 1) * ROWS {
                nav.pages aria-label="More of this list" { a.button.quiet href=(address.with("page", page + 1).text()) { "Next page" } }
            }
        }
    }
}
