//! Reports: one page for a board, to be printed or read aloud.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::alert::AlertView;
use wardwatch_api::decision::{DecisionCounts, Stage};
use wardwatch_api::exposure::ExposurePage;
use wardwatch_api::lifecycle::LifecycleAnswer;
use wardwatch_api::overview::Overview;
use wardwatch_model::OrgId;
use wardwatch_model::posture::Posture;

use super::organisation::list_of;
use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::Address;
use crate::part::count::{number, of};
use crate::part::text::shown;
use crate::part::{cover, level, moment};
use crate::visit::Visit;

/// Risks that are named.
const RISKS: usize = 3;

/// Of whom.
#[derive(Deserialize, Default)]
pub struct Wanted {
    org: Option<OrgId>,
}

/// `GET /reports`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let org = wanted.org.as_ref();
    let of_org = |path| Address::of(path).maybe("org", org);
    let overview = of_org("/api/v1/overview").with("hours", 720).with("tiles", 0).text();
    let exposures = of_org("/api/v1/exposures").with("exploited", true).with("limit", 5).text();
    let lifecycle = of_org("/api/v1/lifecycle").with("months", 12).with("lines", 0).text();
    let alerts = of_org("/api/v1/alerts").text();
    // Who sees one organisation and what lies below it need not say which.
    let home = match visit.me.grants.as_slice() {
        [held] => Some(held.org.clone()),
        _ => None,
    };
    let whose = org.cloned().or(home);
    let posture = async {
        let org = whose.as_ref()?;
        visit.get::<Posture>(&format!("/api/v1/organisations/{org}/posture")).await.ok()
    };
    let (overview, exposures, lifecycle, alerts, posture, names) = tokio::join!(
        visit.get(&overview),
        visit.get(&exposures),
        visit.get(&lifecycle),
        visit.get(&alerts),
        posture,
        visit.names_of(&whose),
    );
    let overview: Overview = overview?;
    let exposures: Option<ExposurePage> = exposures.ok();
    let lifecycle: Option<LifecycleAnswer> = lifecycle.ok();
    let alerts: Option<Vec<AlertView>> = alerts.ok();
    let found: u64 = overview.rate.iter().map(|span| span.detections).sum();
    let names = names?;
    let name = whose.as_ref().map_or("the sector", |org| names.of(org));
    let title = if visit.only_care_home() { "How our computers stand" } else { "Board report" };
    let all = &overview.all;
    let body = html! {
        h1 { (title) ": " (shown(name)) }
        p.cover { "As of " (moment::moment(overview.time)) ". Print this page; it fits one side." }
        @if let (Some(org), Some(posture)) = (&whose, &posture) { (stands(org, posture)) }
        section.card { h2 { "Can this report be trusted?" }
            p { (of(all.bodies, "organisation", "organisations")) "; " @if all.silent > 0 { strong { "of " (number(all.silent)) " nothing is known" } ", because nothing has reported for a day." } @else if all.bodies == 1 { "it reports." } @else { "all of them report." } }
            @if let Some(page) = &exposures { (cover::devices(&page.coverage)) (cover::landscape(&page.landscape)) }
        }
        section.card { h2 { "Are we under attack?" }
            p { @if overview.open.critical + overview.open.high == 0 { "No serious incident is open." } @else { strong { (of(overview.open.critical + overview.open.high, "serious incident is", "serious incidents are")) " open" } " in " (of(all.at_risk, "organisation", "organisations")) "; " (number(overview.open.unowned)) " of them nobody works on." } " In 30 days rules found something " (of(found, "time", "times")) "." }
        }
        section.card { h2 { "Are we open to what attackers use now?" }
            @match &exposures {
                None => p { (level::word("unknown", "?")) " Still being worked out, or not known." },
                Some(page) if page.items.is_empty() => p { "No hole that is known to be exploited is known to be open here." },
                Some(page) => ul { @for row in &page.items { li { strong { (row.cve) } ": " (of(row.exposed, "device", "devices")) " in " (of(row.organisations, "organisation", "organisations")) @if let Some(due) = row.due { ", to be closed by " (moment::day(due)) } @if row.overdue { " " (level::word("critical", "overdue")) } } } },
            }
        }
        section.card { h2 { "What is getting too old?" }
            @match &lifecycle {
                None => p { (level::word("unknown", "?")) " Still being worked out, or not known." },
                Some(answer) => p { (of(answer.all.ended, "device is", "devices are")) " without support; " (number(answer.all.months.iter().map(|month| month.devices).sum())) " more will be within 12 months; of " (number(answer.all.unknown)) " it is not known. " (decided(&answer.decisions, org)) },
            }
        }
        section.card { h2 { "Did we do what the centre asked?" }
            @match &alerts {
                None => p { (level::word("unknown", "?")) " Still being worked out, or not known." },
                Some(alerts) if alerts.is_empty() => p { "No alert is running." },
                Some(alerts) => ul { @for alert in alerts { li { (shown(&alert.alert.title)) ": " (number(alert.done)) " of " (of(alert.organisations, "organisation", "organisations")) " done, " (number(alert.overdue)) " overdue" } } },
            }
        }
        section.card.no-print aria-labelledby="pack" {
            h2 #pack { "Evidence for an assessment" }
            p { "One signed archive with what stands behind this page: incidents, open holes, lifecycle, decisions, exceptions, plans, alerts, each with the question, the time and a checksum. Whoever gets it can see with " code { "ward evidence verify" } " that nothing was changed." }
            p { a.button href=(of_org("/api/v1/evidence").text()) download { "Get the evidence pack (zip)" } }
        }
        p.no-print.small { "For one organisation add " code { "?org=CODE" } " to the address." }
    };
    Ok(Page::new(&visit, "Reports", body).answer())
}

/// The score, and the three risks that take most from it.
fn stands(org: &OrgId, posture: &Posture) -> Markup {
    html! {
        section.card { h2 { "How do we stand?" }
            @match posture.score {
                None => p { (level::word("unknown", "?")) " Nothing was ever heard from here, which is not the same as nothing being wrong." },
                Some(score) => {
                    p { strong.score { (score) } " of 100" @if posture.reasons.is_empty() { ". Nothing that is looked at takes anything away." } @else { ". What takes most away:" } }
                    ol { @for reason in posture.reasons.iter().take(RISKS) { li { a href=(list_of(reason.part, org)) { "−" (reason.points) } " " (shown(&reason.text)) } } }
                },
            }
        }
    }
}

/// What was decided of devices without support, and what waits to be.
fn decided(counts: &DecisionCounts, org: Option<&OrgId>) -> Markup {
    let list = Address::of("/decisions").maybe("org", org);
    let to = |stage: Stage| list.clone().with("stage", stage.as_str()).text();
    html! {
        a href=(to(Stage::Undecided)) { (number(counts.undecided)) } " wait for a decision; "
        a href=(to(Stage::Accept)) { (number(counts.accept)) } " are accepted as they are until a day; of "
        a href=(to(Stage::Late)) { (number(counts.late)) } " the day has passed."
    }
}
