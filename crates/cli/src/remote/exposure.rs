//! `ward exposure`: what devices are open to, which, and why.

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::Paged;
use wardwatch_api::exposure::{
    DeviceExposure, DeviceExposureQuery, DeviceReport, ExposedDevice, ExposedQuery, ExposurePage,
    ExposureQuery, ExposureRow, STALE_DAYS,
};
use wardwatch_model::{CveId, ExposureStatus, OrgId};

use super::client::Client;
use super::only;
use super::path::segment;
use super::show::{Show, moment, more, shown, table, whole};
use super::word::one_of;
use crate::exit::Exit;
use crate::output::words::number;

/// Holes of a device that its page lists.
const LISTED: usize = 20;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List open holes, the most urgent first, with how many devices stand how.
    List {
        /// Only of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        /// Only those known to be exploited, or attacked now.
        #[arg(long)]
        exploited: bool,
        /// Only those that the vendor calls so bad: critical, important, moderate, low or unknown.
        #[arg(long, value_name = "WORD")]
        severity: Option<String>,
        /// None that the vendor calls so bad.
        #[arg(long, value_name = "WORD")]
        not_severity: Option<String>,
        #[command(flatten)]
        orgs: only::Orgs,
        /// How many at most.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: u32,
    },
    /// List the devices that stand so towards a vulnerability.
    Devices {
        /// The vulnerability.
        cve: CveId,
        /// Only of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        /// exposed, mitigated, fixed, not_affected or unknown.
        #[arg(long, value_name = "STATUS", default_value = "exposed", value_parser = status)]
        status: ExposureStatus,
        #[command(flatten)]
        only: only::Devices,
        /// How many at most.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: usize,
    },
    /// Say what a device runs, what it is open to and what it needs.
    Device {
        /// Its name.
        name: String,
        /// Its organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
    },
    /// Say why a device stands as it does towards a vulnerability.
    Explain {
        /// The device.
        name: String,
        /// The vulnerability.
        cve: CveId,
        /// The device's organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
    },
    /// Print the protection plan of a device that gets no fixes any more.
    Plan {
        /// The device.
        name: String,
        /// Its organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
    },
}

pub fn status(word: &str) -> Result<ExposureStatus, String> {
    one_of(word, &ExposureStatus::ALL, ExposureStatus::as_str)
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List { org, exploited, severity, not_severity, orgs, limit } => {
            let query = ExposureQuery {
                org,
                not_org: orgs.not_org,
                exploited: exploited.then_some(true),
                severity,
                not_severity,
                limit: Some(limit.max(1)),
                ..ExposureQuery::default()
            };
            let page: ExposurePage = client.get("/api/v1/exposures", &query)?;
            show.answer(&page, list)
        }
        Verb::Devices { cve, org, status, only, limit } => {
            let query = exposed(org, status, only);
            let path = format!("/api/v1/exposures/{cve}/devices");
            let page: Paged<ExposedDevice> = client.pages(&path, &query, limit.max(1))?;
            show.answer(&page, devices)
        }
        Verb::Device { name, org } => {
            let report = of_device(client, &org, &name, None)?;
            show.answer(&report, device)
        }
        Verb::Explain { name, cve, org } => {
            let report = of_device(client, &org, &name, Some(cve))?;
            show.answer(&report, |report, out| explain(report, cve, out))
        }
        Verb::Plan { name, org } => {
            let report = of_device(client, &org, &name, None)?;
            show.answer(&report, |report, out| match &report.plan {
                Some(plan) => plan.lines().try_for_each(|line| writeln!(out, "{}", whole(line))),
                None => writeln!(out, "{} gets fixes: it needs no plan.", shown(&report.device)),
            })
        }
    }
}

/// The question for devices that stand so.
pub fn exposed(org: Option<OrgId>, status: ExposureStatus, only: only::Devices) -> ExposedQuery {
    ExposedQuery {
        org,
        not_org: only.orgs.not_org,
        status: Some(status),
        product: only.system,
        not_product: only.not_system,
        care_class: only.care_class,
        not_care_class: only.not_care_class,
        ..ExposedQuery::default()
    }
}

fn of_device(client: &Client, org: &OrgId, name: &str, cve: Option<CveId>) -> Result<DeviceReport> {
    let path = format!("/api/v1/devices/{org}/{}/exposures", segment(name));
    Ok(client.get(&path, &DeviceExposureQuery { cve, all: None })?)
}

fn list(page: &ExposurePage, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|row| {
        [
            row.cve.to_string(),
            signs(row),
            row.decision.clone(),
            row.due.map_or_else(String::new, |due| due.to_string()),
            number(row.exposed),
            number(row.mitigated),
            number(row.unknown),
            number(row.fixed),
            number(row.organisations),
        ]
    });
    let head = [
        "Vulnerability",
        "Signs",
        "Close within",
        "Due",
        "Open",
        "Way closed",
        "Unknown",
        "Fixed",
        "Organisations",
    ];
    let nothing = match page.coverage.reported {
        0 => "No device has reported what it runs: nothing is known of any.",
        _ => "No device that reported is open to anything that is known.",
    };
    table(out, head, rows, nothing)?;
    more(out, page.next.as_ref(), page.items.len())?;
    let covered = &page.coverage;
    writeln!(
        out,
        "{} of {} devices reported what they run; {} of these could not be told, {} reported last more than \
         {STALE_DAYS} days ago. Knowledge up to {}.",
        number(covered.reported),
        number(covered.heard),
        number(covered.unresolved),
        number(covered.stale),
        page.landscape.newest.map_or_else(|| "an unknown day".to_owned(), |day| day.to_string()),
    )
}

fn signs(row: &ExposureRow) -> String {
    let mut signs = Vec::new();
    if row.attack.is_some() {
        signs.push("attacked now");
    }
    if row.kev {
        signs.push("exploited");
    }
    if row.ransomware {
        signs.push("ransomware");
    }
    if row.overdue {
        signs.push("overdue");
    }
    signs.join(", ")
}

pub fn devices(page: &Paged<ExposedDevice>, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|device| {
        [
            device.org.to_string(),
            device.device.clone(),
            device.product.clone().unwrap_or_else(|| "unknown".to_owned()),
            device.support.as_str().to_owned(),
            device.status.to_string(),
            device.care_class.map_or("unclassified", |class| class.as_str()).to_owned(),
            moment(device.reported),
        ]
    });
    let head =
        ["Organisation", "Device", "Runs", "Support", "Status", "Care class", "Reported (UTC)"];
    table(out, head, rows, "No device that reported stands so.")?;
    more(out, page.next.as_ref(), page.items.len())
}

fn device(report: &DeviceReport, out: &mut dyn Write) -> io::Result<()> {
    let product = report.product.as_deref().unwrap_or("what it runs could not be told");
    writeln!(out, "{} of {}: {}", shown(&report.device), report.org, shown(product))?;
    let ends = report.support.ends.map_or_else(String::new, |ends| format!(", until {ends}"));
    writeln!(out, "Support: {}{ends}.", report.support.state.as_str())?;
    if let Some(target) = &report.moves_to {
        let blockers: Vec<String> = report.blockers.iter().map(|one| shown(one)).collect();
        writeln!(out, "Kept from {}: {}.", shown(target), blockers.join("; "))?;
    }
    let counts = &report.counts;
    writeln!(
        out,
        "Open to {}, way closed {}, unknown {}, fixed {}, not looked at {}.",
        number(counts.exposed),
        number(counts.mitigated),
        number(counts.unknown),
        number(counts.fixed),
        number(counts.not_looked_at)
    )?;
    for update in report.missing_updates.iter().take(LISTED) {
        let title = shown(&update.title);
        writeln!(out, "  install {} (closes {}) {title}", update.id, number(update.closes))?;
    }
    for package in report.outdated_packages.iter().take(LISTED) {
        let closes = number(package.closes);
        let (source, fixed) = (shown(&package.source), shown(&package.fixed));
        writeln!(out, "  update {source} to {fixed} (closes {closes})")?;
    }
    let rows = report.exposures.iter().take(LISTED).map(row);
    table(out, HEAD, rows, "It is open to nothing that is known.")?;
    let left = report.exposures.len().saturating_sub(LISTED);
    if left > 0 {
        writeln!(out, "and {} more; --json has all of them.", number(left as u64))?;
    }
    for doubt in &report.doubts {
        writeln!(out, "  {}", whole(doubt))?;
    }
    if report.plan.is_some() {
        writeln!(out, "It gets no fixes any more: ward exposure plan prints what protects it.")?;
    }
    Ok(())
}

const HEAD: [&str; 4] = ["Vulnerability", "Status", "Close within", "Due"];

fn row(exposure: &DeviceExposure) -> [String; 4] {
    [
        exposure.cve.to_string(),
        exposure.status.to_string(),
        exposure.decision.clone().unwrap_or_default(),
        exposure.due.map_or_else(String::new, |due| due.to_string()),
    ]
}

fn explain(report: &DeviceReport, cve: CveId, out: &mut dyn Write) -> io::Result<()> {
    let Some(exposure) = report.exposures.first() else {
        return writeln!(out, "How {} stands to {cve} is not known.", shown(&report.device));
    };
    writeln!(out, "{} and {cve}: {}.", shown(&report.device), exposure.status)?;
    for reason in exposure.reasons.iter().chain(&report.evidence) {
        writeln!(out, "  {}", whole(reason))?;
    }
    Ok(())
}
