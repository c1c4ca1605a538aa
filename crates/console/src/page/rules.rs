//! Rules: what can be seen and what cannot, and what is noisy.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::Paged;
use wardwatch_api::rule::{Coverage, ListedRule, RuleProblems};
use wardwatch_model::{Level, LogSource};

use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::count::{number, of};
use crate::part::form::{choice, line};
use crate::part::text::{shown, words};
use crate::part::{level, list};
use crate::visit::Visit;

/// Which rules; the same words as of the API.
#[derive(Deserialize, Default)]
pub struct Wanted {
    text: Option<String>,
    level: Option<Level>,
    after: Option<String>,
}

/// `GET /rules`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let address = |path: &str| {
        Address::of(path)
            .maybe("text", wanted.text.as_deref())
            .maybe("level", wanted.level.map(Level::as_str))
    };
    let asked = address("/api/v1/rules").with("limit", 50).maybe("after", wanted.after.as_deref());
    let rules: Paged<ListedRule> = visit.get(&asked.text()).await?;
    let coverage: Option<Coverage> = visit.get("/api/v1/rules/coverage").await.ok();
    let problems: Option<RuleProblems> = visit.get("/api/v1/rules/problems").await.ok();
    let levels = [
        ("critical", "critical"),
        ("high", "high and above"),
        ("medium", "medium and above"),
        ("low", "low and above"),
    ];
    let body = html! {
        h1 { "Rules" }
        @if let Some(problems) = &problems {
            p.cover { (of(problems.loaded as u64, "rule", "rules")) " in use" @if !problems.problems.is_empty() { "; " strong { (of(problems.problems.len() as u64, "problem", "problems")) " found in files" } } "." }
        }
        form.filters action="/rules" {
            (line("text", "Words", wanted.text.as_deref().unwrap_or_default()))
            (choice("level", "Level", "any", &levels, wanted.level.map(Level::as_str)))
            div { button.button.quiet type="submit" { "Show" } }
        }
        @if rules.items.is_empty() { (list::empty("No rule matches.", html! {})) } @else {
            div.card.scroll { table.stack {
                thead { tr { th { "Level" } th { "Rule" } th { "Looks at" } th.number { "Last day" } th.number { "Last week" } th { "Noise" } th { "State" } } }
                tbody { @for rule in &rules.items { tr data-row=(rule.id.0) {
                    td { (level::tag(rule.level)) }
                    td.wide-text { a href=(format!("/rules/{}", part(&rule.id.0))) { (shown(&rule.title)) } @if rule.correlation { " " (level::word("info", "correlation")) } }
                    td data-name="Looks at" { (source(&rule.logsource)) }
                    td.number data-name="Last day" { (number(rule.hits.day)) }
                    td.number data-name="Last week" { (number(rule.hits.week)) }
                    td data-name="Noise" { @if rule.noise.closed == 0 { span.soft { "no incident closed yet" } } @else { (number(rule.noise.no_attack)) " of " (number(rule.noise.closed)) " were no attack" } }
                    td data-name="State" { (words(&word(&rule.status))) }
                } } }
            } }
        }
        (list::next(&address("/rules"), rules.next.as_deref()))
        @if let Some(coverage) = &coverage { (matrix(coverage)) }
    };
    Ok(Page::new(&visit, "Rules", body).answer())
}

fn word<T: serde::Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).ok();
    value.as_ref().and_then(|value| value.as_str()).unwrap_or("?").to_owned()
}

pub fn source(source: &LogSource) -> String {
    let value = serde_json::to_value(source).unwrap_or_default();
    let parts = ["product", "category", "service"]
        .iter()
        .filter_map(|name| value.get(name)?.as_str().map(words));
    let text = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if text.is_empty() { "anything".to_owned() } else { text }
}

/// Techniques of ATT&CK: how many rules there are for each, and how many could see anything.
fn matrix(coverage: &Coverage) -> Markup {
    html! {
        section.card aria-labelledby="coverage" {
            h2 #coverage { "What could be seen" }
            p { "In the last " (coverage.days) " days events of " (of(coverage.heard.len() as u64, "kind of source", "kinds of source")) " were heard. Each tile is a technique of MITRE ATT&CK: rules that could see something, of rules that there are." }
            ul.tiles {
                @for technique in &coverage.techniques {
                    @let class = match (technique.seeing, technique.rules) { (0, _) => "unknown", (seeing, rules) if seeing == rules => "good", _ => "medium" };
                    li { a class=(class) href=(Address::of("/rules").with("text", technique.id.to_lowercase()).text()) {
                        span.state { (technique.id) } (number(technique.seeing)) " of " (number(technique.rules)) @if technique.seeing == 0 { " ? blind" }
                    } }
                }
            }
            @if !coverage.blind.is_empty() {
                details.nhsuk-details {
                    summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Rules that no source could ever wake" } }
                    ul.nhsuk-details__text { @for blind in &coverage.blind { li { strong { (source(&blind.missing)) } " is not sent: " (of(blind.rules.len() as u64, "rule sees", "rules see")) " nothing" } } }
                }
            }
        }
    }
}
