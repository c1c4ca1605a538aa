//! What a rule would have found in stored events: how loud, where, on which days, and the first of it.

use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;
use wardwatch_api::backtest::{Backtest, BacktestState, DayCount};

use super::request::back;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::part;
use crate::part::chart::{Bar, bars};
use crate::part::count::{number, of};
use crate::part::text::{short, shown};
use crate::part::{form, level, list, moment};
use crate::visit::Visit;

/// Lines of each list.
const LINES: usize = 20;

/// `GET /backtests/{id}`.
pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let found: Backtest = visit.get(&format!("/api/v1/rules/backtests/{}", part(&id))).await?;
    let body = view(&visit, &found);
    Ok(Page::new(&visit, format!("Trying {}", found.title), body).answer())
}

fn view(visit: &Visit, found: &Backtest) -> Markup {
    let path = format!("/backtests/{}", found.id);
    html! {
        p.small { a href="/rules" { "Rules" } " / " a href=(format!("/rules/{}", part(&found.rule.0))) { (shown(&found.title)) } }
        h1 { "What it would have found" }
        p { (state(found.state)) " " span.soft { "events from " (moment::moment(found.from)) " to " (moment::moment(found.until)) "; " (number(found.files_read)) " of " (of(found.files, "file", "files")) " and " (of(found.rows, "event", "events")) " looked at" } }
        @if let Some(reason) = &found.reason { div.told { p { (shown(reason)) } } }
        @if found.unreadable > 0 { div.told { p { (of(found.unreadable, "event", "events")) " could not be read: what they hold is not known." } } }
        @if found.state == BacktestState::Running {
            div.bar-of-buttons { a.button.quiet href=(path) { "Look again" } (form::press(&format!("{path}/stop"), "Stop", "button", None)) }
        }
        p { strong { (of(found.hits, "detection", "detections")) } ", " (format!("{:.1}", found.alerts_a_day)) " a day over the days that have events." }
        @if found.hits == 0 {
            (list::empty("It found nothing.", html! { p { "Either nothing of the kind happened, or no source that it looks at sends: see what could be seen, under Rules." } }))
        } @else {
            (days(&found.by_day))
            div.cards {
                section.card aria-labelledby="orgs" { h2 #orgs { "Organisations" }
                    ol { @for one in found.by_org.iter().take(LINES) { li { a href=(format!("/organisations/{}", one.org)) { (one.org) } ": " (number(one.hits)) } } }
                    @if found.by_org.len() > LINES { p.soft { "and " (number((found.by_org.len() - LINES) as u64)) " more" } }
                }
                section.card aria-labelledby="devices" { h2 #devices { "Devices" }
                    ol { @for one in found.by_device.iter().take(LINES) { li { a href=(format!("/devices/{}/{}", one.org, part(&one.device))) { (short(&one.device, 40)) } span.soft { " of " (one.org) } ": " (number(one.hits)) } } }
                }
            }
            (samples(visit, found))
        }
    }
}

fn state(state: BacktestState) -> Markup {
    match state {
        BacktestState::Running => level::word("low", "at work"),
        BacktestState::Done => level::word("good", "done"),
        BacktestState::Cut => level::word("medium", "ended at a limit"),
        BacktestState::Cancelled => level::word("info", "stopped"),
        BacktestState::Failed => level::word("critical", "failed"),
    }
}

fn days(days: &[DayCount]) -> Markup {
    // A label for each would not be readable.
    let every = days.len().div_ceil(6).max(1);
    let drawn: Vec<Bar> = days
        .iter()
        .enumerate()
        .map(|(place, day)| Bar {
            label: if place % every == 0 { day.day.clone() } else { String::new() },
            value: day.hits,
            serious: 0,
            told: format!("{}: {}", day.day, day.hits),
        })
        .collect();
    let most = days.iter().max_by_key(|day| day.hits);
    let sentence = most.map_or_else(String::new, |most| {
        format!(
            "Found on {}; most on {} ({}).",
            of(days.len() as u64, "day", "days"),
            most.day,
            number(most.hits)
        )
    });
    html! { section.card aria-labelledby="days" { h2 #days { "Days" } (bars(&drawn, "detections a day, UTC", &sentence)) } }
}

fn samples(visit: &Visit, found: &Backtest) -> Markup {
    html! {
        section.card aria-labelledby="samples" {
            h2 #samples { "The first of it" }
            ol.line { @for one in found.samples.iter().take(LINES) { li {
                (moment::moment(one.time)) " " strong { (shown(visit.title(&one.advice.title, &one.rule_title))) } " on " (short(&one.device, 40)) span.soft { " of " (one.org) }
                dl.facts { @for (field, value) in one.matched.iter().take(4) { dt { (shown(field)) } dd { code { (short(value, 160)) } } } }
            } } }
        }
    }
}

/// `POST /backtests/{id}/{verb}`: stops it.
pub async fn change(
    visit: Visit,
    Path((id, _)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let path = format!("/api/v1/rules/backtests/{}", part(&id));
    visit.send(Method::DELETE, &path, &Value::Null).await?;
    Ok(back(&format!("/backtests/{}", part(&id))))
}
