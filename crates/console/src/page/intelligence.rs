//! Intelligence: lists of indicators in use, where they are pulled from, and what each brought.

use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use wardwatch_api::indicator::{
    HistorySearch, IndicatorList, IndicatorSource, ListProblem, LoadedList,
};

use super::request::{Filled, back};
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::count::{number, of};
use crate::part::text::{bare, short, shown, words};
use crate::part::{level, list, moment};
use crate::visit::{Names, Visit};

/// Problems of a list that a page shows.
const PROBLEMS: usize = 100;

/// `GET /intelligence`.
pub async fn show(visit: Visit) -> Result<Response, Fault> {
    let lists: Vec<IndicatorList> = visit.get("/api/v1/indicator-lists").await?;
    let sources: Vec<IndicatorSource> = visit.get("/api/v1/indicator-sources").await?;
    let orgs = lists.iter().map(|list| &list.org).chain(sources.iter().map(|source| &source.org));
    let names = visit.names_of(orgs).await?;
    let all: u64 = lists.iter().map(|list| list.indicators).sum();
    let body = html! {
        h1 { "Intelligence" }
        p.cover { (of(all, "indicator", "indicators")) " in " (of(lists.len() as u64, "list", "lists")) ". Each list goes for its organisation and all below it: every event there is held against it as it comes, and what is new in a list against all that is kept." }
        (table_of_lists(&visit, &lists, &names))
        @if visit.may("write_rules") { (loading(&visit)) }
        (table_of_sources(&sources, &names))
    };
    Ok(Page::new(&visit, "Intelligence", body).answer())
}

fn table_of_lists(visit: &Visit, lists: &[IndicatorList], names: &Names) -> Markup {
    html! {
        section.card aria-labelledby="lists" {
            h2 #lists { "Lists in use" }
            @if lists.is_empty() { (list::empty("No list of indicators is loaded: hashes, addresses and domains that others know of are not looked for.", html! {})) }
            @else { div.scroll { table.stack {
                thead { tr { th { "List" } th { "Organisation" } th.number { "Indicators" } th.number { "New last time" } th.number { "Not taken" } th { "Loaded" } th { "Search of what was kept" } @if visit.may("write_rules") { th { span.hidden-text { "Take away" } } } } }
                tbody { @for one in lists { tr data-row=(one.id) {
                    td.wide-text { (short(&one.name, 60)) br; span.soft.small { (shown(&one.format)) ", version " (one.version) } }
                    td data-name="Organisation" { a href=(format!("/organisations/{}", one.org)) { (shown(names.of(&one.org))) } }
                    td.number data-name="Indicators" { (number(one.indicators)) }
                    td.number data-name="New last time" { (number(one.fresh)) }
                    td.number data-name="Not taken" { @if one.problems > 0 { a href=(format!("/intelligence/{}", one.id)) { (number(one.problems)) } } @else { "0" } }
                    td data-name="Loaded" { (moment::moment(one.loaded)) br; span.soft.small { "by " (shown(&one.loaded_by)) } }
                    td data-name="Search of what was kept" { (search(one.history.as_ref())) }
                    @if visit.may("write_rules") { td {
                        form.inline method="post" action=(format!("/intelligence/{}/delete", one.id)) {
                            button.plain.small type="submit" aria-label=(format!("Take away {}", bare(&one.name))) { "Take away" }
                        }
                    } }
                } } }
            } } }
        }
    }
}

/// How far history was searched for what a list brought.
fn search(history: Option<&HistorySearch>) -> Markup {
    html! {
        @match history {
            None => span.soft { "nothing new to look for" },
            Some(one) => {
                @if one.hits > 0 { (level::word("high", &of(one.hits, "hit", "hits"))) " " } @else { "no hit " }
                @match one.ended {
                    Some(_) => span.soft { "in " (of(one.events, "event", "events")) },
                    None => span.soft { "so far: day " (one.days_done) " of " (one.days) },
                }
            },
        }
    }
}

/// A form for what somebody has at hand.
fn loading(visit: &Visit) -> Markup {
    let org = visit.me.grants.first().map(|held| held.org.as_str()).unwrap_or_default();
    html! {
        details.nhsuk-details {
            summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Load a list" } }
            form.nhsuk-details__text method="post" action="/intelligence" {
                div.field { label for="list-name" { "Its name; a list of that name is replaced" } input #list-name name="name" required maxlength="200" autocomplete="off"; }
                div.field { label for="list-org" { "Organisation (code) that it goes for, with all below" } input #list-org name="org" value=(org) required autocomplete="off" spellcheck="false"; }
                div.field { label for="list-text" { "The list: CSV, STIX 2.1 or a MISP feed" } textarea #list-text name="text" rows="8" required spellcheck="false" placeholder="type,value" {} }
                p.soft.small { "Longer ones by " code { "ward indicator load FILE" } "." }
                button.button type="submit" { "Load" }
            }
        }
    }
}

fn table_of_sources(sources: &[IndicatorSource], names: &Names) -> Markup {
    html! {
        section.card aria-labelledby="sources" {
            h2 #sources { "Where lists are pulled from" }
            @if sources.is_empty() { p.soft { "Nothing is pulled. A TAXII server, a MISP feed or a file at an address is named by " code { "ward indicator source create" } "." } }
            @else { div.scroll { table.stack {
                thead { tr { th { "Source" } th { "Organisation" } th { "Kind" } th { "Last pulled well" } th { "Next" } th { "State" } } }
                tbody { @for one in sources { tr data-row=(one.id) {
                    td.wide-text { (short(&one.name, 60)) br; span.soft.small { (short(&one.address, 80)) } }
                    td data-name="Organisation" { a href=(format!("/organisations/{}", one.org)) { (shown(names.of(&one.org))) } }
                    td data-name="Kind" { (words(one.kind.as_str())) }
                    td data-name="Last pulled well" { (moment::maybe(one.last_success, "never")) }
                    td data-name="Next" { (moment::moment(one.next_pull)) }
                    td.wide-text data-name="State" { @match &one.error {
                        Some(error) => { (level::word("high", &of(one.failures, "failure", "failures"))) " " (short(error, 160)) },
                        None if one.last_pull.is_none() => span.soft { "not pulled yet" },
                        None => (level::word("good", "well")),
                    } }
                } } }
            } } }
        }
    }
}

/// `POST /intelligence`: loads a list.
pub async fn load(visit: Visit, filled: Filled) -> Result<Response, Fault> {
    let asked = Address::of("/api/v1/indicator-lists")
        .with("org", filled.text("org").trim())
        .with("name", filled.text("name").trim());
    let _: LoadedList = visit.post_text(&asked.text(), filled.text("text")).await?;
    Ok(back("/intelligence"))
}

/// `GET /intelligence/{id}`: what of a list was not taken.
pub async fn problems(visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let path = format!("/api/v1/indicator-lists/{}/problems", part(&id));
    let problems: Vec<ListProblem> = visit.get(&path).await?;
    let body = html! {
        p.small { a href="/intelligence" { "Intelligence" } }
        h1 { "What was not taken" }
        @if problems.is_empty() { (list::empty("All of the list was taken.", html! {})) }
        @else { div.card.scroll { table.stack {
            thead { tr { th { "Where" } th { "Why" } } }
            tbody { @for one in problems.iter().take(PROBLEMS) { tr { td { (shown(&one.place)) } td.wide-text data-name="Why" { (shown(&one.reason)) } } } }
        } } }
    };
    Ok(Page::new(&visit, "What was not taken", body).answer())
}

/// `POST /intelligence/{id}/delete`: takes a list away.
pub async fn change(
    visit: Visit,
    Path((id, verb)): Path<(String, String)>,
) -> Result<Response, Fault> {
    if verb == "delete" {
        let path = format!("/api/v1/indicator-lists/{}", part(&id));
        visit.send(Method::DELETE, &path, &serde_json::Value::Null).await?;
    }
    Ok(back("/intelligence"))
}
