//! One device: what it is for, what it runs, what it is open to, and what protects it.

use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use wardwatch_api::Paged;
use wardwatch_api::detection::Detection;
use wardwatch_api::device::Device;
use wardwatch_api::exposure::{DeviceExposure, DeviceReport, PackageToUpdate};
use wardwatch_model::{CareClass, Incident, OrgId, Service, SupportState};

use super::devices::care_tag;
use super::incidents::table;
use super::request::{Asked, Filled, back};
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::count::{number, of};
use crate::part::text::{bare, shown, words};
use crate::part::{cover, level, list, moment};
use crate::visit::{Names, Visit};

/// Which of its holes.
#[derive(Deserialize, Default)]
pub struct Wanted {
    all: Option<bool>,
    cve: Option<String>,
}

/// Holes that a page shows at most.
const HOLES: usize = 60;
/// Updates and packages, each.
const MOST_UPDATES: usize = 20;

struct Known {
    device: Option<Device>,
    report: Result<DeviceReport, Fault>,
    incidents: Vec<Incident>,
    detections: Vec<Detection>,
    services: Vec<Service>,
    names: Names,
}

/// `GET /devices/{org}/{name}`.
pub async fn show(
    visit: Visit,
    Path((org, name)): Path<(String, String)>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Fault> {
    let code: OrgId = org.parse().map_err(|_| not_there())?;
    let names = visit.names_of([&code]).await?;
    if names.get(&code).is_none() {
        return Err(not_there());
    }
    let asked =
        Address::of("/api/v1/devices").with("org", &code).with("name", &name).with("limit", 50);
    let devices: Paged<Device> = visit.get(&asked.text()).await?;
    let report = Address::of(format!("/api/v1/devices/{code}/{}/exposures", part(&name)))
        .maybe("cve", wanted.cve.as_deref())
        .maybe("all", wanted.all);
    let incidents = Address::of("/api/v1/incidents").with("org", &code).with("device", &name);
    let incidents: Paged<Incident> = visit.get(&incidents.with("limit", 20).text()).await?;
    let detections = Address::of("/api/v1/detections").with("org", &code).with("device", &name);
    let detections: Paged<Detection> = visit.get(&detections.with("limit", 20).text()).await?;
    let known = Known {
        device: devices.items.into_iter().find(|device| device.name == name),
        report: visit.get(&report.text()).await,
        incidents: incidents.items,
        detections: detections.items,
        services: visit.get(&format!("/api/v1/services?org={code}")).await?,
        names,
    };
    if known.device.is_none() && known.report.is_err() {
        return Err(not_there());
    }
    let body = view(&visit, &code, &name, &known, &wanted);
    Ok(Page::new(&visit, name, body).answer())
}

fn not_there() -> Fault {
    Fault::Problem(wardwatch_api::Problem::new(404, "Not Found", "there is no such device"))
}

fn view(visit: &Visit, org: &OrgId, name: &str, known: &Known, wanted: &Wanted) -> Markup {
    html! {
        p.small { a href="/devices" { "Devices" } " / " a href=(format!("/organisations/{org}")) { (shown(known.names.of(org))) } }
        h1 { (shown(name)) }
        div.cards {
            (purpose(visit, org, name, known))
            (system(known))
        }
        section.card aria-labelledby="incidents" {
            h2 #incidents { "Incidents that touched it" }
            @if known.incidents.is_empty() { (list::empty("None.", html! {})) } @else { (table(visit, &known.incidents, &known.names, None, false)) }
        }
        @if let Ok(report) = &known.report {
            (super::device_decided::view(visit, org, name, report))
            (updates(report))
            (holes(org, name, report, wanted))
            @if report.plan.is_some() {
                section.card aria-labelledby="plan" {
                    h2 #plan { "Protection plan" }
                    p { "It gets no fixes any more. What to do instead, how far it is, and a page to print: " a href=(super::plan::address(org, name)) { "its protection plan" } "." }
                }
            }
        }
        section.card aria-labelledby="detections" {
            h2 #detections { "Last detections" }
            @if known.detections.is_empty() { (list::empty("No rule has found anything on it.", html! {})) }
            ol.line { @for detection in &known.detections {
                li { (moment::moment(detection.sighting.time)) " " (level::tag(detection.sighting.level)) " " (shown(&detection.sighting.rule_title)) }
            } }
        }
    }
}

fn purpose(visit: &Visit, org: &OrgId, name: &str, known: &Known) -> Markup {
    let device = known.device.as_ref();
    let code = device.and_then(|device| device.service.as_ref());
    let service =
        known.services.iter().find(|service| service.org == *org && Some(&service.code) == code);
    let own: Vec<&Service> = known.services.iter().filter(|service| service.org == *org).collect();
    html! {
        section.card aria-labelledby="purpose" {
            h2 #purpose { "What it is for" }
            dl.facts {
                dt { "Care class" } dd { (care_tag(device.and_then(|device| device.care_class))) }
                dt { "Service" } dd { @match (service, code) { (Some(service), _) => (shown(&service.name)), (None, Some(code)) => (code), (None, None) => span.soft { "nobody has said" } } }
                @if let Some(device) = device {
                    dt { "First seen" } dd { (moment::moment(device.first_seen)) }
                    dt { "Last seen" } dd { (moment::moment(device.last_seen)) }
                    dt { "Events" } dd { (number(device.events)) }
                }
            }
            @if visit.may("classify_devices") {
                details.nhsuk-details {
                    summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Say what depends on it" } }
                    form.nhsuk-details__text method="post" action=(format!("/devices/{org}/{}", part(name))) {
                        div.field { label for="care_class" { "Care class" }
                            select #care_class name="care_class" {
                                option value="" { "not classified" }
                                @for class in CareClass::ALL { option value=(class) selected[device.and_then(|device| device.care_class) == Some(class)] { (class.as_str()) } }
                            }
                        }
                        div.field { label for="service" { "Service" }
                            select #service name="service" {
                                option value="" { "none" }
                                @for one in own { option value=(one.code) selected[Some(&one.code) == code] { (bare(&one.name)) } }
                            }
                        }
                        button.button type="submit" { "Save" }
                    }
                }
            }
        }
    }
}

fn system(known: &Known) -> Markup {
    html! {
        section.card aria-labelledby="system" {
            h2 #system { "What it runs" }
            @match &known.report {
                Err(Fault::Problem(problem)) if problem.status == 503 => p { (level::word("unknown", "?")) " Still being worked out: try again in some seconds." },
                Err(_) => p { (level::word("unknown", "? not known")) " It has not reported what it runs. Unknown is not the same as fine: ask for an inventory." },
                Ok(report) => {
                    dl.facts {
                        dt { "Product" } dd { @match &report.product { Some(product) => (shown(product)), None => (level::word("unknown", "? could not be told")) } }
                        @if let Some(build) = &report.build { dt { "Build" } dd { (build) } }
                        dt { "Support" } dd { (support(report.support.state)) " " (shown(&report.support.label)) @if let Some(ends) = report.support.ends { ", until " (moment::day(ends)) } }
                        @if let Some(target) = &report.moves_to { dt { "Kept from " (shown(target)) } dd { ul { @for one in &report.blockers { li { (shown(one)) } } } } }
                        dt { "Updates" } dd { (of(report.installed.len() as u64, "installed", "installed")) ", " (of((report.missing_updates.len() + report.outdated_packages.len()) as u64, "to install", "to install")) }
                        @if let Some(seen) = report.reports.first() { dt { "Last report" } dd { (moment::moment(seen.received)) } }
                    }
                    (cover::landscape(&report.landscape))
                    @if !report.doubts.is_empty() { h3 { "What is doubtful" } ul { @for doubt in &report.doubts { li { (shown(doubt)) } } } }
                    details.nhsuk-details {
                        summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Which evidence told it" } }
                        ul.nhsuk-details__text { @for line in report.evidence.iter().chain(&report.support.reasons) { li { (shown(line)) } } }
                    }
                },
            }
        }
    }
}

/// How support stands, in a word with a colour.
pub fn support(state: SupportState) -> Markup {
    let word = serde_json::to_value(state).ok();
    let word = word.as_ref().and_then(|word| word.as_str()).unwrap_or("unknown").to_owned();
    let class = match word.as_str() {
        "supported" => "good",
        "unknown" => "unknown",
        "ended" => "critical",
        _ => "medium",
    };
    level::word(class, &words(&word))
}

/// Packages of Linux to bring up to date.
fn packages(outdated: &[PackageToUpdate]) -> Markup {
    html! {
        div.scroll { table.stack {
            thead { tr { th { "Package" } th { "Installed" } th { "Fixed in" } th.number { "Closes" } th { "Held back" } } }
            tbody { @for package in outdated.iter().take(MOST_UPDATES) {
                tr {
                    td { strong { (shown(&package.source)) } }
                    td data-name="Installed" { (shown(&package.installed)) }
                    td data-name="Fixed in" { (shown(&package.fixed)) }
                    td.number data-name="Closes" { (of(package.closes, "hole", "holes")) }
                    td data-name="Held back" { @if package.held { "yes, by its administrator" } @else { span.soft { "no" } } }
                }
            } }
        } }
        @if outdated.len() > MOST_UPDATES { p.soft { "And " (outdated.len() - MOST_UPDATES) " more." } }
    }
}

fn updates(report: &DeviceReport) -> Markup {
    html! {
        section.card aria-labelledby="updates" {
            h2 #updates { "Updates to install" }
            @if report.missing_updates.is_empty() && report.outdated_packages.is_empty() {
                p.soft { "None is known to be missing." }
            }
            @if !report.outdated_packages.is_empty() { (packages(&report.outdated_packages)) }
            @if !report.missing_updates.is_empty() {
                div.scroll { table.stack {
                    thead { tr { th { "Update" } th { "What" } th { "Since" } th.number { "Closes" } th { "Replaces" } } }
                    tbody { @for update in report.missing_updates.iter().take(MOST_UPDATES) {
                        tr {
                            td { strong { (update.id) } }
                            td.wide-text { (shown(&update.title)) }
                            td data-name="Since" { (moment::day(update.released)) }
                            td.number data-name="Closes" { (of(update.closes, "hole", "holes")) }
                            td data-name="Replaces" { @if update.supersedes.is_empty() { span.soft { "nothing listed" } } @else { (of(update.supersedes.len() as u64, "update", "updates")) } }
                        }
                    } }
                } }
            }
        }
    }
}

fn holes(org: &OrgId, name: &str, report: &DeviceReport, wanted: &Wanted) -> Markup {
    let to = format!("/devices/{org}/{}", part(name));
    let counts = report.counts;
    html! {
        section.card aria-labelledby="holes" {
            h2 #holes { "What it is open to" }
            p.cover {
                (number(counts.exposed)) " open, " (number(counts.mitigated)) " with the way in closed, "
                strong { (number(counts.unknown + counts.not_looked_at)) " unknown" } ", " (number(counts.fixed)) " fixed, "
                (number(counts.not_affected)) " not affected."
                @if wanted.cve.is_some() || wanted.all == Some(true) { " " a href=(to) { "Only open ones" } } @else { " " a href=(format!("{to}?all=true")) { "Closed ones too" } }
            }
            @for one in report.exposures.iter().take(HOLES) { (hole(one)) }
            @if report.exposures.len() > HOLES { p.soft { (number((report.exposures.len() - HOLES) as u64)) " more; ask for one by " code { "?cve=CVE-…" } } }
        }
    }
}

fn hole(one: &DeviceExposure) -> Markup {
    html! {
        details.nhsuk-details {
            summary.nhsuk-details__summary {
                span.nhsuk-details__summary-text {
                    (one.cve) " " (super::exposed::status(one.status)) @if one.kev { " " (level::word("critical", "exploited")) }
                    @if one.exception.is_some() { " " (level::word("medium", "excepted")) }
                    @if let Some(due) = one.due { " " @if one.overdue { (level::word("critical", "overdue")) " " } "by " (moment::day(due)) }
                }
            }
            div.nhsuk-details__text {
                @if let Some(decision) = &one.decision { p { strong { (words(decision)) } @if let Some(ssvc) = &one.ssvc { " (SSVC: " (words(ssvc)) ")" } } }
                ul { @for reason in &one.reasons { li { (shown(reason)) } } }
                @if let Some(exception) = &one.exception { (super::device_decided::excepted(exception)) }
            }
        }
    }
}

/// `POST /devices/{org}/{name}`: what depends on it.
pub async fn classify(
    visit: Visit,
    Path((org, name)): Path<(String, String)>,
    filled: Filled,
) -> Result<Response, Fault> {
    let body = json!({ "care_class": filled.get("care_class"), "service": filled.get("service") });
    let place = format!("{}/{}", part(&org), part(&name));
    visit.send(Method::PUT, &format!("/api/v1/devices/{place}"), &body).await?;
    Ok(back(&format!("/devices/{place}")))
}
