//! One rule: its text, what it found, and what whoever writes rules does with it: try it on stored events, let it live
//! in some organisations first, change its level.

use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Value, json};
use wardwatch_api::backtest::Backtest;
use wardwatch_api::rule::RulePaper;
use wardwatch_model::{Level, RuleSetting, Timestamp};

use super::request::{Filled, back};
use super::rules::source;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::count::{number, of};
use crate::part::form::{choice, line};
use crate::part::text::shown;
use crate::part::{level, moment};
use crate::visit::Visit;

/// Days that a rule is tried on unless somebody says otherwise.
const DAYS: [(&str, &str); 4] = [
    ("1", "the last day"),
    ("7", "the last 7 days"),
    ("30", "the last 30 days"),
    ("365", "a year"),
];
/// Organisations that are listed.
const ORGS: usize = 50;
const DAY_MICROS: i64 = 86_400_000_000;

/// `GET /rules/{id}`.
pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let paper: RulePaper = visit.get(&format!("/api/v1/rules/{}", part(&id))).await?;
    let rule = &paper.rule;
    let body = html! {
        p.small { a href="/rules" { "Rules" } }
        h1 { (shown(&rule.title)) }
        p { (level::tag(rule.level)) " " span.soft { (source(&rule.logsource)) "; " (of(rule.hits.day, "hit", "hits")) " in a day, " (number(rule.hits.week)) " in a week" } }
        div.cards {
            @if !paper.advice.why.is_empty() { section.card { h2 { "What it means" } p { (shown(&paper.advice.why)) } @if !paper.advice.r#do.is_empty() { h3 { "What to do" } p { (shown(&paper.advice.r#do)) } } } }
            section.card { h2 { "Where it found something" }
                @if rule.hits.by_org.is_empty() { p.soft { "Nowhere in the last week." } }
                ul { @for org in rule.hits.by_org.iter().take(ORGS) { li { a href=(format!("/organisations/{}", org.org)) { (org.org) } ": " (number(org.day)) " in a day, " (number(org.week)) " in a week" } } }
                @if rule.hits.by_org.len() > ORGS { p.soft { "and " (number((rule.hits.by_org.len() - ORGS) as u64)) " more" } }
                p { a href=(Address::of("/api/v1/detections").with("rule", &rule.id.0).text()) { "Its detections as JSON" } }
            }
        }
        @if !rule.tags.is_empty() { ul.values { @for tag in &rule.tags { li { span.chip { (shown(tag)) } } } } }
        @if !paper.settings.is_empty() { (settings(&paper.settings)) }
        @if !paper.filters.is_empty() { p { (of(paper.filters.len() as u64, "filter changes", "filters change")) " what counts for some organisations." } }
        @if visit.may("write_rules") { (changes(&visit, &format!("/rules/{}", part(&id)))) }
        section.card { h2 { "The rule" } p.soft.small { (shown(&rule.file)) ", line " (paper.line) } pre.mono tabindex="0" { (shown(&paper.text)) } }
        @if !paper.problems.is_empty() { section.card { h2 { "Problems" } ul { @for problem in &paper.problems { li { (shown(&problem.message)) " " span.soft { (shown(&problem.hint)) } } } } } }
    };
    Ok(Page::new(&visit, rule.title.clone(), body).answer())
}

fn settings(settings: &[RuleSetting]) -> Markup {
    html! {
        section.card aria-labelledby="settings" {
            h2 #settings { "What organisations set" }
            ul { @for one in settings { li {
                a href=(format!("/organisations/{}", one.org)) { (one.org) } " and below: "
                @if let Some(level) = &one.level { "level " strong { (level) } "; " }
                @if let Some(orgs) = &one.live_in { "live only in " @for (place, org) in orgs.iter().enumerate() { @if place > 0 { ", " } (org) } @if orgs.is_empty() { "no organisation" } "; " }
                (shown(&one.reason)) span.soft { ", by " (shown(&one.by)) ", " (moment::moment(one.time)) }
            } } }
        }
    }
}

fn changes(visit: &Visit, path: &str) -> Markup {
    let org = visit.me.grants.first().map_or("", |held| held.org.as_str());
    let levels: Vec<(&str, &str)> =
        Level::ALL.iter().map(|one| (one.as_str(), one.as_str())).collect();
    html! {
        div.cards {
            section.card aria-labelledby="try" {
                h2 #try { "Try it on stored events" }
                p { "Nobody is told, nothing is changed: it says what the rule would have found, where, and how loud it would be." }
                form.filters method="post" action={ (path) "/try" } {
                    (choice("days", "Events of", "", &DAYS, Some("7")))
                    (line("tried", "Organisation (code)", ""))
                    div { button.button type="submit" { "Try it" } }
                }
            }
            section.card aria-labelledby="canary" {
                h2 #canary { "Let it live in some organisations first" }
                form.filters method="post" action={ (path) "/canary" } {
                    (line("org", "For this organisation and below", org))
                    (line("live", "Live only in (codes, with commas; empty: everywhere)", ""))
                    (line("why", "Why", ""))
                    div { button.button.quiet type="submit" { "Set it" } }
                }
            }
            section.card aria-labelledby="level" {
                h2 #level { "Change its level, or switch it off" }
                form.filters method="post" action={ (path) "/level" } {
                    (line("whose", "For this organisation and below", org))
                    (choice("to", "Level", "as the rule has it", &[&levels[..], &[("off", "off: it does nothing there")]].concat(), None))
                    (line("because", "Why", ""))
                    div { button.button.quiet type="submit" { "Set it" } }
                }
            }
        }
    }
}

/// `POST /rules/{id}/{verb}`: tried, let live in some organisations, or another level.
pub async fn change(
    visit: Visit,
    Path((id, verb)): Path<(String, String)>,
    filled: Filled,
) -> Result<Response, Fault> {
    let page = format!("/rules/{}", part(&id));
    let path = |verb: &str| format!("/api/v1{page}/{verb}");
    match verb.as_str() {
        "try" => {
            let now = jiff::Timestamp::now().as_microsecond();
            let days: i64 = filled.text("days").parse().unwrap_or(7).clamp(1, 400);
            let wanted = json!({
                "id": id,
                "org": filled.get("tried"),
                "from": Timestamp { micros: now - days * DAY_MICROS },
                "until": Timestamp { micros: now },
            });
            let begun: Backtest = visit.post("/api/v1/rules/backtests", &wanted).await?;
            return Ok(back(&format!("/backtests/{}", begun.id)));
        }
        "canary" => {
            let codes =
                filled.text("live").split(',').map(str::trim).filter(|code| !code.is_empty());
            let codes: Vec<&str> = codes.collect();
            let live_in = (!codes.is_empty()).then_some(codes);
            let wanted = json!({ "org": filled.text("org"), "live_in": live_in, "reason": filled.text("why") });
            visit.send(Method::POST, &path("canary"), &wanted).await?;
        }
        "level" => {
            let level = filled.get("to").map_or(Value::Null, Value::from);
            let reason = filled.text("because");
            let wanted = json!({ "org": filled.text("whose"), "level": level, "reason": reason });
            visit.send(Method::POST, &path("level"), &wanted).await?;
        }
        _ => {}
    }
    Ok(back(&page))
}
