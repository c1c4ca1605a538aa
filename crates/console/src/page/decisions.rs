//! Decisions: devices whose support has ended or ends soon, and what becomes of each; many at once.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use wardwatch_api::Paged;
use wardwatch_api::decision::{DecisionCounts, DecisionRow, Stage};
use wardwatch_model::{Course, Decided, OrgId};

use super::devices::{care_tag, class_word};
use super::request::{Asked, Filled, back};
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::count::tile;
use crate::part::form::{choice, line};
use crate::part::only::Only;
use crate::part::text::{short, shown, words};
use crate::part::{level, list, moment};
use crate::visit::{Names, Visit};

/// Which devices; the same words as of the API.
#[derive(Deserialize, Default)]
pub struct Wanted {
    org: Option<OrgId>,
    stage: Option<Stage>,
    months: Option<u8>,
    not_org: Option<String>,
    system: Option<String>,
    not_system: Option<String>,
    care_class: Option<String>,
    not_care_class: Option<String>,
    after: Option<String>,
}

/// `GET /decisions`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let address = |path: &str| {
        Address::of(path)
            .maybe("org", wanted.org.as_ref())
            .maybe("stage", wanted.stage.map(Stage::as_str))
            .maybe("months", wanted.months)
            .maybe("not_org", wanted.not_org.as_deref())
            .maybe("system", wanted.system.as_deref())
            .maybe("not_system", wanted.not_system.as_deref())
            .maybe("care_class", wanted.care_class.as_deref())
            .maybe("not_care_class", wanted.not_care_class.as_deref())
    };
    let list = address("/decisions");
    let only = Only { list: &list, fields: &["org", "stage", "months"] };
    let asked =
        address("/api/v1/decisions").with("limit", 100).maybe("after", wanted.after.as_deref());
    let found: Paged<DecisionRow> = visit.get(&asked.text()).await?;
    let names = visit.names_of(found.items.iter().map(|row| &row.org)).await?;
    let body = html! {
        p.small { a href=(Address::of("/lifecycle").maybe("org", wanted.org.as_ref()).text()) { "Lifecycle" } }
        h1 { "Decisions" }
        p.cover { "One decision for each device that has lost support, or loses it within " (wanted.months.unwrap_or(12)) " months: what becomes of it, who answers for that, by when." }
        form.filters action="/decisions" {
            (line("org", "Organisation (code)", wanted.org.as_ref().map_or("", OrgId::as_str)))
            (choice("stage", "Stage", "all", &Stage::ALL.map(|stage| (stage.as_str(), said(stage))), wanted.stage.map(Stage::as_str)))
            (choice("months", "Lose support within", "12 months", &[("0", "lost it already"), ("36", "36 months")], wanted.months.map(|months| months.to_string()).as_deref()))
            (only.carried())
            div { button.button.quiet type="submit" { "Show" } }
        }
        (only.chosen())
        @if found.items.is_empty() { (list::empty("No device stands so.", html! {})) }
        @else if visit.may("classify_devices") {
            form method="post" action="/decisions" { (making()) (table(&found.items, &names, true, only)) }
        } @else { (table(&found.items, &names, false, only)) }
        (list::next(&list, found.next.as_deref()))
    };
    Ok(Page::new(&visit, "Decisions", body).answer())
}

/// How many devices stand at which stage, each with its list.
pub fn tiles(counts: &DecisionCounts, org: Option<&OrgId>, months: u8) -> Markup {
    let to = |stage: Stage| {
        let list = Address::of("/decisions").maybe("org", org).with("stage", stage.as_str());
        list.with("months", months).text()
    };
    let one = |value: u64, stage: Stage, class: &'static str| {
        tile(if value > 0 { class } else { "" }, value, said(stage), &to(stage))
    };
    html! {
        ul.counts {
            (one(counts.undecided, Stage::Undecided, "warn"))
            (one(counts.upgrade, Stage::Upgrade, ""))
            (one(counts.replace, Stage::Replace, ""))
            (one(counts.isolate, Stage::Isolate, ""))
            (one(counts.accept, Stage::Accept, ""))
            (one(counts.late, Stage::Late, "bad"))
        }
    }
}

fn said(stage: Stage) -> &'static str {
    match stage {
        Stage::Undecided => "without a decision",
        Stage::Upgrade => "to be upgraded",
        Stage::Replace => "to be replaced",
        Stage::Isolate => "isolated",
        Stage::Accept => "accepted as they are",
        Stage::Late => "late: the day has passed",
    }
}

fn table(rows: &[DecisionRow], names: &Names, choose: bool, only: Only<'_>) -> Markup {
    html! {
        div.card.scroll { table.stack {
            thead { tr { @if choose { th { input type="checkbox" data-all aria-label="All devices on this page"; } } th { "Device" } th { "Organisation" } th { "What it runs" } th { "Last day of fixes" } th { "Care class" } th { "Decision" } } }
            tbody { @for row in rows { tr data-row=(format!("{}/{}", row.org, part(&row.device))) {
                @if choose { td { input type="checkbox" name="id" value=(format!("{}/{}", row.org, row.device)) aria-label=(format!("Choose {}", crate::part::text::bare(&row.device))); } }
                td { a href=(format!("/devices/{}/{}", row.org, part(&row.device))) { (short(&row.device, 48)) } }
                td data-name="Organisation" { (shown(names.of(&row.org))) (only.menu("org", row.org.as_str())) }
                td data-name="What it runs" { (shown(&row.system)) (only.menu("system", &row.system)) }
                td data-name="Last day of fixes" { (moment::day(row.ends)) }
                td data-name="Care class" { (care_tag(row.care_class)) (only.menu("care_class", class_word(row.care_class))) }
                td.wide-text data-name="Decision" { @match &row.decided { Some(decided) => (decision(decided, row.late)), None => (level::word("unknown", "none yet")) } }
            } } }
        } }
    }
}

/// A decision in words: what, by when, who answers, why.
pub fn decision(decided: &Decided, late: bool) -> Markup {
    let one = &decided.decision;
    html! {
        strong { (words(one.course.as_str())) } " by " (moment::day(one.until)) @if late { " " (level::word("critical", "late")) }
        br; span.soft.small { (shown(&one.owner)) " answers for it: " (shown(&one.reason)) " (" (shown(&decided.by)) ", " (moment::moment(decided.at)) ")" }
    }
}

/// Fields of a decision for the devices that were chosen.
fn making() -> Markup {
    html! {
        details.nhsuk-details {
            summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Decide of those that are ticked below" } }
            div.nhsuk-details__text {
                (fields())
                button.button type="submit" name="verb" value="make" { "Decide" }
                " " button.button.quiet type="submit" name="verb" value="remove" formnovalidate { "Take decisions away" }
            }
        }
    }
}

/// What a decision says.
pub fn fields() -> Markup {
    html! {
        div.field { label for="course" { "What becomes of it" }
            select #course name="course" { @for course in Course::ALL { option value=(course.as_str()) { (words(course.as_str())) } } }
        }
        div.field { label for="owner" { "Who answers for it" } input #owner name="owner" required autocomplete="off"; }
        div.field { label for="reason" { "Why" } input #reason name="reason" required autocomplete="off"; }
        div.field { label for="until" { "By when (what is accepted: at most a year)" } input #until name="until" type="date" required; }
    }
}

/// The body of a decision, as a form has it.
pub fn filled_in(filled: &Filled) -> serde_json::Value {
    json!({
        "course": filled.text("course"), "owner": filled.text("owner"),
        "reason": filled.text("reason"), "until": filled.text("until"),
    })
}

/// `POST /decisions`: of those that were chosen, organisation by organisation.
pub async fn make(visit: Visit, filled: Filled) -> Result<Response, Fault> {
    let mut by_org: std::collections::BTreeMap<&str, Vec<&str>> = std::collections::BTreeMap::new();
    for chosen in filled.all("id") {
        if let Some((org, device)) = chosen.split_once('/') {
            by_org.entry(org).or_default().push(device);
        }
    }
    let decision = match filled.text("verb") {
        "remove" => serde_json::Value::Null,
        _ => filled_in(&filled),
    };
    for (org, devices) in by_org {
        let body = json!({ "org": org, "devices": devices, "decision": decision });
        let _: serde_json::Value = visit.post("/api/v1/decisions", &body).await?;
    }
    Ok(back("/decisions"))
}
