//! Verdicts as text for people.
//!
//! In: verdicts. Out: for each host some lines: what it runs, support, updates to install, the most
//! urgent holes; then all hosts in one table, with how old the feeds are. Never: a control character
//! of a report.

use std::io::{self, Write};

use comfy_table::{Table, presets};
use wardwatch_model::{ExposureStatus, Kb};

use super::host::{By, Host};
use crate::output::visible::visible;

/// Holes that are shown of a host.
const SHOWN_HOLES: usize = 8;
/// Updates that are shown of a host.
const SHOWN_UPDATES: usize = 10;

/// Writes them.
pub fn write(by: &By, hosts: &[Host], out: &mut impl Write) -> io::Result<()> {
    if hosts.is_empty() {
        return Ok(());
    }
    for host in hosts {
        one(host, out)?;
    }
    all(hosts, out)?;
    writeln!(out)?;
    writeln!(out, "as of {}", by.today)?;
    for feed in &by.catalogue.landscape().feeds {
        let newest = feed.newest.map_or_else(|| "no date".to_owned(), |day| day.to_string());
        writeln!(out, "feed {}: to {newest}, {} records", feed.feed, feed.records)?;
    }
    Ok(())
}

fn one(host: &Host, out: &mut impl Write) -> io::Result<()> {
    let verdict = &host.assessment;
    writeln!(out, "{}", visible(&host.file))?;
    let product = verdict.product.as_deref().unwrap_or("not known");
    let name = verdict.host.as_deref().unwrap_or("no name");
    writeln!(out, "  host     {} · {}", visible(name), visible(product))?;
    for sentence in &verdict.evidence {
        writeln!(out, "           {}", visible(sentence))?;
    }
    let ends = verdict.support.ends.map_or_else(String::new, |day| format!(", until {day}"));
    writeln!(out, "  support  {}{ends}", verdict.support.state.as_str())?;
    if let Some(target) = verdict.moves_to {
        let blockers: Vec<String> = verdict.blockers.iter().map(ToString::to_string).collect();
        writeln!(out, "  blocked  not {target}: {}", visible(&blockers.join("; ")))?;
    }
    let counts = verdict.counts;
    writeln!(
        out,
        "  holes    {} open ({} known exploited, {} past their day), {} mitigated, {} fixed, {} unknown, \
         {} not looked at",
        counts.exposed,
        counts.exploited,
        counts.overdue,
        counts.mitigated,
        counts.fixed,
        counts.unknown,
        counts.not_looked_at
    )?;
    for update in verdict.missing_updates.iter().take(SHOWN_UPDATES) {
        writeln!(
            out,
            "  install  {:<10} {} · closes {} · {}",
            update.id,
            update.released,
            update.closes,
            visible(&update.title)
        )?;
    }
    more(verdict.missing_updates.len(), SHOWN_UPDATES, "updates", out)?;
    for package in verdict.outdated_packages.iter().take(SHOWN_UPDATES) {
        writeln!(
            out,
            "  upgrade  {} {} to {} · closes {}{}",
            visible(&package.source),
            visible(&package.installed),
            visible(&package.fixed),
            package.closes,
            if package.held { " · held back" } else { "" }
        )?;
    }
    more(verdict.outdated_packages.len(), SHOWN_UPDATES, "packages", out)?;
    let open = || verdict.exposures.iter().filter(|hole| hole.status == ExposureStatus::Exposed);
    for hole in open().take(SHOWN_HOLES) {
        let due = hole.due.map_or_else(|| "-".to_owned(), |day| day.to_string());
        writeln!(
            out,
            "  open     {:<15} {} · by {due} · {}",
            hole.cve,
            hole.decision.unwrap_or_default(),
            hole.reasons.first()
        )?;
    }
    more(open().count(), SHOWN_HOLES, "open holes (--format json lists all)", out)?;
    for doubt in &verdict.doubts {
        writeln!(out, "  note     {}", visible(doubt))?;
    }
    if let Some(plan) = &host.plan {
        writeln!(out, "  plan     no fixes any more: {} steps instead", plan.steps.len())?;
        for step in &plan.steps {
            writeln!(out, "           {}. {}", step.number, visible(&step.title))?;
        }
    }
    writeln!(out)
}

fn more(count: usize, shown: usize, what: &str, out: &mut impl Write) -> io::Result<()> {
    match count.saturating_sub(shown) {
        0 => Ok(()),
        more => writeln!(out, "           and {more} more {what}"),
    }
}

fn all(hosts: &[Host], out: &mut impl Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header([
        "FILE",
        "PRODUCT",
        "SUPPORT",
        "INSTALL",
        "OPEN",
        "EXPLOITED",
        "UNKNOWN",
        "NOT LOOKED AT",
    ]);
    for host in hosts {
        let verdict = &host.assessment;
        let install: Vec<String> = verdict
            .missing_updates
            .iter()
            .take(2)
            .map(|update| Kb::to_string(&update.id))
            .collect();
        let rest = match verdict.missing_updates.len().saturating_sub(2) {
            0 => String::new(),
            more => format!(" +{more}"),
        };
        table.add_row([
            visible(host.file.rsplit('/').next().unwrap_or(&host.file)).into_owned(),
            visible(verdict.product.as_deref().unwrap_or("unknown")).into_owned(),
            verdict.support.state.as_str().to_owned(),
            format!("{}{rest}", install.join(" ")),
            verdict.counts.exposed.to_string(),
            verdict.counts.exploited.to_string(),
            verdict.counts.unknown.to_string(),
            verdict.counts.not_looked_at.to_string(),
        ]);
    }
    writeln!(out, "{table}")
}
