//! One vulnerability: which devices stand how towards it.

use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::Paged;
use wardwatch_api::exposure::{ExposedDevice, ExposurePage};
use wardwatch_model::{ExposureStatus, OrgId};

use super::devices::{care_tag, class_word};
use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::count::number;
use crate::part::only::Only;
use crate::part::text::{short, shown, words};
use crate::part::{cover, level, list, moment};
use crate::visit::{Names, Visit};

/// Which devices; the same words as of the API.
#[derive(Deserialize, Default)]
pub struct Wanted {
    pub org: Option<OrgId>,
    pub status: Option<ExposureStatus>,
    pub not_org: Option<String>,
    pub product: Option<String>,
    pub not_product: Option<String>,
    pub care_class: Option<String>,
    pub not_care_class: Option<String>,
    pub after: Option<String>,
}

impl Wanted {
    /// A list of devices that stand so, with the other filters.
    pub fn address(&self, path: String, status: Option<ExposureStatus>) -> Address {
        Address::of(path)
            .maybe("org", self.org.as_ref())
            .maybe("status", status.map(word))
            .maybe("not_org", self.not_org.as_deref())
            .maybe("product", self.product.as_deref())
            .maybe("not_product", self.not_product.as_deref())
            .maybe("care_class", self.care_class.as_deref())
            .maybe("not_care_class", self.not_care_class.as_deref())
    }
}

/// What stands above the list: its status in tabs, and whose answers they are.
pub const FIELDS: [&str; 2] = ["org", "status"];

pub const STATUSES: [ExposureStatus; 5] = [
    ExposureStatus::Exposed,
    ExposureStatus::Mitigated,
    ExposureStatus::Unknown,
    ExposureStatus::Fixed,
    ExposureStatus::NotAffected,
];

/// `GET /exposure/{cve}`.
pub async fn show(
    visit: Visit,
    Path(cve): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Fault> {
    let path = format!("/api/v1/exposures/{}/devices", part(&cve));
    let asked = wanted.address(path, wanted.status).with("limit", 100);
    let asked = asked.maybe("after", wanted.after.as_deref());
    let devices: Paged<ExposedDevice> = visit.get(&asked.text()).await?;
    let whole =
        Address::of("/api/v1/exposures").with("cve", &cve).maybe("org", wanted.org.as_ref());
    let whole: ExposurePage = visit.get(&whole.text()).await?;
    let names = visit.names_of(devices.items.iter().map(|device| &device.org)).await?;
    let base = |status| wanted.address(format!("/exposure/{}", part(&cve)), Some(status));
    let chosen = wanted.status.unwrap_or(ExposureStatus::Exposed);
    let list = base(chosen);
    let only = Only { list: &list, fields: &["status"] };
    let row = whole.items.first();
    let body = html! {
        p.small { a href="/exposure" { "Exposure and updates" } }
        h1 { (shown(&cve)) }
        @if let Some(row) = row {
            p {
                (super::exposure::severity(&row.severity)) " "
                @if row.attack.is_some() { (level::word("critical", "▲▲ attacked now")) " " }
                @if row.kev { (level::word("critical", "exploited")) " " }
                strong { (words(&row.decision)) }
                @if let Some(due) = row.due { ", by " (moment::day(due)) @if row.overdue { " " (level::word("critical", "overdue")) } }
            }
            section.card aria-labelledby="why" { h2 #why { "Why it stands where it does" } ul { @for reason in &row.reasons { li { (shown(reason)) } } } }
        } @else {
            p { "No device that you see is open to it, as far as is known." }
        }
        (cover::devices(&whole.coverage))
        nav aria-label="How devices stand" { ul.tabs { @for one in STATUSES {
            li { a.count[row.is_some()] href=(base(one).text()) aria-current=[(one == chosen).then_some("page")] { (words(&word(one))) @if let Some(row) = row { " (" (number(count(row, one))) ")" } } }
        } } }
        (only.chosen())
        @if devices.items.is_empty() { (list::empty("No device stands so.", html! {})) } @else {
            (table(&devices.items, &names, Some(&cve), only))
        }
        (list::next(&list, devices.next.as_deref()))
    };
    Ok(Page::new(&visit, cve, body).answer())
}

/// Devices with what is known of them; each leads to its page, there to a vulnerability.
pub fn table(
    devices: &[ExposedDevice],
    names: &Names,
    cve: Option<&str>,
    only: Only<'_>,
) -> Markup {
    html! {
        div.card.scroll { table.stack {
            thead { tr { th { "Device" } th { "Organisation" } th { "Product" } th { "Support" } th { "Care class" } th { "Reported" } } }
            tbody { @for device in devices { tr {
                td { a href=(Address::of(format!("/devices/{}/{}", device.org, part(&device.device))).maybe("cve", cve).text()) { (short(&device.device, 48)) } }
                td data-name="Organisation" { (shown(names.of(&device.org))) (only.menu("org", device.org.as_str())) }
                td data-name="Product" { @match &device.product { Some(product) => { (shown(product)) (only.menu("product", product)) }, None => (level::word("unknown", "?")) } }
                td data-name="Support" { (super::device::support(device.support)) }
                td data-name="Care class" { (care_tag(device.care_class)) (only.menu("care_class", class_word(device.care_class))) }
                td data-name="Reported" { (moment::moment(device.reported)) }
            } } }
        } }
    }
}

fn count(row: &wardwatch_api::exposure::ExposureRow, status: ExposureStatus) -> u64 {
    match status {
        ExposureStatus::Exposed => row.exposed,
        ExposureStatus::Mitigated => row.mitigated,
        ExposureStatus::Unknown => row.unknown,
        ExposureStatus::Fixed => row.fixed,
        ExposureStatus::NotAffected => row.not_affected,
    }
}

pub fn word(status: ExposureStatus) -> String {
    let value = serde_json::to_value(status).ok();
    value.as_ref().and_then(|value| value.as_str()).unwrap_or("unknown").to_owned()
}

/// How a device stands, in a word with a colour.
pub fn status(status: ExposureStatus) -> Markup {
    let class = match status {
        ExposureStatus::Exposed => "critical",
        ExposureStatus::Mitigated => "medium",
        ExposureStatus::Unknown => "unknown",
        ExposureStatus::Fixed => "good",
        ExposureStatus::NotAffected => "info",
    };
    level::word(class, &words(&word(status)))
}
