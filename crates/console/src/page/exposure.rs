//! Exposure and updates: open holes over all devices, those exploited now first, with their clocks.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::exposure::{ExposurePage, ExposureRow};
use wardwatch_model::{CveId, OrgId};

use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::Address;
use crate::part::count::{linked, number};
use crate::part::form::{choice, line};
use crate::part::only::Only;
use crate::part::text::{shown, words};
use crate::part::{cover, level, list, moment};
use crate::visit::Visit;

/// Which holes; the same words as of the API.
#[derive(Deserialize, Default)]
pub struct Wanted {
    org: Option<OrgId>,
    exploited: Option<bool>,
    not_org: Option<String>,
    severity: Option<String>,
    not_severity: Option<String>,
    cve: Option<CveId>,
    after: Option<String>,
}

/// `GET /exposure`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let address = |path: &str| {
        Address::of(path)
            .maybe("org", wanted.org.as_ref())
            .maybe("exploited", wanted.exploited)
            .maybe("cve", wanted.cve)
            .maybe("not_org", wanted.not_org.as_deref())
            .maybe("severity", wanted.severity.as_deref())
            .maybe("not_severity", wanted.not_severity.as_deref())
    };
    let asked =
        address("/api/v1/exposures").with("limit", 50).maybe("after", wanted.after.as_deref());
    let page: ExposurePage = visit.get(&asked.text()).await?;
    let body = view(&wanted, &page, &address("/exposure"));
    Ok(Page::new(&visit, "Exposure and updates", body).answer())
}

/// Filters that have fields of their own.
const FIELDS: [&str; 3] = ["exploited", "cve", "org"];

fn view(wanted: &Wanted, page: &ExposurePage, address: &Address) -> Markup {
    let only = Only { list: address, fields: &FIELDS };
    html! {
        h1 { "Exposure and updates" }
        (cover::devices(&page.coverage))
        (cover::landscape(&page.landscape))
        form.filters action="/exposure" {
            (choice("exploited", "Show", "all open holes", &[("true", "exploited or attacked now")], wanted.exploited.filter(|yes| *yes).map(|_| "true")))
            (line("cve", "CVE", &wanted.cve.map(|cve| cve.to_string()).unwrap_or_default()))
            (line("org", "Organisation (code)", wanted.org.as_ref().map_or("", OrgId::as_str)))
            (only.carried())
            div { button.button.quiet type="submit" { "Show" } }
        }
        (only.chosen())
        @if page.items.is_empty() {
            (list::empty("No open hole matches. Devices that did not report are not counted as clean.", html! {}))
        } @else {
            div.card.scroll { table.stack {
                thead { tr { th { "Vulnerability" } th { "How urgent" } th { "Close by" } th.number { "Open" } th.number { "Way in closed" } th.number { "Unknown" } th.number { "Fixed" } th.number { "Organisations" } } }
                tbody { @for row in &page.items { (hole(row, wanted.org.as_ref(), only)) } }
            } }
        }
        (list::next(address, page.next.as_deref()))
    }
}

fn hole(row: &ExposureRow, org: Option<&OrgId>, only: Only<'_>) -> Markup {
    let base = Address::of(format!("/exposure/{}", row.cve)).maybe("org", org);
    let devices =
        |value: u64, status: &str| linked(value, &base.clone().with("status", status).text());
    let to = base.text();
    html! {
        tr data-row=(row.cve) {
            td { a href=(to) { (row.cve) } br; (severity(&row.severity)) (only.menu("severity", &row.severity)) }
            td.wide-text {
                @if let Some(attack) = &row.attack { (level::word("critical", "▲▲ attacked now")) " " (shown(attack)) br; }
                @if row.kev { (level::word("critical", "exploited")) " " }
                @if row.ransomware { (level::word("high", "ransomware")) " " }
                (words(&row.decision)) @if let Some(ssvc) = &row.ssvc { span.soft { ", SSVC: " (words(ssvc)) } }
                details.nhsuk-details { summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Why" } } ul.nhsuk-details__text { @for reason in &row.reasons { li { (shown(reason)) } } } }
            }
            td data-name="Close by" { @match row.due { Some(due) => { @if row.overdue { (level::word("critical", "overdue")) " " } (moment::day(due)) }, None => span.soft { "no date" } } }
            td.number data-name="Open" { strong { (devices(row.exposed, "exposed")) } @if row.excepted > 0 { br; span.soft.small { (number(row.excepted)) " excepted" } } }
            td.number data-name="Way in closed" { (devices(row.mitigated, "mitigated")) }
            td.number data-name="Unknown" { (devices(row.unknown, "unknown")) }
            td.number data-name="Fixed" { (devices(row.fixed, "fixed")) }
            td.number data-name="Organisations" { (number(row.organisations)) }
        }
    }
}

/// How bad the vendor calls it.
pub fn severity(word: &str) -> Markup {
    let class = match word {
        "critical" => "critical",
        "important" => "high",
        "moderate" => "medium",
        "low" => "low",
        _ => "unknown",
    };
    level::word(class, word)
}
