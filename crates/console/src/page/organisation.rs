//! One organisation: how it stands, its incidents, what it is open to, what leaves support.

use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;
use wardwatch_api::Paged;
use wardwatch_api::exposure::ExposurePage;
use wardwatch_api::lifecycle::LifecycleAnswer;
use wardwatch_api::overview::{OrgNow, Overview, SILENT_HOURS};
use wardwatch_api::sender::Sender;
use wardwatch_api::service::ImportedList;
use wardwatch_model::posture::{Posture, PosturePart};
use wardwatch_model::{Contact, Incident, OrgId, Organisation, Service};

use super::incidents::table;
use super::request::{Filled, back};
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::part;
use crate::part::count::{number, of, tile};
use crate::part::text::{bare, shown, words};
use crate::part::{contacts as contact, cover, level, list, moment};
use crate::visit::{Names, Visit};

struct Known {
    overview: Overview,
    incidents: Paged<Incident>,
    exposures: Option<ExposurePage>,
    lifecycle: Option<LifecycleAnswer>,
    services: Vec<Service>,
    senders: Option<Vec<Sender>>,
    contacts: Vec<Contact>,
    posture: Option<Posture>,
    names: Names,
}

/// `GET /organisations/{org}`.
pub async fn show(visit: Visit, Path(org): Path<String>) -> Result<Response, Fault> {
    let code = part(&org);
    let id: Option<OrgId> = org.parse().ok();
    let names = visit.names_of(&id).await?;
    let found = id.as_ref().and_then(|id| names.get(id)).cloned();
    let Some(organisation) = found else {
        let problem =
            wardwatch_api::Problem::new(404, "Not Found", "there is no such organisation");
        return Err(Fault::Problem(problem));
    };
    let of = |path: &str| format!("/api/v1/{path}{code}");
    let (incidents, overview) =
        (of("incidents?state=open&limit=20&org="), of("overview?tiles=0&org="));
    let (exposures, lifecycle) =
        (of("exposures?limit=10&org="), of("lifecycle?months=12&lines=5&org="));
    let (services, senders) = (of("services?org="), of("senders?org="));
    let contacts = of("contacts?codes=");
    let posture = format!("/api/v1/organisations/{code}/posture");
    let (incidents, overview, exposures, lifecycle, services, senders, contacts, posture) = tokio::join!(
        visit.get::<Paged<Incident>>(&incidents),
        visit.get(&overview),
        visit.get(&exposures),
        visit.get(&lifecycle),
        visit.get(&services),
        visit.get(&senders),
        visit.get(&contacts),
        visit.get(&posture),
    );
    let incidents = incidents?;
    let orgs = incidents.items.iter().map(|incident| &incident.org);
    let names = visit.names_of(orgs.chain(&organisation.parent)).await?;
    let known = Known {
        overview: overview?,
        incidents,
        exposures: exposures.ok(),
        lifecycle: lifecycle.ok(),
        services: services?,
        senders: senders.ok(),
        contacts: contacts?,
        posture: posture.ok(),
        names,
    };
    let title = organisation.name.clone();
    let body = view(&visit, &organisation, &known);
    Ok(Page::new(&visit, title, body).answer())
}

fn view(visit: &Visit, organisation: &Organisation, known: &Known) -> Markup {
    let code = &organisation.code;
    let own = known.overview.own.as_ref();
    let below = known.overview.organisations.saturating_sub(1);
    html! {
        p.small { a href="/organisations" { "Organisations" } @if let Some(parent) = &organisation.parent { " / " a href=(format!("/organisations/{parent}")) { (shown(known.names.of(parent))) } } }
        h1 { (shown(&organisation.name)) }
        p { (level::word("info", &words(organisation.kind.as_str()))) " " span.soft { (code) @if below > 0 { ", with " (of(below, "organisation", "organisations")) " below it" } } }
        @if organisation.closed.is_some() { div.told { p { "It is closed." @if let Some(to) = &organisation.successor { " " a href=(format!("/organisations/{to}")) { "Who took it over" } } } } }
        @if let Some(own) = own { (health(own, known)) }
        (counts(code, known))
        section.card aria-labelledby="incidents" {
            h2 #incidents { "Open incidents" }
            @if known.incidents.items.is_empty() { (list::empty(match own.is_none_or(OrgNow::is_silent) { true => "None is open, but nothing has reported for a day: this page could not know.", false => "None is open." }, html! {})) }
            @else { (table(visit, &known.incidents.items, &known.names, None, false)) }
        }
        @if let Some(posture) = &known.posture { (score(code, posture, below)) }
        div.cards {
            (contacts(visit, code, known))
            (exposures(code, known))
            (lifecycle(code, known))
            (services(code, known))
            (senders(code, known))
        }
    }
}

fn health(own: &OrgNow<'_>, known: &Known) -> Markup {
    html! {
        @if own.is_silent() && own.devices > 0 {
            div.told.unknown { p { strong { "Nothing has reported for " (SILENT_HOURS) " hours." } " What is said here may be over. Ring them, and look at their senders below." } }
        } @else if own.devices == 0 && own.last_heard.is_none() && known.overview.organisations == 1 {
            div.told.unknown { p { strong { "No device of theirs was ever heard from." } " Nothing is known, which is not the same as nothing being wrong." } }
        }
    }
}

fn counts(code: &OrgId, known: &Known) -> Markup {
    let open = known.overview.open;
    let (devices, silent) = (known.overview.all.devices, known.overview.all.silent_devices);
    let class = |value: u64, bad: &'static str| if value > 0 { bad } else { "good" };
    html! {
        ul.counts {
            (tile(class(open.critical, "bad"), open.critical, "critical and open", &format!("/incidents?state=open&level=critical&org={code}")))
            (tile(class(open.unowned, "warn"), open.unowned, "serious that nobody works on", &format!("/incidents?state=open&level=high&unowned=true&org={code}")))
            (tile(if devices == 0 { "unknown" } else { "" }, devices, "devices heard from", &format!("/devices?org={code}")))
            (tile(class(silent, "unknown"), silent, "of them silent", &format!("/devices?silent=true&org={code}")))
        }
    }
}

/// The list behind what takes points away.
pub fn list_of(part: PosturePart, code: &OrgId) -> String {
    match part {
        PosturePart::Reporting => format!("/devices?silent=true&org={code}"),
        PosturePart::Exploited => format!("/exposure?exploited=true&org={code}"),
        PosturePart::Support => format!("/lifecycle?org={code}"),
        PosturePart::Incidents => format!("/incidents?state=open&level=high&org={code}"),
        PosturePart::Alerts => "/alerts".to_owned(),
    }
}

/// The score with what takes away from it, each with its list.
fn score(code: &OrgId, posture: &Posture, below: u64) -> Markup {
    html! {
        section.card aria-labelledby="score" {
            h2 #score { "How it stands" @if below > 0 { ", with all below" } }
            @match posture.score {
                None => p { (level::word("unknown", "? not known")) " Nothing was ever heard from here, which is not the same as nothing being wrong." },
                Some(score) => {
                    p { strong.score { (score) } " of 100" @if posture.reasons.is_empty() { ". Nothing that is looked at takes anything away." } }
                    ul { @for reason in &posture.reasons { li { a href=(list_of(reason.part, code)) { "−" (reason.points) } " " (shown(&reason.text)) } } }
                },
            }
            details.nhsuk-details {
                summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "How this is counted" } }
                p.nhsuk-details__text { "From 100 is taken: up to 25 for the share of devices that are silent or have not said what they run, up to 30 for the share open to the exploited hole that is open on most, up to 15 for the share without support, 10 for an open incident at level high or 15 at critical, 5 when nobody works on one, 10 for an alert that was not answered in time. It is the same for everybody, and moves only when one of these does." }
            }
        }
    }
}

/// Whom to ring, and a form for whoever may say so.
fn contacts(visit: &Visit, code: &OrgId, known: &Known) -> Markup {
    let to = format!("/organisations/{code}/contacts");
    let may = visit.may("classify_devices");
    html! {
        section.card aria-labelledby="ring" {
            h2 #ring { "Whom to ring" }
            @if known.contacts.is_empty() { p.soft { "Nobody has said whom to ring here." } }
            ul { @for one in &known.contacts {
                li {
                    (contact::line(one))
                    @if one.for_below { " " span.soft.small { "Organisations below ring it too." } }
                    @if may {
                        " " form.inline method="post" action=(to) {
                            input type="hidden" name="remove" value=(one.name);
                            button.plain.small type="submit" aria-label=(format!("Take away {}", bare(&one.name))) { "Take away" }
                        }
                    }
                }
            } }
            @if may {
                details.nhsuk-details {
                    summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Add or change one" } }
                    form.nhsuk-details__text method="post" action=(to) {
                        div.field { label for="contact-name" { "Name of the desk or person" } input #contact-name name="name" required maxlength="200" autocomplete="off"; }
                        div.field { label for="contact-phone" { "Telephone" } input #contact-phone name="phone" type="tel" required maxlength="40" autocomplete="off"; }
                        div.field { label for="contact-about" { "What for, and when they answer" } input #contact-about name="about" maxlength="200" autocomplete="off"; }
                        div.field { label for="contact-mail" { "Mail" } input #contact-mail name="mail" type="email" maxlength="200" autocomplete="off"; }
                        div.field { label { input name="for_below" type="checkbox" value="yes"; " Organisations below may ring it too" } }
                        button.button type="submit" { "Save" }
                    }
                }
            }
        }
    }
}

/// `POST /organisations/{org}/contacts`: adds, changes or takes one away.
pub async fn change(
    visit: Visit,
    Path(org): Path<String>,
    filled: Filled,
) -> Result<Response, Fault> {
    let to = format!("/organisations/{}", part(&org));
    if let Some(name) = filled.get("remove") {
        let path = format!("/api/v1/contacts/{}/{}", part(&org), part(name));
        visit.send(Method::DELETE, &path, &serde_json::Value::Null).await?;
        return Ok(back(&to));
    }
    let contact = json!([{
        "org": org,
        "name": filled.text("name").trim(),
        "phone": filled.text("phone").trim(),
        "about": filled.text("about").trim(),
        "mail": filled.text("mail").trim(),
        "for_below": filled.get("for_below").is_some(),
    }]);
    let done: ImportedList = visit.post("/api/v1/contacts/import", &contact).await?;
    match done.problems.first() {
        None => Ok(back(&to)),
        Some(problem) => {
            let problem = wardwatch_api::Problem::new(422, "Unprocessable Content", problem);
            Err(Fault::Problem(problem))
        }
    }
}

fn exposures(code: &OrgId, known: &Known) -> Markup {
    html! {
        section.card aria-labelledby="open-to" {
            h2 #open-to { "What it is open to" }
            @match &known.exposures {
                None => p { (level::word("unknown", "?")) " Still being worked out, or not known." },
                Some(page) => {
                    (cover::devices(&page.coverage))
                    @if page.items.is_empty() { p.soft { "No open hole is known." } }
                    ul { @for row in page.items.iter().take(6) {
                        li { a href=(format!("/exposure/{}?org={code}", row.cve)) { (row.cve) } ": " (of(row.exposed, "device", "devices")) @if row.kev { " " (level::word("critical", "exploited")) } @if row.attack.is_some() { " " (level::word("critical", "attacked now")) } }
                    } }
                    p { a href=(format!("/exposure?org={code}")) { "All, with deadlines" } }
                },
            }
        }
    }
}

fn lifecycle(code: &OrgId, known: &Known) -> Markup {
    html! {
        section.card aria-labelledby="leaves" {
            h2 #leaves { "What leaves support" }
            @match &known.lifecycle {
                None => p { (level::word("unknown", "?")) " Still being worked out, or not known." },
                Some(answer) => {
                    p { (of(answer.all.ended, "device is", "devices are")) " without support already; " (number(answer.all.months.iter().map(|month| month.devices).sum())) " more will be within " (answer.months) " months; of " (number(answer.all.unknown)) " it is not known." }
                    ul { @for line in answer.leaving.iter().take(5) { li { (moment::day(line.ends)) ": " (of(line.devices, "device", "devices")) " on " (shown(&line.label)) } } }
                    p { a href=(format!("/lifecycle?org={code}")) { "Forecast of 36 months" } " · " a href=(format!("/plans?org={code}")) { "Protection plans" } }
                },
            }
        }
    }
}

fn services(code: &OrgId, known: &Known) -> Markup {
    let own: Vec<&Service> = known.services.iter().filter(|service| service.org == *code).collect();
    html! {
        section.card aria-labelledby="services" {
            h2 #services { "Services" }
            @if own.is_empty() { p.soft { "Nobody has said which services there are, so no page can say what care an attack touches." } }
            ul { @for service in own { li { (shown(&service.name)) @if !service.depends_on.is_empty() { span.soft { ", needs " (service.depends_on.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", ")) } } } } }
        }
    }
}

fn senders(code: &OrgId, known: &Known) -> Markup {
    html! {
        section.card aria-labelledby="senders" {
            h2 #senders { "What it sends by" }
            @match &known.senders {
                None => p.soft { "Only administrators see senders." },
                Some(senders) => {
                    @let own: Vec<&Sender> = senders.iter().filter(|sender| sender.org == *code).collect();
                    @if own.is_empty() { p { "No sender is set up: nothing can report." } }
                    ul { @for sender in own { li { (shown(&sender.name)) ": " (of(sender.events, "event", "events")) ", last " (moment::maybe(sender.last_seen, "never")) @if sender.gaps > 0 { " " (level::word("high", &of(sender.gaps, "gap", "gaps"))) } } } }
                },
            }
        }
    }
}
