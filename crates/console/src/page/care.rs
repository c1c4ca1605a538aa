//! Your computers: one sentence, one job at a time, in plain words, for somebody without IT staff.

use axum::response::Response;
use maud::{Markup, html};
use wardwatch_api::Paged;
use wardwatch_api::exposure::ExposurePage;
use wardwatch_api::overview::{Overview, SILENT_HOURS};
use wardwatch_model::{Contact, Incident, Level};

use crate::ask::Fault;
use crate::frame::Page;
use crate::part::count::{number, of};
use crate::part::text::shown;
use crate::part::{contacts, moment};
use crate::visit::Visit;

/// How things stand, in three states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Somebody should act today.
    Act,
    /// Nobody can tell.
    Unknown,
    /// Nothing needs doing.
    Fine,
}

/// `GET /care`.
pub async fn show(visit: Visit) -> Result<Response, Fault> {
    let (overview, incidents, exposures, ring) = tokio::join!(
        visit.get("/api/v1/overview?tiles=0"),
        visit.get::<Paged<Incident>>("/api/v1/incidents?state=open&level=high&limit=5"),
        visit.get("/api/v1/exposures?exploited=true&limit=1"),
        ring(&visit),
    );
    let (overview, incidents): (Overview, _) = (overview?, incidents?);
    let (exposures, ring): (Option<ExposurePage>, _) = (exposures.ok(), ring?);
    let body = view(&visit, &overview, &incidents.items, exposures.as_ref(), ring.first());
    Ok(Page::new(&visit, "Your computers", body).care().answer())
}

/// Whom to ring, from the top. Who reads this is the home itself: those who help it come before its own people.
async fn ring(visit: &Visit) -> Result<Vec<Contact>, Fault> {
    let mut ring: Vec<Contact> = visit.get("/api/v1/me/contacts").await?;
    ring.sort_by_key(|one| visit.me.grants.iter().any(|held| held.org == one.org));
    Ok(ring)
}

fn state(overview: &Overview, incidents: &[Incident]) -> State {
    let (devices, silent) = (overview.all.devices, overview.all.silent_devices);
    match () {
        () if !incidents.is_empty() => State::Act,
        () if devices == silent => State::Unknown,
        () => State::Fine,
    }
}

fn view(
    visit: &Visit,
    overview: &Overview,
    incidents: &[Incident],
    exposures: Option<&ExposurePage>,
    ring: Option<&Contact>,
) -> Markup {
    let (devices, silent) = (overview.all.devices, overview.all.silent_devices);
    let touched: std::collections::BTreeSet<&str> =
        incidents.iter().flat_map(|incident| incident.devices.iter().map(String::as_str)).collect();
    let last = overview.all.last_heard;
    let to_update = exposures.and_then(|page| page.items.first()).filter(|row| row.exposed > 0);
    html! {
        div.narrow {
            @match state(overview, incidents) {
                State::Act => {
                    h1 { (of(touched.len().max(1) as u64, "computer needs", "computers need")) " you today" }
                    @if let Some(incident) = incidents.first() { (job(visit, incident, ring)) }
                },
                State::Unknown => {
                    h1 { "We cannot tell if your computers are safe" }
                    div.told.unknown { p { @if devices == 0 { "None of your computers has told us anything yet." } @else { "None of your computers has told us anything for " (SILENT_HOURS) " hours." } } }
                    p { "Switch one of them on and wait for ten minutes. If this page still says so, ring " (whom(ring)) "." }
                },
                State::Fine => {
                    h1 { "Nothing needs doing today" }
                    div.told.good { p { "We looked at " (of(devices - silent, "computer", "computers")) " and found no attack." } }
                    @if silent > 0 { p { (of(silent, "computer has", "computers have")) " been off, or not talking to us. If it is in use, restart it." } }
                    @if let Some(row) = to_update {
                        h2 { "When you have time" }
                        p { (of(row.exposed, "computer is", "computers are")) " missing an update that attackers look for. On each: save your work, then Start, Settings, Windows Update, Install. It takes about half an hour, and you can go on with other computers meanwhile." }
                    }
                },
            }
            @if let Some(last) = last { p.soft { "We last heard from a computer of yours " (moment::ago(last, overview.time)) "." } }
            p { a href="/care/help" { "I need help" } }
            p { a href="/reports" { "A page to print, for an inspection" } }
        }
    }
}

/// Whom to ring, in the middle of a sentence.
fn whom(ring: Option<&Contact>) -> Markup {
    html! {
        @match ring {
            Some(one) => { (shown(&one.name)) ", " (contacts::number(one)) },
            None => "whoever looks after your computers",
        }
    }
}

/// One job: what, how, how long, what keeps working.
fn job(visit: &Visit, incident: &Incident, ring: Option<&Contact>) -> Markup {
    let serious = incident.level >= Level::Critical;
    html! {
        div.told.bad { p { strong { "What we saw: " } (shown(&incident.story)) } }
        h2 { "What to do now" }
        ol {
            li { "Go to " strong { (shown(&incident.devices.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", "))) } @if incident.devices.len() > 3 { " and " (number(incident.devices.len() as u64 - 3)) " more" } "." }
            li { @if serious { "Unplug its network cable, or switch its Wi-Fi off. Do not switch the computer off." } @else { "Stop using it for now. Leave it switched on." } }
            li { "Ring " (whom(ring)) " and say: incident " code { (incident.id.to_string().chars().take(8).collect::<String>()) } "." }
        }
        p { strong { "How long: " } "five minutes." }
        p { strong { "What keeps working: " } "your other computers, the telephone, and anything on paper." }
        p { a.button.quiet href="/care/help" { "I cannot do this now" } }
        @if visit.may("handle_incidents") { p { a href=(format!("/incidents/{}", incident.id)) { "All that we know" } } }
    }
}

/// `GET /care/help`.
pub async fn help(visit: Visit) -> Result<Response, Fault> {
    let ring = ring(&visit).await?;
    let body = html! {
        div.narrow {
            h1 { "Help" }
            @if ring.is_empty() { p { "Ring whoever looks after your computers, or the body that gave you this page. Their number stands on the letter with your code." } }
            @else {
                p { "Ring, from the top:" }
                ol.ring { @for one in &ring { li { (contacts::line(one)) } } }
            }
            p { "If residents or patients may come to harm, care comes first: use paper, and ring afterwards." }
            h2 { "If you cannot do it now" }
            p { "Leave the computer on, do not use it, and put a note on it. Then ring as soon as you can." }
            p { a href="/care" { "Back to your computers" } }
        }
    };
    Ok(Page::new(&visit, "Help", body).care().answer())
}

#[cfg(test)]
mod tests {
    use wardwatch_api::overview::{OpenCounts, OrgCounts};
    use wardwatch_model::Timestamp;

    use super::*;

    fn overview(devices: u64, silent_devices: u64) -> Overview {
        Overview {
            time: Timestamp { micros: 0 },
            open: OpenCounts::default(),
            own: None,
            all: OrgCounts { devices, silent_devices, ..OrgCounts::default() },
            organisations: 1,
            groups: vec![],
            rate: vec![],
        }
    }

    #[test]
    fn silence_is_never_fine() {
        assert_eq!(state(&overview(0, 0), &[]), State::Unknown);
        assert_eq!(state(&overview(8, 8), &[]), State::Unknown);
        assert_eq!(state(&overview(8, 7), &[]), State::Fine);
    }
}
