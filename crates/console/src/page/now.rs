//! Now: how things stand, the most urgent first.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::Paged;
use wardwatch_api::alert::AlertView;
use wardwatch_api::overview::{OrgCounts, OrgGroup, OrgNow, Overview, RateSpan, SILENT_HOURS};
use wardwatch_model::{Incident, OrgId};

use super::incidents::table;
use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::Address;
use crate::part::chart::{Bar, bars};
use crate::part::count::{number, of, tile};
use crate::part::only::Only;
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

/// `GET /`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    if visit.only_care_home() {
        return super::care::show(visit).await;
    }
    let hours = wanted.hours.unwrap_or(24);
    let org = wanted.org.as_ref();
    let overview = Address::of("/api/v1/overview").maybe("org", org).with("hours", hours).text();
    let queue = Address::of("/api/v1/incidents").with("state", "open").with("limit", QUEUE);
    let queue = queue.maybe("org", org).text();
    let alerts = Address::of("/api/v1/alerts").maybe("org", org).text();
    let (overview, queue, alerts) =
        tokio::join!(visit.get(&overview), visit.get(&queue), visit.get(&alerts));
    let (overview, queue): (Overview, Paged<Incident>) = (overview?, queue?);
    // Answers to alerts need verdicts, which are not there in a server's first moments.
    let alerts: Option<Vec<AlertView>> = alerts.ok();
    let names = visit.names_of(queue.items.iter().map(|incident| &incident.org)).await?;
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
    // What is chosen by a value of the queue stands in the list of all of them.
    let list = Address::of("/incidents").with("state", "open");
    let only = Only { list: &list, fields: &[] };
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
                div data-live="incidents" { (table(visit, &queue.items, names, Some(only), false)) }
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
    let all = &overview.all;
    html! {
        p.cover data-part="heard" {
            (of(all.bodies, "organisation", "organisations")) ", "
            (of(all.devices, "device", "devices")) " heard from"
            @if let Some(last) = all.last_heard { ", the last " (moment::ago(last, overview.time)) }
            "."
            @if all.silent_devices > 0 { " " (number(all.silent_devices)) " silent for " (SILENT_HOURS) " hours." }
            @if all.never > 0 {
                " " strong { (of(all.never, "organisation has", "organisations have")) " never reported: nothing is known of them." }
            }
        }
    }
}

fn counts(overview: &Overview, alerts: Option<&[AlertView]>) -> Markup {
    let (at_risk, silent) = (overview.all.at_risk, overview.all.silent);
    let bad = |value: u64, class: &'static str| if value > 0 { class } else { "good" };
    let overdue: Option<u64> =
        alerts.map(|alerts| alerts.iter().filter(|alert| alert.overdue > 0).count() as u64);
    html! {
        ul.counts {
            (tile(bad(overview.open.critical, "bad"), overview.open.critical, "critical and open", "/incidents?state=open&level=critical"))
            (tile(bad(overview.open.unowned, "warn"), overview.open.unowned, "high or critical that nobody works on", "/incidents?state=open&level=high&unowned=true"))
            (tile(bad(at_risk, "warn"), at_risk, "organisations at risk", "/organisations?show=risk"))
            (tile(bad(silent, "unknown"), silent, "organisations that do not report", "/organisations?show=silent"))
            @match overdue {
                Some(overdue) => (tile(bad(overdue, "bad"), overdue, "alerts with somebody overdue", "/alerts")),
                None => li.unknown { a href="/alerts" { b { "?" } "alerts: still being worked out" } },
            }
        }
    }
}

/// Why there is no open incident: nothing happened, or nothing reports.
fn nothing(overview: &Overview) -> Markup {
    let heard = overview.all.devices > overview.all.silent_devices;
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
    html! {
        p.soft.small { "Each tile is an organisation: its most serious open incident, " strong { "?" } " where nothing has reported for a day." }
        @for group in &overview.groups { (tiles_of(group)) }
    }
}

fn tiles_of(group: &OrgGroup) -> Markup {
    let code = group.parent.as_ref().map_or("Sector", OrgId::as_str);
    let OrgCounts { bodies, at_risk, silent, .. } = group.counts;
    let more = bodies.saturating_sub(group.first.len() as u64);
    let list = Address::of("/organisations").maybe("org", group.parent.as_ref());
    html! {
        h3 { (shown(group.name.as_deref().unwrap_or(code))) }
        ul.tiles { @for org in &group.first { li { (tile_of(org)) } } }
        @if more > 0 {
            p.soft.small {
                (number(more)) " more; of all " (number(bodies)) " " (number(at_risk)) " at risk, " (number(silent)) " not reporting: "
                a href=(list.text()) { "all of " (shown(group.name.as_deref().unwrap_or(code))) } "."
            }
        }
    }
}

fn tile_of(org: &OrgNow<'_>) -> Markup {
    let (class, state) = match (org.worst, org.is_silent()) {
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
