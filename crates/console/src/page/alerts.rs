//! Alerts from the centre: what is to be closed by when, answers filled in by devices and signed by
//! people.

use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use wardwatch_api::alert::{AlertAnswerLine, AlertView};
use wardwatch_model::{AlertFigures, AlertProgress, OrgId};

use super::request::{Asked, Filled, back};
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::part;
use crate::part::count::{linked, number, of, tile};
use crate::part::text::{bare, shown, words};
use crate::part::{level, list, moment};
use crate::visit::{Names, Visit};

/// Which alerts; the same words as of the API.
#[derive(Deserialize, Default)]
pub struct Wanted {
    org: Option<OrgId>,
    ended: Option<bool>,
}

/// Organisations that a page shows; all of them are in the JSON.
const LINES: u64 = 60;

/// `GET /alerts`.
pub async fn list(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let asked = crate::part::address::Address::of("/api/v1/alerts")
        .maybe("org", wanted.org.as_ref())
        .maybe("ended", wanted.ended);
    let alerts: Vec<AlertView> = visit.get(&asked.text()).await?;
    let body = html! {
        h1 { "Alerts from the centre" }
        p.cover { "Answers are filled in by devices. A device that never reported counts as unknown, never as done." }
        @if alerts.is_empty() { (list::empty("No alert is running.", html! {})) } @else {
            div.card.scroll { table.stack {
                thead { tr { th { "Alert" } th { "Acknowledge by" } th { "Act by" } th.number { "Open devices" } th.number { "Unknown" } th { "Acknowledged" } th { "Done" } th { "Overdue" } } }
                tbody { @for alert in &alerts { tr data-row=(alert.alert.id) {
                    td.wide-text { a href=(format!("/alerts/{}", alert.alert.id)) { (shown(&alert.alert.title)) } @if alert.alert.ended.is_some() { " " (level::word("info", "ended")) } }
                    td data-name="Acknowledge by" { (moment::moment(alert.alert.acknowledge_by)) }
                    td data-name="Act by" { (moment::day(alert.alert.act_by)) }
                    td.number data-name="Open devices" {
                        (linked(alert.figures.affected, &format!("/alerts/{}/devices?status=exposed", alert.alert.id)))
                    }
                    td.number data-name="Unknown" { (number(alert.figures.unknown)) }
                    td data-name="Acknowledged" { (number(alert.acknowledged)) " of " (number(alert.organisations)) }
                    td data-name="Done" { (number(alert.done)) " of " (number(alert.organisations)) }
                    td data-name="Overdue" { @if alert.overdue > 0 { (level::word("critical", &number(alert.overdue))) } @else { "none" } }
                } } }
            } }
        }
        p.small { a href="/alerts?ended=true" { "Ended ones too" } }
        @if visit.may("handle_incidents") && !visit.only_care_home() { (new(&visit)) }
    };
    Ok(Page::new(&visit, "Alerts from the centre", body).answer())
}

fn new(visit: &Visit) -> Markup {
    html! {
        details.nhsuk-details.card {
            summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Issue an alert" } }
            form.nhsuk-details__text method="post" action="/alerts" {
                div.field { label for="org" { "To (code): this organisation and all below" } input #org name="org" value=(visit.me.grants.first().map_or("", |held| held.org.as_str())) required; }
                div.field { label for="title" { "What it is about" } input #title name="title" required; }
                div.field { label for="cves" { "Vulnerabilities, one or more" } input #cves name="cves" placeholder="CVE-2017-0144 CVE-2017-0145" required; }
                div.field { label for="text" { "What to do, in plain English" } textarea #text name="text" {} }
                div.field { label for="act_by" { "Act by (14 days from now unless given)" } input #act_by name="act_by" type="date"; }
                button.button type="submit" { "Issue" }
            }
        }
    }
}

/// `POST /alerts`: issues one.
pub async fn issue(visit: Visit, filled: Filled) -> Result<Response, Fault> {
    let cves: Vec<&str> =
        filled.text("cves").split([' ', ',', ';', '\n']).filter(|word| !word.is_empty()).collect();
    let body = json!({
        "org": filled.text("org"), "title": filled.text("title"), "text": filled.text("text"),
        "cves": cves, "act_by": filled.get("act_by"),
    });
    let made: serde_json::Value = visit.post("/api/v1/alerts", &body).await?;
    let id = made.get("id").and_then(|id| id.as_str()).unwrap_or_default();
    Ok(back(&format!("/alerts/{}", part(id))))
}

/// `GET /alerts/{id}`.
pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let alert: AlertView =
        visit.get(&format!("/api/v1/alerts/{}?lines={LINES}", part(&id))).await?;
    let orgs = alert.answers.iter().map(|line| &line.org);
    let names = visit.names_of(orgs).await?;
    let title = alert.alert.title.clone();
    let body = view(&visit, &alert, &names);
    Ok(Page::new(&visit, title, body).answer())
}

fn view(visit: &Visit, alert: &AlertView, names: &Names) -> Markup {
    let may = visit.may("handle_incidents");
    let all = |status: &str| format!("/alerts/{}/devices?status={status}", alert.alert.id);
    let class = |value: u64, class: &'static str| if value > 0 { class } else { "" };
    html! {
        p.small { a href="/alerts" { "Alerts from the centre" } }
        h1 { (shown(&alert.alert.title)) }
        p { "Issued " (moment::moment(alert.alert.issued)) " by " (shown(&alert.alert.issued_by)) ". Acknowledge by " (moment::moment(alert.alert.acknowledge_by)) ", act by " (moment::day(alert.alert.act_by)) "." }
        @if alert.alert.ended.is_some() { div.told { p { "It has ended." } } }
        @if !alert.alert.text.is_empty() { section.card { p { (shown(&alert.alert.text)) } } }
        p { @for cve in &alert.alert.cves { a.chip href=(format!("/exposure/{cve}")) { (cve) } " " } }
        ul.counts {
            (tile(class(alert.figures.affected, "bad"), alert.figures.affected, "devices open", &all("exposed")))
            (figure(alert.figures.unknown, "unknown", "unknown"))
            (tile(class(alert.figures.mitigated, "warn"), alert.figures.mitigated, "devices with the way in closed", &all("mitigated")))
            (tile(class(alert.figures.fixed, "good"), alert.figures.fixed, "devices fixed", &all("fixed")))
            (tile("", alert.figures.not_affected, "devices not affected", &all("not_affected")))
        }
        @if alert.answers.is_empty() { (list::empty("It goes to no organisation of yours.", html! {})) }
        @else {
            section.card aria-labelledby="answers" {
                h2 #answers { "Answers, those that are overdue first" }
                div.scroll { table.stack {
                    thead { tr { th { "Organisation" } th.number { "Open" } th.number { "Unknown" } th.number { "Way in closed" } th.number { "Fixed" } th { "Acknowledged" } th { "Signed" } @if may { th { "Answer" } } } }
                    tbody { @for line in &alert.answers { (answer(alert, line, names, may)) } }
                } }
                @if alert.organisations > LINES { p.soft { (number(alert.organisations - LINES)) " more stand in the JSON." } }
            }
        }
    }
}

fn figure(value: u64, what: &str, class: &str) -> Markup {
    html! { li class=(if value > 0 { class } else { "" }) { b { (number(value)) } (if value == 1 { "device " } else { "devices " }) (what) } }
}

fn answer(alert: &AlertView, line: &AlertAnswerLine, names: &Names, may: bool) -> Markup {
    let to = format!("/alerts/{}", alert.alert.id);
    let org = &line.org;
    let devices = |value: u64, status: &str| {
        linked(value, &format!("{to}/devices?status={status}&org={org}"))
    };
    html! {
        tr data-row=(org) {
            td.wide-text { a href=(format!("/organisations/{org}")) { (shown(names.of(org))) } @if let Some(overdue) = &line.overdue { " " (level::word("critical", &format!("overdue: {overdue}"))) } }
            td.number data-name="Open" { (devices(line.figures.affected, "exposed")) }
            td.number data-name="Unknown" { (number(line.figures.unknown)) }
            td.number data-name="Way in closed" { (devices(line.figures.mitigated, "mitigated")) }
            td.number data-name="Fixed" { (devices(line.figures.fixed, "fixed")) }
            td data-name="Acknowledged" {
                @match &line.acknowledged {
                    Some(signature) => { (shown(&signature.by)) br; span.soft.small { (moment::moment(signature.time)) } },
                    None if may && alert.alert.ended.is_none() => {
                        form.inline method="post" action=(format!("{to}/acknowledge")) { input type="hidden" name="org" value=(org); button.button.quiet type="submit" aria-label=(format!("Acknowledge for {}", bare(names.of(org)))) { "Acknowledge" } }
                    },
                    None => span.soft { "not yet" },
                }
            }
            td data-name="Signed" {
                @match &line.signed {
                    Some(signed) => { (words(signed.progress.as_str())) ", " (shown(&signed.signature.by)) br; span.soft.small { (moment::moment(signed.signature.time)) @if !signed.note.is_empty() { " “" (shown(&signed.note)) "”" } } },
                    None => span.soft { "not yet" },
                }
            }
            @if may { td { @if alert.alert.ended.is_none() { (signing(&to, line, names)) } } }
        }
    }
}

/// The answer as devices fill it in, to be signed by a person.
fn signing(to: &str, line: &AlertAnswerLine, names: &Names) -> Markup {
    let org = &line.org;
    html! {
        details.nhsuk-details {
            summary.nhsuk-details__summary aria-label=(format!("Sign for {}", bare(names.of(org)))) { span.nhsuk-details__summary-text { "Sign" } }
            form.nhsuk-details__text method="post" action=(format!("{to}/sign")) {
                input type="hidden" name="org" value=(org);
                p { "You sign what devices reported: " (sentence(&line.figures)) }
                div.field { label for=(format!("progress-{org}")) { "How far you are" } select id=(format!("progress-{org}")) name="progress" { @for one in AlertProgress::ALL { option value=(one.as_str()) { (words(one.as_str())) } } } }
                div.field { label for=(format!("note-{org}")) { "What you want to say" } textarea id=(format!("note-{org}")) name="note" {} }
                button.button type="submit" { "Sign" }
            }
        }
    }
}

fn sentence(figures: &AlertFigures) -> String {
    format!(
        "{} open, {} unknown, {} with the way in closed, {} fixed, {} not affected.",
        of(figures.affected, "device", "devices"),
        number(figures.unknown),
        number(figures.mitigated),
        number(figures.fixed),
        number(figures.not_affected)
    )
}

/// `POST /alerts/{id}/{verb}`: acknowledges or signs.
pub async fn change(
    visit: Visit,
    Path((id, verb)): Path<(String, String)>,
    filled: Filled,
) -> Result<Response, Fault> {
    let to = part(&id);
    let body = match verb.as_str() {
        "acknowledge" => json!({ "org": filled.text("org") }),
        "sign" => {
            json!({ "org": filled.text("org"), "progress": filled.text("progress"), "note": filled.text("note") })
        }
        _ => return Ok(back(&format!("/alerts/{to}"))),
    };
    visit.send(Method::POST, &format!("/api/v1/alerts/{to}/{verb}"), &body).await?;
    Ok(back(&format!("/alerts/{to}")))
}
