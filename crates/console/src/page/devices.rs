//! Devices: those that were heard from, with what care depends on them.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::Paged;
use wardwatch_api::device::Device;
use wardwatch_model::{CareClass, OrgId};

use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::count::number;
use crate::part::form::{choice, line};
use crate::part::only::Only;
use crate::part::text::{short, shown};
use crate::part::{level, list, moment};
use crate::visit::{Names, Visit};

/// Which devices; the same words as of the API.
#[derive(Deserialize, Default)]
pub struct Wanted {
    org: Option<OrgId>,
    name: Option<String>,
    care_class: Option<String>,
    not_org: Option<String>,
    not_care_class: Option<String>,
    service: Option<String>,
    not_service: Option<String>,
    legacy: Option<String>,
    silent: Option<String>,
    after: Option<String>,
}

/// Filters that have fields of their own.
const FIELDS: [&str; 4] = ["org", "name", "care_class", "silent"];

/// `GET /devices`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let address = |path: &str| {
        Address::of(path)
            .maybe("org", wanted.org.as_ref())
            .maybe("name", wanted.name.as_deref())
            .maybe("care_class", wanted.care_class.as_deref())
            .maybe("silent", wanted.silent.as_deref())
            .maybe("not_org", wanted.not_org.as_deref())
            .maybe("not_care_class", wanted.not_care_class.as_deref())
            .maybe("service", wanted.service.as_deref())
            .maybe("not_service", wanted.not_service.as_deref())
            .maybe("legacy", wanted.legacy.as_deref())
    };
    let asked =
        address("/api/v1/devices").with("limit", 100).maybe("after", wanted.after.as_deref());
    let found: Paged<Device> = visit.get(&asked.text()).await?;
    let names = visit.names_of(found.items.iter().map(|device| &device.org)).await?;
    let body = view(&wanted, &found, &names, &address("/devices"));
    Ok(Page::new(&visit, "Devices", body).answer())
}

fn view(wanted: &Wanted, found: &Paged<Device>, names: &Names, address: &Address) -> Markup {
    let classes = [
        ("normal", "normal"),
        ("critical", "care critical"),
        ("passive", "never touch"),
        ("unclassified", "not classified"),
    ];
    let only = Only { list: address, fields: &FIELDS };
    let heard = [("false", "within 24 hours"), ("true", "not for 24 hours")];
    html! {
        h1 { "Devices" }
        p.cover { "Devices that something was heard from. One that never reported is not here; coverage stands with each organisation." }
        form.filters action="/devices" {
            (line("org", "Organisation (code)", wanted.org.as_ref().map_or("", OrgId::as_str)))
            (line("name", "Name begins with", wanted.name.as_deref().unwrap_or_default()))
            (choice("care_class", "Care class", "any", &classes, wanted.care_class.as_deref()))
            (choice("silent", "Heard from", "whenever", &heard, wanted.silent.as_deref()))
            (only.carried())
            div { button.button.quiet type="submit" { "Show" } }
        }
        (only.chosen())
        @if found.items.is_empty() {
            (list::empty("No device matches, or none has been heard from.", html! {}))
        } @else {
            div.card.scroll { table.stack {
                thead { tr { th { "Device" } th { "Organisation" } th { "Care class" } th { "Service" } th { "System" } th { "Last seen" } th.number { "Events" } } }
                tbody { @for device in &found.items {
                    tr data-row=(format!("{}/{}", device.org, part(&device.name))) {
                        td { a href=(format!("/devices/{}/{}", device.org, part(&device.name))) { (short(&device.name, 60)) } }
                        td data-name="Organisation" { (shown(names.of(&device.org))) (only.menu("org", device.org.as_str())) }
                        td data-name="Care class" { (care_tag(device.care_class)) (only.menu("care_class", class_word(device.care_class))) }
                        td data-name="Service" { @match &device.service { Some(code) => { (code) (only.menu("service", code.as_str())) }, None => span.soft { "not known" } } }
                        td data-name="System" { @if device.legacy { (level::word("high", "out of support")) } @else { span.soft { "no sign of its age" } } (only.flag("legacy", device.legacy, "its age")) }
                        td data-name="Last seen" { (moment::moment(device.last_seen)) }
                        td.number data-name="Events" { (number(device.events)) }
                    }
                } }
            } }
        }
        (list::next(address, found.next.as_deref()))
    }
}

/// A care class as filters write it.
pub fn class_word(class: Option<CareClass>) -> &'static str {
    class.map_or("unclassified", CareClass::as_str)
}

/// How careful to be with a device; what nobody has said is not normal.
pub fn care_tag(class: Option<CareClass>) -> Markup {
    match class {
        Some(CareClass::Normal) => level::word("info", "normal"),
        Some(CareClass::Critical) => level::word("critical", "care critical"),
        Some(CareClass::Passive) => level::word("unknown", "never touch"),
        None => level::word("unknown", "? not classified"),
    }
}
