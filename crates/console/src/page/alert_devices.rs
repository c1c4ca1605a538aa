//! The devices behind an alert's answers, by how they stand.

use axum::extract::Path;
use axum::response::Response;
use maud::html;
use wardwatch_api::Paged;
use wardwatch_api::alert::AlertView;
use wardwatch_api::exposure::ExposedDevice;
use wardwatch_model::ExposureStatus;

use super::exposed::{FIELDS, STATUSES, Wanted, table, word};
use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::part;
use crate::part::list;
use crate::part::only::Only;
use crate::part::text::{shown, words};
use crate::visit::Visit;

/// `GET /alerts/{id}/devices`.
pub async fn show(
    visit: Visit,
    Path(id): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Fault> {
    let id = part(&id);
    let chosen = wanted.status.unwrap_or(ExposureStatus::Exposed);
    let asked = wanted.address(format!("/api/v1/alerts/{id}/devices"), Some(chosen));
    let asked = asked.with("limit", 100).maybe("after", wanted.after.as_deref());
    let devices: Paged<ExposedDevice> = visit.get(&asked.text()).await?;
    let alert: AlertView = visit.get(&format!("/api/v1/alerts/{id}?lines=0")).await?;
    let orgs = devices.items.iter().map(|device| &device.org).chain(&wanted.org);
    let names = visit.names_of(orgs).await?;
    let to = |status| wanted.address(format!("/alerts/{id}/devices"), Some(status));
    let list = to(chosen);
    let only = Only { list: &list, fields: &FIELDS };
    let cve = match &alert.alert.cves[..] {
        [one] => Some(one.to_string()),
        _ => None,
    };
    let body = html! {
        p.small { a href="/alerts" { "Alerts from the centre" } " / " a href=(format!("/alerts/{id}")) { (shown(&alert.alert.title)) } }
        h1 { "Devices behind the answers" }
        @if let Some(org) = &wanted.org { p { "Those that " (shown(names.of(org))) " answers for." } }
        p.cover { "Each by the worst of its answers to " (alert.alert.cves.len()) " vulnerabilities. Devices that never reported what they run are not listed: they count as unknown." }
        nav aria-label="How devices stand" { ul.tabs { @for one in STATUSES {
            li { a href=(to(one).text()) aria-current=[(one == chosen).then_some("page")] { (words(&word(one))) } }
        } } }
        (only.chosen())
        @if devices.items.is_empty() { (list::empty("No device stands so.", html! {})) }
        @else { (table(&devices.items, &names, cve.as_deref(), only)) }
        (list::next(&list, devices.next.as_deref()))
    };
    Ok(Page::new(&visit, "Devices behind the answers", body).answer())
}
