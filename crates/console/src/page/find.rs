//! Find: from a few letters to the page that is meant.

use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;
use wardwatch_api::Paged;
use wardwatch_api::device::Device;
use wardwatch_model::{CveId, OrgId, Organisation};

use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::list;
use crate::part::text::shown;
use crate::visit::Visit;

/// What is looked for.
#[derive(Deserialize, Default)]
pub struct Wanted {
    q: Option<String>,
}

/// `GET /find`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let text = wanted.q.unwrap_or_default();
    let text = text.trim();
    let upper = text.to_uppercase();
    if let Ok(cve) = upper.parse::<CveId>() {
        return Ok(Redirect::to(&format!("/exposure/{cve}")).into_response());
    }
    let org: Option<OrgId> = upper.parse().ok();
    let known = visit.names_of(&org).await?;
    if let Some(org) = org.filter(|org| known.get(org).is_some()) {
        return Ok(Redirect::to(&format!("/organisations/{org}")).into_response());
    }
    if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Redirect::to(&format!("/incidents/{}", part(text))).into_response());
    }
    let asked = Address::of("/api/v1/devices").with("name", text).with("limit", 50);
    let devices: Paged<Device> = if text.is_empty() {
        Paged { items: vec![], next: None }
    } else {
        visit.get(&asked.text()).await?
    };
    let asked = Address::of("/api/v1/organisations").with("name", text);
    let organisations: Vec<Organisation> = match text {
        "" => vec![],
        _ => visit.get(&asked.text()).await?,
    };
    let names = visit.names_of(devices.items.iter().map(|device| &device.org)).await?;
    if let ([device], []) = (devices.items.as_slice(), organisations.as_slice()) {
        return Ok(Redirect::to(&format!("/devices/{}/{}", device.org, part(&device.name)))
            .into_response());
    }
    let body = html! {
        h1 { "Find" }
        p.cover { "For “" (shown(text)) "”: devices whose name begins so, organisations whose name has it." }
        @if devices.items.is_empty() && organisations.is_empty() { (list::empty("Nothing that you see is called so.", html! {})) }
        @if !organisations.is_empty() { section.card { h2 { "Organisations" } ul { @for org in &organisations { li { a href=(format!("/organisations/{}", org.code)) { (shown(&org.name)) } " " span.soft { (org.code) } } } } } }
        @if !devices.items.is_empty() { section.card { h2 { "Devices" } ul { @for device in &devices.items { li { a href=(format!("/devices/{}/{}", device.org, part(&device.name))) { (shown(&device.name)) } " " span.soft { (shown(names.of(&device.org))) } } } } } }
    };
    Ok(Page::new(&visit, "Find", body).answer())
}
