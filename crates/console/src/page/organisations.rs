//! Organisations: who reports, who is at risk, in a table that can be searched.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::overview::{OrgNow, OrgPage, OrgState, SILENT_HOURS};
use wardwatch_model::{OrgId, OrgKind};

use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::Address;
use crate::part::count::{linked, number};
use crate::part::form::{choice, line};
use crate::part::only::Only;
use crate::part::text::{shown, words};
use crate::part::{level, list, moment};
use crate::visit::Visit;

/// Which organisations.
#[derive(Deserialize, Default)]
pub struct Wanted {
    org: Option<OrgId>,
    show: Option<OrgState>,
    kind: Option<OrgKind>,
    not_org: Option<String>,
    not_kind: Option<OrgKind>,
    name: Option<String>,
    after: Option<String>,
}

impl Wanted {
    fn address(&self, path: &str) -> Address {
        let name = self.name.as_deref().filter(|name| !name.is_empty());
        Address::of(path)
            .maybe("org", self.org.as_ref())
            .maybe("show", self.show.map(OrgState::as_str))
            .maybe("kind", self.kind.map(OrgKind::as_str))
            .maybe("name", name)
            .maybe("not_org", self.not_org.as_deref())
            .maybe("not_kind", self.not_kind.map(OrgKind::as_str))
    }
}

/// `GET /organisations`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let asked = wanted.address("/api/v1/overview/organisations").with("limit", 100);
    let found: OrgPage = visit.get(&asked.maybe("after", wanted.after.as_deref()).text()).await?;
    let body = view(&wanted, &found);
    Ok(Page::new(&visit, "Organisations", body).answer())
}

/// Filters that have fields of their own.
const FIELDS: [&str; 3] = ["show", "kind", "name"];

fn view(wanted: &Wanted, found: &OrgPage) -> Markup {
    let list = wanted.address("/organisations");
    let only = Only { list: &list, fields: &FIELDS };
    let kinds: Vec<(&str, String)> =
        OrgKind::ALL.iter().map(|kind| (kind.as_str(), words(kind.as_str()))).collect();
    let kinds: Vec<(&str, &str)> =
        kinds.iter().map(|(word, text)| (*word, text.as_str())).collect();
    // Lists of an organisation hold those below it too: only numbers of those that have none lead there.
    let list_of = |org: &OrgNow<'_>, value: u64, list: &str| match org.above_others {
        true => html! { (number(value)) },
        false => linked(value, &format!("{list}&org={}", org.org).replace("?&", "?")),
    };
    html! {
        h1 { "Organisations" }
        p.cover { (number(found.found)) " of " (number(found.all)) " shown. Silent means: not heard from for " (SILENT_HOURS) " hours." }
        form.filters action="/organisations" {
            (choice("show", "Show", "all", &[("risk", "at risk (high or critical)"), ("silent", "that do not report")], wanted.show.map(OrgState::as_str)))
            (choice("kind", "Kind", "any", &kinds, wanted.kind.map(OrgKind::as_str)))
            (line("name", "Name or code", wanted.name.as_deref().unwrap_or_default()))
            (only.carried())
            div { button.button.quiet type="submit" { "Show" } }
        }
        (only.chosen())
        @if found.items.is_empty() {
            (list::empty("No organisation matches.", html! { p { a href="/organisations" { "Show all" } } }))
        } @else {
            div.card.scroll { table.stack {
                thead { tr { th { "Organisation" } th { "Kind" } th { "Open incidents" } th.number { "Devices" } th.number { "Silent" } th { "Last heard from" } } }
                tbody { @for org in &found.items {
                    tr data-row=(org.org) {
                        td.wide-text { a href=(format!("/organisations/{}", org.org)) { (shown(&org.name)) } " " span.soft { (org.org) } (only.menu("org", org.org.as_str())) }
                        td data-name="Kind" { (words(org.kind.as_str())) (only.menu("kind", org.kind.as_str())) }
                        td data-name="Open incidents" {
                            @match org.worst {
                                Some(worst) => { (level::tag(worst)) " " (list_of(org, org.open, "/incidents?state=open")) },
                                None if org.stands(OrgState::Silent) => (level::word("unknown", "? nothing reports")),
                                None => "none",
                            }
                        }
                        td.number data-name="Devices" { (list_of(org, org.devices, "/devices?")) }
                        td.number data-name="Silent" { (list_of(org, org.silent, "/devices?silent=true")) }
                        td data-name="Last heard from" { @match org.last_heard { Some(time) => (moment::ago(time, found.time)), None => span.soft { "never" } } }
                    }
                } }
            } }
            (list::next(&list, found.next.as_deref()))
        }
    }
}
