//! One incident: what happened in two sentences, what care it touches, what to do next.

mod found;
mod processes;

use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};
use wardwatch_api::Paged;
use wardwatch_api::detection::Detection;
use wardwatch_api::device::Device;
use wardwatch_api::incident::ProcessTrees;
use wardwatch_model::{
    Campaign, CareClass, CloseReason, Entity, EntityKind, Incident, IncidentState, Service,
};

use super::request::{Asked, Filled, back};
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::count::{number, of};
use crate::part::text::{short, shown, words};
use crate::part::{entity, level, moment};
use crate::visit::{Names, Visit};

/// Which part of an incident.
#[derive(Deserialize, Default)]
pub struct Wanted {
    tab: Option<String>,
    /// Whose processes are shown.
    device: Option<String>,
}

/// Values of a kind that stand open.
const FIRST_VALUES: usize = 24;
/// Detections that a page shows at most.
const DETECTIONS: u32 = 200;
/// Devices whose care is looked up for a page.
const DEVICES: usize = 25;

/// What is known of an incident beside itself.
struct Around {
    detections: Vec<Detection>,
    more_detections: bool,
    devices: Vec<Device>,
    services: Vec<Service>,
    campaign: Option<Campaign>,
    names: Names,
    /// Processes, when they are asked for.
    processes: Option<Result<ProcessTrees, Fault>>,
}

/// `GET /incidents/{id}`.
pub async fn show(
    visit: Visit,
    Path(id): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Fault> {
    let incident: Incident = visit.get(&format!("/api/v1/incidents/{}", part(&id))).await?;
    let detections = Address::of("/api/v1/detections")
        .with("incident", &id)
        .with("suppressed", "all")
        .with("limit", DETECTIONS);
    let detections: Paged<Detection> = visit.get(&detections.text()).await?;
    let mut devices = Vec::new();
    for name in incident.devices.iter().take(DEVICES) {
        let asked = Address::of("/api/v1/devices").with("org", &incident.org).with("name", name);
        let found: Paged<Device> = visit.get(&asked.with("limit", 5).text()).await?;
        devices.extend(found.items.into_iter().find(|device| device.name == *name));
    }
    let services: Vec<Service> =
        visit.get(&format!("/api/v1/services?org={}", incident.org)).await?;
    let campaign = match incident.campaign {
        Some(id) => visit.get(&format!("/api/v1/campaigns/{id}")).await.ok(),
        None => None,
    };
    let others = campaign.iter().flat_map(|campaign: &Campaign| &campaign.parts).take(50);
    let orgs = others.map(|part| &part.org).chain([&incident.org]);
    let names = visit.names_of(orgs).await?;
    let tab = wanted.tab.as_deref().unwrap_or("story");
    let processes = match tab {
        "processes" => Some(processes::ask(&visit, &id, wanted.device.as_deref()).await),
        _ => None,
    };
    let around = Around {
        more_detections: detections.next.is_some(),
        detections: detections.items,
        devices,
        services,
        campaign,
        names,
        processes,
    };
    let title = incident.title.clone();
    let body = view(&visit, &incident, &around, tab);
    Ok(Page::new(&visit, title, body).answer())
}

fn view(visit: &Visit, incident: &Incident, around: &Around, tab: &str) -> Markup {
    let org = around.names.of(&incident.org);
    html! {
        p.small { a href="/incidents?state=open" { "Incidents" } " / " a href=(format!("/organisations/{}", incident.org)) { (shown(org)) } }
        h1 { (shown(&incident.title)) }
        p {
            (level::tag(incident.level)) " "
            (state_tag(incident)) " "
            span.soft { "score " (incident.score) ", " (of(incident.count, "detection", "detections")) ", first " (moment::moment(incident.first)) ", last " (moment::moment(incident.last)) }
        }
        div.cards data-preview {
            div {
                section.card aria-labelledby="happened" {
                    h2 #happened { "What happened" }
                    p { (shown(&incident.story)) }
                    @if !incident.path.is_empty() {
                        ol.steps aria-label="Steps of the attack, in order of time" {
                            @for step in &incident.path { li { span.chip title=(moment::in_words(step.time)) { (step.tactic.replace('-', " ")) } } }
                        }
                    }
                }
                (care(incident, around))
                (elsewhere(incident, around))
            }
            (next(visit, incident))
        }
        (tabs(incident, around, tab))
        @match tab {
            "processes" => (processes::view(incident, around.processes.as_ref())),
            "alerts" => (found::alerts(visit, around)),
            "devices" => (devices(incident, around)),
            "evidence" => (evidence(visit, incident)),
            "notes" => (notes(visit, incident)),
            _ => (found::timeline(visit, around)),
        }
    }
}

fn state_tag(incident: &Incident) -> Markup {
    html! {
        @match (incident.state, &incident.owner) {
            (IncidentState::Open, Some(owner)) => { (level::word("low", "open")) " " span { (shown(owner)) " works on it" } },
            (IncidentState::Open, None) => (level::word("high", "open, nobody works on it")),
            (state, _) => (level::word("info", state.as_str())),
        }
        @if let Some(closing) = &incident.closing {
            " " span.soft { (words(closing.reason.as_str())) ", by " (shown(&closing.by)) ", " (moment::moment(closing.time)) }
        }
        @if let Some(into) = incident.merged_into {
            " " a href=(format!("/incidents/{into}")) { "goes on here" }
        }
    }
}

/// What care the incident touches: services and classes of its devices, and what is not known.
fn care(incident: &Incident, around: &Around) -> Markup {
    let of_class = |class| {
        around.devices.iter().filter(|device| device.care_class == Some(class)).count() as u64
    };
    let unknown = around.devices.iter().filter(|device| device.care_class.is_none()).count() as u64;
    let mut services: Vec<&str> = around
        .devices
        .iter()
        .filter_map(|device| device.service.as_ref())
        .map(|code| {
            let found = around
                .services
                .iter()
                .find(|service| service.org == incident.org && service.code == *code);
            found.map_or(code.as_str(), |service| service.name.as_str())
        })
        .collect();
    services.sort_unstable();
    services.dedup();
    let (critical, passive) = (of_class(CareClass::Critical), of_class(CareClass::Passive));
    html! {
        section.card aria-labelledby="care" {
            h2 #care { "What care depends on it" }
            @if incident.devices.is_empty() { p.soft { "No device is named." } }
            @if !services.is_empty() { p { "Services: " strong { (shown(&services.join(", "))) } "." } }
            @if critical > 0 { p { (level::word("critical", "care critical")) " " (of(critical, "device needs", "devices need")) " two people before anything is done to them." } }
            @if passive > 0 { p { (level::word("unknown", "never touch")) " " (of(passive, "device is", "devices are")) " only watched: act around them, not on them." } }
            @if unknown > 0 { p { (level::word("unknown", "?")) " Of " (of(unknown, "device", "devices")) " nobody has said what care depends on it: ask before you act." } }
            @if critical + passive + unknown == 0 && !incident.devices.is_empty() { p { "All devices that are named are classified as normal." } }
            @if incident.devices.len() > DEVICES { p.soft { "The first " (DEVICES) " of " (number(incident.devices.len() as u64)) " devices were looked at." } }
        }
    }
}

fn next(visit: &Visit, incident: &Incident) -> Markup {
    let path = format!("/incidents/{}", incident.id);
    html! {
        section.card aria-labelledby="next" {
            h2 #next { "What to do next" }
            @if incident.proposals.is_empty() { p.soft { "Nothing is proposed. The advice of each rule stands under Detections." } }
            @if !incident.proposals.is_empty() {
                ol {
                    @for proposal in &incident.proposals {
                        li {
                            (shown(&proposal.text))
                            @if !proposal.devices.is_empty() {
                                " " span.soft { "(" @for (place, device) in proposal.devices.iter().take(6).enumerate() { @if place > 0 { ", " } (short(device, 32)) } @if proposal.devices.len() > 6 { " and " (number(proposal.devices.len() as u64 - 6)) " more" } ")" }
                            }
                        }
                    }
                }
            }
            @if visit.may("handle_incidents") {
                div.bar-of-buttons {
                    @if incident.state == IncidentState::Open {
                        @if incident.owner.as_deref() != Some(visit.me.name.as_str()) {
                            (press_key(&format!("{path}/take"), "Take it", "button", "a"))
                        } @else {
                            (press_key(&format!("{path}/leave"), "Give it back", "button quiet", "e"))
                        }
                        details.nhsuk-details {
                            summary.nhsuk-details__summary data-key="c" { span.nhsuk-details__summary-text { "Close it" } }
                            form.nhsuk-details__text method="post" action=(format!("{path}/close")) {
                                div.field {
                                    label for="reason" { "Why" }
                                    select #reason name="reason" required { @for reason in CloseReason::ALL { option value=(reason) { (words(reason.as_str())) } } }
                                }
                                div.field { label for="note" { "What else is worth knowing" } textarea #note name="note" {} }
                                button.button type="submit" { "Close" }
                            }
                        }
                    } @else if incident.state == IncidentState::Closed {
                        (press_key(&format!("{path}/reopen"), "Open it again", "button quiet", "e"))
                    }
                }
            }
        }
    }
}

fn press_key(action: &str, text: &str, class: &str, key: &str) -> Markup {
    crate::part::form::press(action, text, class, Some(key))
}

fn elsewhere(incident: &Incident, around: &Around) -> Markup {
    html! {
        section.card aria-labelledby="elsewhere" {
            h2 #elsewhere { "The same attack elsewhere" }
            @match (&around.campaign, incident.campaign) {
                (Some(campaign), _) => {
                    @let others: Vec<_> = campaign.parts.iter().filter(|part| part.org != incident.org).collect();
                    p {
                        "It is part of " a href=(format!("/campaigns/{}", campaign.id)) { (shown(&campaign.title)) } ", seen in "
                        (of(campaign.parts.len() as u64, "organisation", "organisations")) " that you see."
                    }
                    @if !others.is_empty() {
                        ul.values { @for part in others.iter().take(12) { li { a.chip href=(format!("/organisations/{}", part.org)) { (shown(around.names.of(&part.org))) } } } }
                    }
                },
                (None, Some(_)) => p { "It is part of a campaign whose other organisations you do not see." },
                (None, None) => p.soft { "It has not been seen in another organisation." },
            }
            h3 { "Why this score" }
            ul { @for reason in &incident.reasons { li { span.number { "+" (reason.points) } " " (shown(&reason.text)) } } }
        }
    }
}

fn tabs(incident: &Incident, around: &Around, tab: &str) -> Markup {
    let list = [
        ("story", "Timeline".to_owned()),
        ("processes", "Processes".to_owned()),
        ("alerts", format!("Detections ({})", number(incident.count))),
        ("devices", format!("Devices ({})", number(incident.devices.len() as u64))),
        ("evidence", format!("Evidence ({})", number(incident.entities.len() as u64))),
        ("notes", format!("Notes ({})", number(incident.notes.len() as u64))),
    ];
    let known = list.iter().any(|(word, _)| *word == tab);
    let _ = around;
    html! {
        nav aria-label="Parts of the incident" {
            ul.tabs {
                @for (place, (word, name)) in list.iter().enumerate() {
                    li { a href=(format!("/incidents/{}?tab={word}", incident.id)) aria-current=[(*word == tab || (!known && place == 0)).then_some("page")] { (name) } }
                }
            }
        }
    }
}

fn devices(incident: &Incident, around: &Around) -> Markup {
    html! {
        section.card aria-labelledby="devices" {
            h2 #devices { "Devices" }
            div.scroll { table.stack {
                thead { tr { th { "Device" } th { "Care class" } th { "Service" } th { "Out of support" } th { "Last seen" } } }
                tbody {
                    @for name in &incident.devices {
                        @let known = around.devices.iter().find(|device| device.name == *name);
                        tr {
                            td { a href=(format!("/devices/{}/{}", incident.org, part(name))) { (short(name, 48)) } }
                            td data-name="Care class" { (super::devices::care_tag(known.and_then(|device| device.care_class))) }
                            td data-name="Service" { (known.and_then(|device| device.service.as_ref()).map_or("not known", |code| code.as_str())) }
                            td data-name="Out of support" { @match known { Some(device) if device.legacy => (level::word("high", "yes")), Some(_) => "not as far as events tell", None => "not looked up" } }
                            td data-name="Last seen" { (moment::maybe(known.map(|device| device.last_seen), "not known")) }
                        }
                    }
                }
            } }
        }
    }
}

fn evidence(visit: &Visit, incident: &Incident) -> Markup {
    let may_hunt = visit.may("read_events");
    let kinds = [
        (EntityKind::User, "Users"),
        (EntityKind::Hash, "Hashes"),
        (EntityKind::Address, "Addresses"),
        (EntityKind::Domain, "Domains"),
        (EntityKind::Process, "Processes, by their identifiers in events"),
    ];
    let values = |entities: &[&Entity]| {
        html! { ul.values { @for entity in entities { li { (entity::value(entity, may_hunt)) } } } }
    };
    html! {
        section.card aria-labelledby="evidence" {
            h2 #evidence { "Evidence" }
            @if may_hunt { p.soft { "A value leads to the hunt for it: where else it was seen, in every organisation that you see events of." } }
            @for (kind, name) in kinds {
                @let of_kind: Vec<&Entity> = incident.entities.iter().filter(|entity| entity.kind == kind).collect();
                @let (first, rest) = of_kind.split_at(of_kind.len().min(FIRST_VALUES));
                @if !first.is_empty() {
                    h3 { (name) }
                    (values(first))
                    @if !rest.is_empty() { details { summary { (of(rest.len() as u64, "more", "more")) } (values(rest)) } }
                }
            }
        }
    }
}

fn notes(visit: &Visit, incident: &Incident) -> Markup {
    html! {
        section.card aria-labelledby="notes" {
            h2 #notes { "Notes" }
            @if incident.notes.is_empty() { p.soft { "Nobody has written anything down." } }
            ol.line { @for note in &incident.notes { li { (moment::moment(note.time)) " " strong { (shown(&note.by)) } br; (shown(&note.text)) } } }
            @if visit.may("handle_incidents") {
                form method="post" action=(format!("/incidents/{}/note", incident.id)) {
                    div.field { label for="text" { "A note" } textarea #text name="text" required {} }
                    button.button type="submit" { "Write it down" }
                }
            }
        }
    }
}

/// `POST /incidents/{id}/{verb}`: something done with one.
pub async fn change(
    visit: Visit,
    Path((id, verb)): Path<(String, String)>,
    filled: Filled,
) -> Result<Response, Fault> {
    let (word, body): (&str, Value) = match verb.as_str() {
        "take" => ("assign", json!({ "owner": visit.me.name })),
        "leave" => ("assign", json!({ "owner": null })),
        "close" => {
            ("close", json!({ "reason": filled.text("reason"), "note": filled.get("note") }))
        }
        "note" => ("note", json!({ "text": filled.text("text") })),
        "reopen" => ("reopen", Value::Null),
        _ => return Ok(back(&format!("/incidents/{}", part(&id)))),
    };
    visit.send(Method::POST, &format!("/api/v1/incidents/{}/{word}", part(&id)), &body).await?;
    let tab = if word == "note" { "?tab=notes" } else { "" };
    Ok(back(&format!("/incidents/{}{tab}", part(&id))))
}
