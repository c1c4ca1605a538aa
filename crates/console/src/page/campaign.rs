//! Campaigns: one attack in several organisations, by who was hit when.

use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::Paged;
use wardwatch_model::incident::Part;
use wardwatch_model::{Campaign, Contact, Incident, OrgId};

use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::chart::{Bar, bars};
use crate::part::count::{number, of as counted};
use crate::part::text::shown;
use crate::part::{contacts as contact, entity, level, list, moment};
use crate::visit::{Names, Visit};

/// Where the page starts.
#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
}

/// `GET /campaigns`.
pub async fn list(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let asked =
        Address::of("/api/v1/campaigns").with("limit", 50).maybe("after", wanted.after.as_deref());
    let found: Paged<Campaign> = visit.get(&asked.text()).await?;
    let body = html! {
        h1 { "Campaigns" }
        p.cover { "The same attack in several organisations. You see the parts of organisations that are yours to see." }
        @if found.items.is_empty() {
            (list::empty("No attack has been seen in more than one organisation.", html! {}))
        } @else {
            div.card.scroll { table.stack {
                thead { tr { th { "Level" } th { "What" } th.number { "Organisations" } th.number { "Devices" } th.number { "Out of support" } th { "First seen" } th { "Last seen" } } }
                tbody { @for campaign in &found.items {
                    tr data-row=(campaign.id) {
                        td { (level::tag(campaign.level)) }
                        td.wide-text { a href=(format!("/campaigns/{}", campaign.id)) { (shown(&campaign.title)) } }
                        td.number data-name="Organisations" { (number(organisations(campaign))) }
                        td.number data-name="Devices" { (number(devices(campaign))) }
                        td.number data-name="Out of support" { (share(campaign)) }
                        td data-name="First seen" { (moment::moment(campaign.first)) }
                        td data-name="Last seen" { (moment::moment(campaign.last)) }
                    }
                } }
            } }
        }
        (list::next(&Address::of("/campaigns"), found.next.as_deref()))
    };
    Ok(Page::new(&visit, "Campaigns", body).answer())
}

fn organisations(campaign: &Campaign) -> u64 {
    campaign.parts.len() as u64
}

fn devices(campaign: &Campaign) -> u64 {
    campaign.parts.iter().map(|part| part.devices).sum()
}

/// The share of devices that are out of support, as far as is known.
fn share(campaign: &Campaign) -> String {
    let legacy: u64 = campaign.parts.iter().map(|part| part.legacy_devices).sum();
    match devices(campaign) {
        0 => "?".to_owned(),
        all => format!("{} ({} %)", number(legacy), legacy * 100 / all),
    }
}

/// `GET /campaigns/{id}`.
pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let campaign: Campaign = visit.get(&format!("/api/v1/campaigns/{}", part(&id))).await?;
    let names = visit.names_of(campaign.parts.iter().map(|part| &part.org)).await?;
    // One that was erased or merged since is passed over.
    let mut first: Option<Incident> = None;
    for id in campaign.parts.iter().flat_map(|part| part.incidents.first()).take(10) {
        first = visit.get(&format!("/api/v1/incidents/{id}")).await.ok();
        if first.is_some() {
            break;
        }
    }
    let call: Vec<&str> =
        in_order(&campaign).iter().map(|part| part.org.as_str()).take(CALL).collect();
    let contacts: Vec<Contact> =
        visit.get(&format!("/api/v1/contacts?codes={}", call.join(","))).await?;
    let title = campaign.title.clone();
    let body = view(&visit, &campaign, first.as_ref(), &names, &contacts);
    Ok(Page::new(&visit, title, body).answer())
}

/// Organisations that are to be rung, as far as a page says.
const CALL: usize = 10;

/// Its parts, those hit first before others.
fn in_order(campaign: &Campaign) -> Vec<&Part> {
    let mut parts: Vec<&Part> = campaign.parts.iter().collect();
    parts.sort_by_key(|part| (part.first, &part.org));
    parts
}

fn view(
    visit: &Visit,
    campaign: &Campaign,
    first: Option<&Incident>,
    names: &Names,
    contacts: &[Contact],
) -> Markup {
    let parts = in_order(campaign);
    let of =
        |org: &OrgId| contacts.iter().filter(|one| one.org == *org).take(2).collect::<Vec<_>>();
    html! {
        p.small { a href="/campaigns" { "Campaigns" } }
        h1 { (shown(&campaign.title)) }
        p {
            (level::tag(campaign.level)) " "
            span.soft { (counted(organisations(campaign), "organisation", "organisations")) ", " (counted(devices(campaign), "device", "devices")) ", out of support: " (share(campaign)) ". First " (moment::moment(campaign.first)) ", last " (moment::moment(campaign.last)) "." }
        }
        @if let Some(first) = first {
            section.card aria-labelledby="happened" {
                h2 #happened { "What it does, as seen first at " (shown(names.of(&first.org))) }
                p { (shown(&first.story)) }
                @if !first.proposals.is_empty() {
                    h3 { "What to do" }
                    ol { @for proposal in &first.proposals { li { (shown(&proposal.text)) } } }
                }
            }
        }
        section.card aria-labelledby="growth" { h2 #growth { "How it grew" } (growth(campaign)) }
        section.card aria-labelledby="whom" {
            h2 #whom { "Whom it hit, in order of time" }
            p.soft.small { "Call from the top: those hit first have had the least warning. Of the first " (CALL) " it says whom to ring." }
            div.scroll { table.stack {
                thead { tr { th { "First sign" } th { "Organisation" } th.number { "Devices" } th.number { "Out of support" } th { "Whom to ring" } th { "Incidents" } } }
                tbody { @for (place, one) in parts.iter().enumerate() {
                    tr {
                        td { (moment::moment(one.first)) }
                        td data-name="Organisation" { a href=(format!("/organisations/{}", one.org)) { (shown(names.of(&one.org))) } " " span.soft { (one.org) } }
                        td.number data-name="Devices" { (number(one.devices)) }
                        td.number data-name="Out of support" { (number(one.legacy_devices)) }
                        td.wide-text data-name="Whom to ring" {
                            @if place < CALL {
                                @let found = of(&one.org);
                                @if found.is_empty() { span.soft { "nobody has said" } }
                                @for one in found { div { (contact::line(one)) } }
                            }
                        }
                        td data-name="Incidents" { @for (place, id) in one.incidents.iter().take(5).enumerate() { @if place > 0 { ", " } a href=(format!("/incidents/{id}")) { "incident " (place + 1) } } @if one.incidents.len() > 5 { " and " (one.incidents.len() - 5) " more" } }
                    }
                } }
            } }
        }
        section.card aria-labelledby="signs" {
            h2 #signs { "What it is known by" }
            @if campaign.indicators.is_empty() { p.soft { "Only by the rules that found it." } }
            ul.values { @for entity in campaign.indicators.iter().take(60) { li { (entity::value(entity, visit.may("read_events"))) } } }
            h3 { "Rules" }
            ul.values { @for rule in &campaign.rules { li { a.chip href=(format!("/rules/{}", part(&rule.0))) { (shown(&rule.0)) } } } }
        }
    }
}

/// Organisations over time: how many were hit by when.
fn growth(campaign: &Campaign) -> Markup {
    let mut firsts: Vec<(i64, &OrgId)> =
        campaign.parts.iter().map(|part| (part.first.micros, &part.org)).collect();
    firsts.sort();
    let (Some(start), Some(end)) = (firsts.first(), firsts.last()) else { return html! {} };
    if end.0 - start.0 < 60_000_000 {
        return html! { p { (counted(firsts.len() as u64, "organisation was hit", "organisations were hit")) " within a minute." } };
    }
    const SPANS: i64 = 12;
    let width = ((end.0 - start.0) / SPANS).max(10_000_000);
    let drawn: Vec<Bar> = (0..=SPANS)
        .map(|place| {
            let until = start.0 + place * width;
            let hit = firsts.iter().filter(|(first, _)| *first <= until).count() as u64;
            let at = wardwatch_model::Timestamp { micros: until };
            Bar {
                label: if place % 4 == 0 { moment::clock(at) } else { String::new() },
                value: hit,
                serious: 0,
                told: format!(
                    "by {}: {}",
                    moment::in_words(at),
                    counted(hit, "organisation", "organisations")
                ),
            }
        })
        .collect();
    let sentence = format!(
        "{} in {}.",
        counted(firsts.len() as u64, "organisation was hit", "organisations were hit"),
        moment::span(end.0 - start.0)
    );
    bars(&drawn, "organisations", &sentence)
}
