//! Hunt: questions in SQL over events, those that somebody saved, and what came of them.

use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use http_body_util::BodyExt;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};
use wardwatch_api::Paged;
use wardwatch_api::hunt::{Hunt, HuntState, SavedHunt};
use wardwatch_model::Timestamp;

use super::request::{Asked, Filled, back};
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::chart::{Bar, bars};
use crate::part::count::{number, of};
use crate::part::only::menu;
use crate::part::text::{bare, short, shown};
use crate::part::{level, list, moment};
use crate::visit::Visit;

/// Rows of a result that a page shows; all of them are in the downloads.
const ROWS: usize = 200;
/// Bars of a picture.
const BARS: usize = 60;
/// Bytes of a result that a page reads.
const RESULT_BYTES: usize = 8 << 20;

/// What is written into the form.
#[derive(Deserialize, Default)]
pub struct Wanted {
    sql: Option<String>,
    hours: Option<u32>,
    org: Option<String>,
}

/// Hours that a question may look back over.
const SPANS: [(u32, &str); 6] = [
    (1, "hour"),
    (24, "24 hours"),
    (168, "7 days"),
    (720, "30 days"),
    (8_760, "year"),
    (87_600, "ten years"),
];

/// Questions to begin with; a test in the server asks each of them.
const EXAMPLES: [(&str, &str); 4] = [
    (
        "Which devices are loudest",
        "SELECT device, count(*) AS events FROM events GROUP BY device ORDER BY events DESC LIMIT 50",
    ),
    (
        "Events by hour",
        "SELECT date_trunc('hour', time) AS hour, count(*) AS events FROM events GROUP BY hour ORDER BY hour",
    ),
    (
        "What is sent, by source",
        "SELECT class, count(*) AS events FROM events GROUP BY class ORDER BY events DESC",
    ),
    (
        "Programs started",
        "SELECT time, org, device, image, command_line FROM events WHERE command_line IS NOT NULL ORDER BY time DESC LIMIT 100",
    ),
];

/// `GET /hunt`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let hunts: Paged<Hunt> = visit.get("/api/v1/hunts?limit=20").await?;
    let saved: Vec<SavedHunt> = visit.get("/api/v1/saved-hunts").await.unwrap_or_default();
    let sql = wanted.sql.as_deref().unwrap_or(EXAMPLES[0].1);
    let body = html! {
        h1 { "Hunt" }
        p.cover { "One SELECT over the view " code { "events" } ". You see events of organisations that are yours to see, and nothing else, whatever you write." }
        (form(sql, wanted.hours.unwrap_or(24), wanted.org.as_deref().unwrap_or_default()))
        div.cards {
            section.card aria-labelledby="library" {
                h2 #library { "Library" }
                ul { @for (name, sql) in EXAMPLES { li { a href=(Address::of("/hunt").with("sql", sql).text()) { (name) } } } }
                @for one in &saved { p { a href=(Address::of("/hunt").with("sql", &one.sql).text()) { (shown(&one.name)) } span.soft { ", by " (shown(&one.by)) } } }
            }
            section.card aria-labelledby="hunts" {
                h2 #hunts { "Hunts of yours" }
                @if hunts.items.is_empty() { (list::empty("None yet.", html! {})) }
                ul { @for hunt in &hunts.items { li { a href=(format!("/hunt/{}", hunt.id)) { (short(&hunt.sql, 70)) } " " (state(hunt)) " " span.soft { (moment::moment(hunt.started)) } } } }
            }
        }
    };
    Ok(Page::new(&visit, "Hunt", body).answer())
}

fn form(sql: &str, hours: u32, org: &str) -> Markup {
    let longest = SPANS[SPANS.len() - 1].0;
    let chosen = SPANS.iter().map(|(value, _)| *value).find(|value| *value >= hours);
    let chosen = chosen.unwrap_or(longest);
    html! {
        form.card method="post" action="/hunt" {
            div.field { label for="sql" { "Question" } textarea.mono #sql name="sql" rows="5" required spellcheck="false" { (sql) } }
            div.filters {
                div { label for="hours" { "Of the last" } select #hours name="hours" {
                    @for (value, text) in SPANS { option value=(value) selected[value == chosen] { (text) } }
                } }
                div { label for="org" { "Organisation (code)" } input #org name="org" value=(org) autocomplete="off"; }
                div { button.button type="submit" { "Start" } }
            }
        }
    }
}

fn state(hunt: &Hunt) -> Markup {
    match hunt.state {
        HuntState::Running => level::word("low", "running"),
        HuntState::Done => level::word("good", &of(hunt.rows, "row", "rows")),
        HuntState::Failed => level::word("critical", "failed"),
        HuntState::Cancelled => level::word("info", "stopped"),
    }
}

/// `POST /hunt`: starts one.
pub async fn start(visit: Visit, filled: Filled) -> Result<Response, Fault> {
    let now = jiff::Timestamp::now().as_microsecond();
    let hours: i64 = filled.text("hours").parse().unwrap_or(24).clamp(1, 876_000);
    let body = json!({
        "sql": filled.text("sql"),
        "from": Timestamp { micros: now - hours * 3_600_000_000 },
        "until": Timestamp { micros: now + 60_000_000 },
        "org": filled.get("org"),
        "wait": true,
    });
    let hunt: Hunt = visit.post("/api/v1/hunts", &body).await?;
    Ok(back(&format!("/hunt/{}", hunt.id)))
}

/// A value of a result, by its row and column, by which the question is to be narrowed.
#[derive(Deserialize, Default)]
pub struct Narrow {
    row: Option<usize>,
    column: Option<usize>,
    without: Option<bool>,
}

/// `GET /hunt/{id}`; of a value, the way to the question narrowed by it.
pub async fn one(
    visit: Visit,
    Path(id): Path<String>,
    Asked(narrow): Asked<Narrow>,
) -> Result<Response, Fault> {
    let path = format!("/api/v1/hunts/{}", part(&id));
    let hunt: Hunt = visit.get(&path).await?;
    let rows = if hunt.kept { rows(&visit, &path).await? } else { None };
    if let (Some(row), Some(column), Some(rows)) = (narrow.row, narrow.column, &rows)
        && let (Some(row), Some(column)) = (rows.get(row), columns(rows).get(column))
    {
        let value = row.get(column.as_str()).unwrap_or(&Value::Null);
        let sql = narrowed(&hunt.sql, column, value, !narrow.without.unwrap_or_default());
        return Ok(back(&again(&hunt, &sql)));
    }
    let body = view(&hunt, rows.as_deref());
    Ok(Page::new(&visit, "Hunt", body).answer())
}

async fn rows(visit: &Visit, path: &str) -> Result<Option<Vec<Value>>, Fault> {
    let answer = visit.raw(&format!("{path}/result?format=json")).await?;
    if !answer.status().is_success() {
        return Ok(None);
    }
    let limited = http_body_util::Limited::new(answer.into_body(), RESULT_BYTES);
    let Ok(collected) = limited.collect().await else { return Ok(None) };
    Ok(serde_json::from_slice(&collected.to_bytes()).ok())
}

fn view(hunt: &Hunt, rows: Option<&[Value]>) -> Markup {
    let to = format!("/hunt/{}", hunt.id);
    html! {
        p.small { a href="/hunt" { "Hunt" } }
        h1 { "Hunt" }
        pre { (shown(&hunt.sql)) }
        p { (state(hunt)) " " span.soft { "events from " (moment::moment(hunt.from)) " to " (moment::moment(hunt.until)) @if let Some(org) = &hunt.org { ", of " (org) } "; started " (moment::moment(hunt.started)) @if let Some(ended) = hunt.ended { ", took " (moment::span(ended.micros - hunt.started.micros)) } } }
        @if !hunt.detail.is_empty() { div.told class=[(hunt.state == HuntState::Failed).then_some("bad")] { p { (shown(&hunt.detail)) } } }
        @if let Some(progress) = &hunt.progress { p { (number(progress.rows_read)) " of " (number(progress.rows_total)) " events read, in " (of(progress.files_total, "file", "files")) "." } }
        @if hunt.state == HuntState::Running {
            div.bar-of-buttons { a.button.quiet href=(to) { "Look again" } (crate::part::form::press(&format!("{to}/stop"), "Stop", "button", None)) }
        }
        @match rows {
            None if hunt.state == HuntState::Done => p { "Its result is too large to show, or is not kept any more." },
            None => {},
            Some([]) => (list::empty("No event matches.", html! {})),
            Some(rows) => { (chart(rows)) (table(rows)) },
        }
        @if hunt.kept {
            p { "Whole result: " a href=(format!("/api/v1/hunts/{}/result?format=csv", hunt.id)) { "CSV" } ", " a href=(format!("/api/v1/hunts/{}/result?format=json", hunt.id)) { "JSON" } ", " a href=(format!("/api/v1/hunts/{}/result?format=arrow", hunt.id)) { "Arrow" } @if hunt.cut { ". There are more rows than are kept: narrow the question" } "." }
        }
        @if hunt.state != HuntState::Running { p { a.button.quiet href=(again(hunt, &hunt.sql)) { "Ask again, changed" } } }
    }
}

/// A picture of a result whose first column names something and one of the others counts it; none of another shape.
fn chart(rows: &[Value]) -> Markup {
    let Some(columns) = rows.first().and_then(Value::as_object) else { return html! {} };
    let names: Vec<&String> = columns.keys().collect();
    let counts =
        |name: &&String| rows.iter().all(|row| row.get(name.as_str()).is_some_and(Value::is_u64));
    let Some((first, unit)) = names.first().zip(names.iter().skip(1).find(|name| counts(name)))
    else {
        return html! {};
    };
    if rows.len() < 2 || names.len() > 3 {
        return html! {};
    }
    let label = |row: &Value| match row.get(first.as_str()) {
        Some(Value::String(text)) => bare(text),
        Some(Value::Null) | None => "nothing".to_owned(),
        Some(other) => other.to_string(),
    };
    let value = |row: &Value| row.get(unit.as_str()).and_then(Value::as_u64).unwrap_or(0);
    let shown: Vec<&Value> = rows.iter().take(BARS).collect();
    // A label for each would not be readable.
    let every = shown.len().div_ceil(5).max(1);
    let drawn: Vec<Bar> = shown
        .iter()
        .enumerate()
        .map(|(place, row)| Bar {
            label: if place % every == 0 {
                label(row).chars().take(16).collect()
            } else {
                String::new()
            },
            value: value(row),
            serious: 0,
            told: format!("{}: {}", label(row), number(value(row))),
        })
        .collect();
    let most = shown.iter().max_by_key(|row| value(row));
    let sentence = most.map_or_else(String::new, |most| {
        format!(
            "{} of {} {}; most: {} ({}).",
            shown.len(),
            rows.len(),
            "rows",
            label(most),
            number(value(most))
        )
    });
    html! { section.card aria-labelledby="picture" { h2 #picture { "Picture" } (bars(&drawn, unit, &sentence)) } }
}

/// The form with a question, over the time and of the organisation of a hunt.
fn again(hunt: &Hunt, sql: &str) -> String {
    let hours = (hunt.until.micros - hunt.from.micros) / 3_600_000_000;
    let form = Address::of("/hunt").with("sql", sql).with("hours", hours.max(1));
    form.maybe("org", hunt.org.as_ref()).text()
}

/// The same question for rows with a value alone, or for those without it.
fn narrowed(sql: &str, column: &str, value: &Value, with: bool) -> String {
    let column = format!("\"{}\"", column.replace('"', "\"\""));
    let condition = match (value, with) {
        (Value::Null, true) => format!("{column} IS NULL"),
        (Value::Null, false) => format!("{column} IS NOT NULL"),
        (value, with) => {
            let literal = match value {
                Value::String(text) => format!("'{}'", text.replace('\'', "''")),
                other => other.to_string(),
            };
            format!("{column} IS {}DISTINCT FROM {literal}", if with { "NOT " } else { "" })
        }
    };
    // Always around the whole of it: whatever it ends with, an `OR` or a limit, means what it meant.
    let question = sql.trim_end().trim_end_matches(';');
    format!("SELECT * FROM (\n{question}\n) AS found WHERE {condition}")
}

/// The columns of a result: its first row has all of them.
fn columns(rows: &[Value]) -> Vec<&String> {
    rows.first().and_then(Value::as_object).map(|row| row.keys().collect()).unwrap_or_default()
}

fn table(rows: &[Value]) -> Markup {
    let columns = columns(rows);
    html! {
        div.card.scroll tabindex="0" role="region" aria-label="Result" { table.result {
            thead { tr { @for column in &columns { th { (shown(column)) } } } }
            tbody { @for (place, row) in rows.iter().enumerate().take(ROWS) { tr { @for (at, column) in columns.iter().enumerate() {
                @let value = row.get(column.as_str());
                td class=[value.is_some_and(Value::is_number).then_some("number")] { @match value { Some(Value::String(text)) => (short(text, 160)), Some(Value::Null) | None => span.soft { "–" }, Some(other) => (other) } (menu(column, &format!("?row={place}&column={at}"), &format!("?row={place}&column={at}&without=true"))) }
            } } } }
        } }
        @if rows.len() > ROWS { p.soft { "The first " (ROWS) " rows." } }
    }
}

/// `POST /hunt/{id}/{verb}`: stops one.
pub async fn change(
    visit: Visit,
    Path((id, _)): Path<(String, String)>,
) -> Result<Response, Fault> {
    visit.send(Method::POST, &format!("/api/v1/hunts/{}/cancel", part(&id)), &Value::Null).await?;
    Ok(back(&format!("/hunt/{}", part(&id))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_narrowed_by_a_value_and_again_by_the_next() {
        let first = narrowed("SELECT a FROM events;\n", "a", &json!("it's"), true);
        let expected = "SELECT * FROM (\nSELECT a FROM events\n) AS found WHERE \"a\" IS NOT DISTINCT FROM 'it''s'";
        assert_eq!(first, expected);
        let next = narrowed(&first, "b \"c\"", &json!(5), false);
        let around = format!("SELECT * FROM (\n{expected}\n) AS found WHERE ");
        assert_eq!(next, format!("{around}\"b \"\"c\"\"\" IS DISTINCT FROM 5"));
        let none = narrowed("SELECT 1", "a", &Value::Null, false);
        assert!(none.ends_with("WHERE \"a\" IS NOT NULL"), "{none}");
    }
}
