//! Now: how things stand, the most urgent first.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::Paged;
use wardwatch_api::alert::AlertView;
use wardwatch_api::overview::{OrgNow, Overview, RateSpan, SILENT_HOURS};
use wardwatch_model::{Incident, Level, OrgId, OrgKind};

use super::incidents::table;
use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::Address;
use crate::part::chart::{Bar, bars};
use crate::part::count::{number, of, tile};
use crate::part::text::shown;
use crate::part::{level, list, moment};
use crate::visit::{Names, Visit};

/// What the first page may be asked for.
#[derive(Deserialize)]
pub struct Wanted {
    org: Option<OrgId>,
    hours: Option<u32>,
}

/// Incidents of the queue on this page.
const QUEUE: u32 = 15;
/// Tiles of one group; the rest is told as a number.
const TILES: usize = 120;

/// `GET /`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    if visit.only_care_home() {
        return super::care::show(visit).await;
    }
    let hours = wanted.hours.unwrap_or(24);
    let org = wanted.org.as_ref();
    let overview = Address::of("/api/v1/overview").maybe("org", org).with("hours", hours);
    let overview: Overview = visit.get(&overview.text()).await?;
    let queue = Address::of("/api/v1/incidents").with("state", "open").with("limit", QUEUE);
    let queue: Paged<Incident> = visit.get(&queue.maybe("org", org).text()).await?;
    // Answers to alerts need verdicts, which are not there in a server's first moments.
    let alerts = visit.get(&Address::of("/api/v1/alerts").maybe("org", org).text()).await;
    let alerts: Option<Vec<AlertView>> = alerts.ok();
    let names = Names::of_overview(&overview);
    let body = view(&visit, &overview, &queue, alerts.as_deref(), &names, hours);
    Ok(Page::new(&visit, "Now", body).answer())
}

fn view(
    visit: &Visit,
    overview: &Overview,
    queue: &Paged<Incident>,
    alerts: Option<&[AlertView]>,
    names: &Names,
    hours: u32,
) -> Markup {
    html! {
        h1 { "Now" }
        (heard(overview))
        div data-part="counts" { (counts(overview, alerts)) }
        section.card aria-labelledby="queue" {
            h2 #queue { "Open incidents, the most urgent first" }
            (live_bar())
            @if queue.items.is_empty() {
                (nothing(overview))
            } @else {
                div data-live="incidents" { (table(visit, &queue.items, names, false)) }
                p { a href="/incidents?state=open" { "All open incidents" } }
            }
        }
        section.card aria-labelledby="heat" data-part="heat" {
            h2 #heat { "Organisations" }
            (tiles(overview))
        }
        section.card aria-labelledby="rate" data-part="rate" {
            h2 #rate { "Detections" }
            (spans(hours))
            (rate(&overview.rate, hours))
        }
    }
}

/// The connection in words, a pause, and where new rows wait.
pub fn live_bar() -> Markup {
    html! {
        div.bar-of-buttons {
            span.soft.small #connection role="status" {}
            button.plain.small #pause type="button" hidden { "Pause updates" }
        }
        div.waiting #waiting role="status" {}
    }
}

/// Of whom the page speaks, and how fresh that is.
fn heard(overview: &Overview) -> Markup {
    let bodies: Vec<&OrgNow> =
        overview.organisations.iter().filter(|org| reports(org.kind)).collect();
    let never = bodies.iter().filter(|org| org.last_heard.is_none()).count() as u64;
    let devices: u64 = bodies.iter().map(|org| org.devices).sum();
    let silent: u64 = bodies.iter().map(|org| org.silent).sum();
    let last = bodies.iter().filter_map(|org| org.last_heard).max();
    html! {
        p.cover data-part="heard" {
            (of(bodies.len() as u64, "organisation", "organisations")) ", "
            (of(devices, "device", "devices")) " heard from"
            @if let Some(last) = last { ", the last " (moment::ago(last, overview.time)) }
            "."
            @if silent > 0 { " " (number(silent)) " silent for " (SILENT_HOURS) " hours." }
            @if never > 0 {
                " " strong { (of(never, "organisation has", "organisations have")) " never reported: nothing is known of them." }
            }
        }
    }
}

/// Whether devices of a body of this kind are expected to report.
pub fn reports(kind: OrgKind) -> bool {
    !matches!(kind, OrgKind::Centre | OrgKind::Region | OrgKind::CareBoard | OrgKind::Site)
}

/// Whether nothing was heard from an organisation for a day, or ever.
pub fn is_silent(org: &OrgNow) -> bool {
    org.devices == org.silent
}

fn counts(overview: &Overview, alerts: Option<&[AlertView]>) -> Markup {
    let at_risk =
        overview.organisations.iter().filter(|org| org.worst >= Some(Level::High)).count();
    let silent =
        overview.organisations.iter().filter(|org| reports(org.kind) && is_silent(org)).count();
    let bad = |value: u64, class: &'static str| if value > 0 { class } else { "good" };
    let overdue: Option<u64> =
        alerts.map(|alerts| alerts.iter().filter(|alert| alert.overdue > 0).count() as u64);
    html! {
        ul.counts {
            (tile(bad(overview.open.critical, "bad"), overview.open.critical, "critical and open", "/incidents?state=open&level=critical"))
            (tile(bad(overview.open.unowned, "warn"), overview.open.unowned, "high or critical that nobody works on", "/incidents?state=open&level=high&unowned=true"))
            (tile(bad(at_risk as u64, "warn"), at_risk as u64, "organisations at risk", "/organisations?show=risk"))
            (tile(bad(silent as u64, "unknown"), silent as u64, "organisations that do not report", "/organisations?show=silent"))
            @match overdue {
                Some(overdue) => (tile(bad(overdue, "bad"), overdue, "alerts with somebody overdue", "/alerts")),
                None => li.unknown { a href="/alerts" { b { "?" } "alerts: still being worked out" } },
            }
        }
    }
}

/// Why there is no open incident: nothing happened, or nothing reports.
fn nothing(overview: &Overview) -> Markup {
    let heard = overview.organisations.iter().any(|org| !is_silent(org));
    match heard {
        true => list::empty(
            "No incident is open. Devices report, and no rule has found an attack that is not dealt with.",
            html! {},
        ),
        false => list::empty(
            "No incident is open, but nothing has reported for a day either: this page could not know.",
            html! { p { a href="/settings" { "See which senders there are" } } },
        ),
    }
}

fn tiles(overview: &Overview) -> Markup {
    let mut groups: Vec<(Option<&OrgId>, Vec<&OrgNow>)> = Vec::new();
    for org in overview.organisations.iter().filter(|org| reports(org.kind)) {
        match groups.iter_mut().find(|(parent, _)| *parent == org.parent.as_ref()) {
            Some((_, members)) => members.push(org),
            None => groups.push((org.parent.as_ref(), vec![org])),
        }
    }
    for (_, members) in &mut groups {
        members.sort_by_key(|org| (std::cmp::Reverse(org.worst), !is_silent(org), &org.org));
    }
    let name = |org: Option<&OrgId>| {
        let found = overview.organisations.iter().find(|one| Some(&one.org) == org);
        found.map_or_else(
            || org.map_or("Sector", |org| org.as_str()).to_owned(),
            |one| one.name.clone(),
        )
    };
    html! {
        p.soft.small { "Each tile is an organisation: its most serious open incident, " strong { "?" } " where nothing has reported for a day." }
        @for (parent, members) in groups {
            @let total = members.len();
            h3 { (shown(&name(parent))) }
            ul.tiles {
                @for org in members.iter().take(TILES) {
                    li { (tile_of(org)) }
                }
            }
            @if total > TILES {
                p.soft.small { (number((total - TILES) as u64)) " more without anything more serious; see " a href="/organisations" { "all organisations" } "." }
            }
        }
    }
}

fn tile_of(org: &OrgNow) -> Markup {
    let (class, state) = match (org.worst, is_silent(org)) {
        (Some(worst), _) => {
            (level::class(worst), format!("{} · {}", worst.as_str(), number(org.open)))
        }
        (None, true) => ("unknown", "? nothing reports".to_owned()),
        (None, false) => ("good", "no open incident".to_owned()),
    };
    let to = format!("/organisations/{}", org.org);
    html! { a class=(class) href=(to) { span.state { (state) } (shown(&org.name)) } }
}

fn spans(hours: u32) -> Markup {
    html! {
        ul.values {
            @for (value, text) in [(1, "1 hour"), (24, "24 hours"), (168, "7 days"), (720, "30 days")] {
                li {
                    @if value == hours { span.chip { strong { (text) } } }
                    @else { a.chip href=(format!("/?hours={value}#rate")) { (text) } }
                }
            }
        }
    }
}

fn rate(rate: &[RateSpan], hours: u32) -> Markup {
    let total: u64 = rate.iter().map(|span| span.detections).sum();
    let serious: u64 = rate.iter().map(|span| span.serious).sum();
    let peak = rate.iter().max_by_key(|span| span.detections);
    let label = |span: &RateSpan| {
        if hours > 48 { moment::date(span.from) } else { moment::clock(span.from) }
    };
    let drawn: Vec<Bar> = rate
        .iter()
        .enumerate()
        .map(|(place, span)| Bar {
            label: if place % 8 == 0 { label(span) } else { String::new() },
            value: span.detections,
            serious: span.serious,
            told: format!(
                "{}: {}, {} serious",
                moment::in_words(span.from),
                of(span.detections, "detection", "detections"),
                number(span.serious)
            ),
        })
        .collect();
    let back = if hours <= 48 {
        of(u64::from(hours), "hour", "hours")
    } else {
        format!("{} days", hours / 24)
    };
    let sentence = match peak.filter(|peak| peak.detections > 0) {
        Some(peak) => format!(
            "In the last {back}: {}, {} of them high or critical (drawn in red, from the bottom). Most at {}.",
            of(total, "detection", "detections"),
            number(serious),
            moment::in_words(peak.from)
        ),
        None => format!("In the last {back} no rule found anything."),
    };
    html! { (bars(&drawn, "detections", &sentence)) }
}
