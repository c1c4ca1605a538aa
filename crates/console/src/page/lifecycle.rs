//! Lifecycle: what loses support when, where, and what blocks it.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use wardwatch_api::lifecycle::{CliffLine, LifecycleAnswer};
use wardwatch_model::OrgId;

use super::request::Asked;
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::Address;
use crate::part::chart::{Bar, bars};
use crate::part::count::{number, of};
use crate::part::text::shown;
use crate::part::{cover, list, moment};
use crate::visit::{Names, Visit};

/// Of whom, and how far ahead.
#[derive(Deserialize, Default)]
pub struct Wanted {
    org: Option<OrgId>,
    months: Option<u8>,
}

const MONTHS: u8 = 36;
const NAMES: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Lines of a table; more stand in the JSON.
const LINES: u64 = 100;

/// `GET /lifecycle`.
pub async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Fault> {
    let months = wanted.months.unwrap_or(MONTHS);
    let asked =
        Address::of("/api/v1/lifecycle").maybe("org", wanted.org.as_ref()).with("months", months);
    let answer: LifecycleAnswer = visit.get(&asked.clone().with("lines", LINES).text()).await?;
    let orgs = answer.leaving.iter().map(|line| &line.org);
    let worst = answer.by_organisation.iter().filter_map(|line| line.org.as_ref());
    let orgs = orgs.chain(worst).chain(&wanted.org);
    let names = visit.names_of(orgs).await?;
    let body = view(&wanted, &answer, &names, &asked);
    Ok(Page::new(&visit, "Lifecycle", body).answer())
}

fn view(wanted: &Wanted, answer: &LifecycleAnswer, names: &Names, asked: &Address) -> Markup {
    let leaving: u64 = answer.all.months.iter().map(|month| month.devices).sum();
    html! {
        h1 { "Lifecycle" @if let Some(org) = &wanted.org { " of " (shown(names.of(org))) } }
        (cover::devices(&answer.coverage))
        (cover::landscape(&answer.landscape))
        ul.counts {
            (count(answer.all.ended, "without support already", "bad"))
            (count(leaving, &format!("leave support within {} months", answer.months), "warn"))
            (count(answer.all.later, "later than that", ""))
            (count(answer.all.open_ended, "without a known end", ""))
            (count(answer.all.unknown, "unknown", "unknown"))
        }
        ul.values {
            @for (months, text) in [(12, "12 months"), (36, "36 months"), (60, "5 years")] {
                li { @if months == answer.months { span.chip { strong { (text) } } } @else { a.chip href=(Address::of("/lifecycle").maybe("org", wanted.org.as_ref()).with("months", months).text()) { (text) } } }
            }
        }
        section.card aria-labelledby="decided" {
            h2 #decided { "What becomes of them" }
            p.soft { "Devices without support, and those that lose it within " (answer.months) " months, by what was decided of each." }
            (super::decisions::tiles(&answer.decisions, wanted.org.as_ref(), answer.months))
        }
        section.card aria-labelledby="cliff" { h2 #cliff { "Devices that leave support, by month" } (cliff(answer)) }
        section.card aria-labelledby="leaving" {
            h2 #leaving { "What leaves, the soonest first" }
            @if answer.leaving.is_empty() { (list::empty("Nothing that is known leaves support in this time.", html! {})) } @else {
                div.scroll { table.stack {
                    thead { tr { th { "Last day of fixes" } th { "Organisation" } th { "What they run" } th.number { "Devices" } th { "What blocks them" } } }
                    tbody { @for line in &answer.leaving { tr {
                        td { (moment::day(line.ends)) }
                        td data-name="Organisation" { a href=(format!("/organisations/{}", line.org)) { (shown(names.of(&line.org))) } }
                        td.wide-text data-name="What they run" { (shown(&line.label)) @if !line.named.is_empty() { br; span.soft.small { (shown(&line.named.iter().take(4).cloned().collect::<Vec<_>>().join(", "))) @if line.named.len() > 4 { "…" } } } }
                        td.number data-name="Devices" { (number(line.devices)) }
                        td data-name="What blocks them" { @if line.blockers.is_empty() { span.soft { "nothing known" } } @for blocker in &line.blockers { (shown(&blocker.what)) ": " (of(blocker.devices, "device", "devices")) br; } }
                    } } }
                } }
                @if answer.leaving_lines > LINES { p.soft { (number(answer.leaving_lines - LINES)) " more lines; all stand in the JSON." } }
            }
        }
        @if !answer.waves.is_empty() { (waves(answer)) }
        @if answer.by_organisation.len() > 1 { (by_organisation(answer, names)) }
        p.small { a href=(asked.text()) { "This as JSON" } }
    }
}

/// In which half of a year they move at the latest, and who is ready for it.
fn waves(answer: &LifecycleAnswer) -> Markup {
    html! {
        section.card aria-labelledby="waves" {
            h2 #waves { "Half-yearly waves" }
            p.soft { "The last whole half of a year before the support of each device ends: then it moves, rather than all of them at once. Ready means that nothing is known to stand in its way." }
            div.scroll { table.stack {
                thead { tr { th { "Wave" } th.number { "Devices" } th.number { "Ready" } th { "What blocks the others" } } }
                tbody { @for wave in &answer.waves { tr {
                    td { @if wave.half == 1 { "January to June " } @else { "July to December " } (wave.year) }
                    td.number data-name="Devices" { (number(wave.devices)) }
                    td.number data-name="Ready" { (number(wave.ready)) }
                    td.wide-text data-name="What blocks the others" { @if wave.blockers.is_empty() { span.soft { "nothing known" } } @for blocker in wave.blockers.iter().take(5) { (shown(&blocker.what)) ": " (of(blocker.devices, "device", "devices")) br; } }
                } } }
            } }
        }
    }
}

fn count(value: u64, what: &str, class: &str) -> Markup {
    html! { li class=(if value > 0 { class } else { "" }) { b { (number(value)) } (what) } }
}

fn cliff(answer: &LifecycleAnswer) -> Markup {
    let start = answer.from.to_string();
    let mut parts = start.split('-').filter_map(|part| part.parse::<i32>().ok());
    let (Some(year), Some(month)) = (parts.next(), parts.next()) else { return html! {} };
    let drawn: Vec<Bar> = (0..i32::from(answer.months))
        .map(|place| {
            let at = month - 1 + place;
            let (year, month) = (year + at.div_euclid(12), at.rem_euclid(12));
            let found = answer
                .all
                .months
                .iter()
                .find(|one| i32::from(one.year) == year && i32::from(one.month) == month + 1);
            let devices = found.map_or(0, |one| one.devices);
            let name = NAMES.get(month as usize).copied().unwrap_or("?");
            Bar {
                label: if place % 6 == 0 { format!("{name} {year}") } else { String::new() },
                value: devices,
                serious: 0,
                told: format!("{name} {year}: {}", of(devices, "device", "devices")),
            }
        })
        .collect();
    let most = answer.all.months.iter().max_by_key(|month| month.devices);
    let sentence = match most {
        Some(most) => format!(
            "The steepest month is {} {}, when {} support.",
            NAMES.get(most.month as usize - 1).copied().unwrap_or("?"),
            most.year,
            of(most.devices, "device leaves", "devices leave")
        ),
        None => "No device that is known leaves support in this time.".to_owned(),
    };
    bars(&drawn, "devices", &sentence)
}

/// How many devices leave support in the time that was asked for.
fn leaving(line: &CliffLine) -> u64 {
    line.months.iter().map(|month| month.devices).sum()
}

fn by_organisation(answer: &LifecycleAnswer, names: &Names) -> Markup {
    html! {
        section.card aria-labelledby="whose" {
            h2 #whose { "By organisation" }
            div.scroll { table.stack {
                thead { tr { th { "Organisation" } th.number { "Without support" } th.number { "Leave in this time" } th.number { "Later" } th.number { "No known end" } th.number { "Unknown" } } }
                tbody { @for line in &answer.by_organisation { @if let Some(org) = &line.org { tr {
                    td { a href=(format!("/lifecycle?org={org}")) { (shown(names.of(org))) } }
                    td.number data-name="Without support" { (number(line.ended)) }
                    td.number data-name="Leave in this time" { (number(leaving(line))) }
                    td.number data-name="Later" { (number(line.later)) }
                    td.number data-name="No known end" { (number(line.open_ended)) }
                    td.number data-name="Unknown" { (number(line.unknown)) }
                } } } }
            } }
            @if answer.organisations > LINES { p.soft { (number(answer.organisations - LINES)) " organisations with fewer devices without support stand in the JSON." } }
        }
    }
}
