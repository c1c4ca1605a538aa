//! Incidents: the queue, with filters in the address, and what is done with several at once.

use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use wardwatch_api::Paged;
use wardwatch_model::{CloseReason, Incident, IncidentState, Level, OrgId, Timestamp};

use super::request::{Asked, Filled, back};
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::{Address, part};
use crate::part::count::{number, of};
use crate::part::form::{choice, line};
use crate::part::only::Only;
use crate::part::text::{short, shown, words};
use crate::part::{level, list, moment};
use crate::visit::{Names, Visit};

/// Which incidents; the same words as of the API.
#[derive(Deserialize, Default)]
pub struct Wanted {
    state: Option<IncidentState>,
    level: Option<Level>,
    device: Option<String>,
    owner: Option<String>,
    unowned: Option<bool>,
    org: Option<OrgId>,
    not_org: Option<String>,
    not_device: Option<String>,
    not_owner: Option<String>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    after: Option<String>,
}

impl Wanted {
    fn address(&self, path: &str) -> Address {
        Address::of(path)
            .maybe("state", self.state.map(IncidentState::as_str))
            .maybe("level", self.level.map(Level::as_str))
            .maybe("device", self.device.as_deref())
            .maybe("owner", self.owner.as_deref())
            .maybe("unowned", self.unowned)
            .maybe("org", self.org.as_ref())
            .maybe("not_org", self.not_org.as_deref())
            .maybe("not_device", self.not_device.as_deref())
            .maybe("not_owner", self.not_owner.as_deref())
            .maybe("from", self.from)
            .maybe("until", self.until)
    }

    fn narrows(&self) -> bool {
        self.level.is_some()
            || self.device.is_some()
            || self.owner.is_some()
            || self.unowned.is_some()
            || self.org.is_some()
            || self.not_org.is_some()
            || self.not_device.is_some()
            || self.not_owner.is_some()
            || self.from.is_some()
            || self.until.is_some()
    }
}

/// `GET /incidents`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let asked = wanted.address("/api/v1/incidents").with("limit", 50);
    let asked = asked.maybe("after", wanted.after.as_deref());
    let found: Paged<Incident> = visit.get(&asked.text()).await?;
    let names = visit.names_of(found.items.iter().map(|incident| &incident.org)).await?;
    let body = view(&visit, &wanted, &found, &names);
    Ok(Page::new(&visit, "Incidents", body).answer())
}

/// Filters that have fields of their own.
const FIELDS: [&str; 7] = ["state", "level", "org", "device", "unowned", "owner", "from"];

fn view(visit: &Visit, wanted: &Wanted, found: &Paged<Incident>, names: &Names) -> Markup {
    let list = wanted.address("/incidents");
    let only = Only { list: &list, fields: &FIELDS };
    html! {
        h1 { "Incidents" }
        p.cover { "The most serious first, then the newest. Times are of Europe/London; hover for UTC." }
        (filters(wanted, only))
        (only.chosen())
        (super::now::live_bar())
        div.beside {
        div #rows data-live="incidents" {
            @if found.items.is_empty() {
                (nothing(wanted))
            } @else if visit.may("handle_incidents") {
                form method="post" action="/incidents" {
                    input type="hidden" name="back" value=(list.text());
                    (table(visit, &found.items, names, Some(only), true))
                    (several())
                }
            } @else {
                (table(visit, &found.items, names, Some(only), false))
            }
            (list::next(&list, found.next.as_deref()))
        }
        aside.card #preview role="region" aria-label="Preview of the chosen incident" hidden {}
        }
    }
}

fn nothing(wanted: &Wanted) -> Markup {
    match wanted.narrows() {
        true => list::empty(
            "No incident matches what you chose.",
            html! { p { a href="/incidents" { "Show all" } } },
        ),
        false => list::empty(
            "There is no incident here. Whether devices report is said under Organisations.",
            html! { p { a href="/organisations" { "Organisations" } } },
        ),
    }
}

fn filters(wanted: &Wanted, only: Only<'_>) -> Markup {
    let levels = [
        ("critical", "critical"),
        ("high", "high and above"),
        ("medium", "medium and above"),
        ("low", "low and above"),
    ];
    html! {
        form.filters action="/incidents" hx-get="/incidents" hx-trigger="change" hx-select="#rows" hx-target="#rows" hx-swap="outerHTML" hx-push-url="true" {
            (choice("state", "State", "any", &[("open", "open"), ("closed", "closed"), ("merged", "merged")], wanted.state.map(IncidentState::as_str)))
            (choice("level", "Level", "any", &levels, wanted.level.map(Level::as_str)))
            (line("org", "Organisation (code)", wanted.org.as_ref().map_or("", OrgId::as_str)))
            (line("device", "Device", wanted.device.as_deref().unwrap_or_default()))
            (choice("unowned", "Nobody works on it", "does not matter", &[("true", "only those")], wanted.unowned.map(|_| "true")))
            (line("owner", "Who works on it", wanted.owner.as_deref().unwrap_or_default()))
            (since(wanted.from, Timestamp { micros: jiff::Timestamp::now().as_microsecond() }))
            (only.carried())
            div { button.button.quiet type="submit" { "Show" } }
        }
    }
}

/// Hours that a list may look back over.
const BACK: [(i64, &str); 4] =
    [(1, "the last hour"), (24, "the last 24 hours"), (168, "the last 7 days"), (720, "30 days")];

/// Since when something happened: a moment, so that the address means the same to whoever gets it.
fn since(from: Option<Timestamp>, now: Timestamp) -> Markup {
    // To the minute: whoever asks again within it has chosen the same.
    let minute = now.micros - now.micros.rem_euclid(60_000_000);
    let back = |hours: i64| Timestamp { micros: minute - hours * 3_600_000_000 }.to_string();
    let presets = BACK.map(|(hours, text)| (back(hours), text));
    let given = from.map(|from| (from.to_string(), format!("since {}", moment::in_words(from))));
    let given = given.filter(|(value, _)| presets.iter().all(|(preset, _)| preset != value));
    let all = presets.iter().map(|(value, text)| (value.as_str(), *text));
    let all: Vec<(&str, &str)> =
        all.chain(given.iter().map(|(value, text)| (value.as_str(), text.as_str()))).collect();
    choice(
        "from",
        "Something happened",
        "whenever",
        &all,
        from.map(|from| from.to_string()).as_deref(),
    )
}

/// What may be done with those that were chosen.
fn several() -> Markup {
    html! {
        div.bar-of-buttons {
            button.button name="do" value="take" type="submit" { "Take those chosen" }
            div.field {
                label.hidden-text for="reason" { "Why they are closed" }
                select #reason name="reason" {
                    @for reason in CloseReason::ALL { option value=(reason) { (words(reason.as_str())) } }
                }
            }
            button.button.quiet name="do" value="close" type="submit" { "Close those chosen" }
        }
    }
}

/// Rows of incidents; each replaced in place when it changes. Of a list with filters each value can be chosen or
/// left out.
pub fn table(
    visit: &Visit,
    incidents: &[Incident],
    names: &Names,
    only: Option<Only<'_>>,
    choose: bool,
) -> Markup {
    html! {
        div.scroll {
            table.stack {
                thead {
                    tr {
                        @if choose { th { span.hidden-text { "Choose" } input type="checkbox" data-all aria-label="Choose all"; } }
                        th { "Level" } th { "What" } th { "Organisation" } th.number { "Devices" }
                        th { "Who works on it" } th { "Last seen" } th.number { "Score" }
                    }
                }
                tbody {
                    @for incident in incidents { (row(visit, incident, names, only, choose)) }
                }
            }
        }
    }
}

fn row(
    visit: &Visit,
    incident: &Incident,
    names: &Names,
    only: Option<Only<'_>>,
    choose: bool,
) -> Markup {
    let version = format!(
        "{}-{}-{}-{}",
        incident.updated.micros,
        incident.count,
        incident.state.as_str(),
        incident.owner.as_deref().unwrap_or_default()
    );
    let menu = |word, value: &str| only.map(|only| only.menu(word, value));
    let id = incident.id.to_string();
    let name = names.of(&incident.org);
    html! {
        tr data-row=(id) data-version=(version) {
            @if choose { td { input type="checkbox" name="id" value=(id) aria-label={ "Choose " (incident.title) }; } }
            td { (level::tag(incident.level)) @if incident.state != IncidentState::Open { " " (level::word("info", incident.state.as_str())) } }
            td.wide-text {
                a href=(format!("/incidents/{id}")) { (shown(&incident.title)) }
                @if let Some(campaign) = &incident.campaign { " " a href=(format!("/campaigns/{campaign}")) { (level::word("high", "in several organisations")) } }
            }
            td data-name="Organisation" { a href=(format!("/organisations/{}", incident.org)) title=(incident.org) { (shown(name)) } @if let Some(menu) = menu("org", incident.org.as_str()) { (menu) } }
            td.number data-name="Devices" {
                @match incident.devices.as_slice() {
                    [one] => { a href=(format!("/devices/{}/{}", incident.org, part(one))) { (short(one, 24)) } @if let Some(menu) = menu("device", one) { (menu) } },
                    [] => span.soft { "none named" },
                    more => (number(more.len() as u64)),
                }
            }
            td data-name="Who works on it" {
                @match &incident.owner {
                    Some(owner) => { (shown(owner)) @if let Some(menu) = menu("owner", owner) { (menu) } },
                    None if incident.state == IncidentState::Open && visit.may("handle_incidents") => span.soft { "nobody" },
                    None => span.soft { "nobody" },
                }
            }
            td data-name="Last seen" { (moment::moment(incident.last)) br; span.soft.small { (of(incident.count, "detection", "detections")) } }
            td.number data-name="Score" { (number(u64::from(incident.score))) }
        }
    }
}

/// `POST /incidents`: something done with several.
pub async fn change(visit: Visit, filled: Filled) -> Result<Response, Fault> {
    let mut first = None;
    for id in filled.all("id") {
        let sent = match filled.text("do") {
            "take" => {
                let path = format!("/api/v1/incidents/{}/assign", part(id));
                visit.send(Method::POST, &path, &json!({ "owner": visit.me.name })).await
            }
            _ => {
                let path = format!("/api/v1/incidents/{}/close", part(id));
                visit.send(Method::POST, &path, &json!({ "reason": filled.text("reason") })).await
            }
        };
        // One that cannot be changed does not hold up the others.
        if let Err(fault) = sent {
            first.get_or_insert(fault);
        }
    }
    match first {
        Some(fault) => Err(fault),
        None => Ok(back(filled.get("back").unwrap_or("/incidents"))),
    }
}
