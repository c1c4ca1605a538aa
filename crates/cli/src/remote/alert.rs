//! `ward alert`: alerts of the centre, and answers that devices fill in and people sign.

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::Paged;
use wardwatch_api::alert::{AcknowledgeAlert, AlertQuery, AlertView, NewAlert, SignAlert};
use wardwatch_api::exposure::ExposedDevice;
use wardwatch_model::{
    Alert, AlertAnswer, AlertId, AlertProgress, CveId, Day, ExposureStatus, OrgId,
};

use super::client::Client;
use super::show::{Show, moment, table, whole};
use super::word::one_of;
use super::{exposure, only};
use crate::exit::Exit;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List alerts that go to your organisations, the newest first.
    List {
        /// Only what goes to this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        /// Those that were ended too.
        #[arg(long)]
        ended: bool,
    },
    /// Show an alert with the answer of each organisation; those that are overdue first.
    Show {
        /// Its identifier.
        id: AlertId,
    },
    /// List the devices behind an alert's answers, by how they stand.
    Devices {
        /// Its identifier.
        id: AlertId,
        /// Only those that this organisation answers for.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        /// exposed, mitigated, fixed, not_affected or unknown.
        #[arg(long, value_name = "STATUS", default_value = "exposed", value_parser = exposure::status)]
        status: ExposureStatus,
        #[command(flatten)]
        only: only::Devices,
        /// How many at most.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: usize,
    },
    /// Issue an alert to an organisation and all below it.
    Issue {
        /// What it is about, as a headline.
        title: String,
        /// A vulnerability that is to be closed; say it again for another.
        #[arg(long, required = true, value_name = "CVE")]
        cve: Vec<CveId>,
        /// Who issues it.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// What to do, in plain English.
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
        /// The last day for it; 14 days from now unless given.
        #[arg(long, value_name = "DATE")]
        act_by: Option<Day>,
    },
    /// End an alert: nobody needs to answer it any more.
    End {
        /// Its identifier.
        id: AlertId,
    },
    /// Say that an organisation read an alert.
    Acknowledge {
        /// Its identifier.
        id: AlertId,
        /// The organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
    },
    /// Sign an organisation's answer, with what its devices say at this moment.
    Sign {
        /// Its identifier.
        id: AlertId,
        /// The organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// working, done or cannot_meet.
        #[arg(long, value_name = "WORD", value_parser = progress)]
        progress: AlertProgress,
        /// What it wants to say; needed when something is left open.
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
}

fn progress(word: &str) -> Result<AlertProgress, String> {
    one_of(word, &AlertProgress::ALL, AlertProgress::as_str)
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List { org, ended } => {
            let query = AlertQuery { org, ended: ended.then_some(true) };
            let alerts: Vec<AlertView> = client.get("/api/v1/alerts", &query)?;
            show.answer(&alerts, |alerts, out| list(alerts, out))
        }
        Verb::Show { id } => {
            let alert: AlertView = client.get(&format!("/api/v1/alerts/{id}"), &())?;
            show.answer(&alert, one)
        }
        Verb::Devices { id, org, status, only, limit } => {
            let query = exposure::exposed(org, status, only);
            let path = format!("/api/v1/alerts/{id}/devices");
            let page: Paged<ExposedDevice> = client.pages(&path, &query, limit.max(1))?;
            show.answer(&page, exposure::devices)
        }
        Verb::Issue { title, cve, org, text, act_by } => {
            let new = NewAlert { org, title, text, cves: cve, act_by };
            let alert: Alert = client.post("/api/v1/alerts", &new)?;
            show.answer(&alert, |alert, out| {
                writeln!(
                    out,
                    "Alert {} is issued: acknowledge by {} UTC, act by {}.",
                    alert.id,
                    moment(alert.acknowledge_by),
                    alert.act_by
                )
            })
        }
        Verb::End { id } => {
            let alert: Alert = client.post(&format!("/api/v1/alerts/{id}/end"), &())?;
            show.answer(&alert, |alert, out| writeln!(out, "Alert {} is ended.", alert.id))
        }
        Verb::Acknowledge { id, org } => {
            let path = format!("/api/v1/alerts/{id}/acknowledge");
            let answer: AlertAnswer = client.post(&path, &AcknowledgeAlert { org: org.clone() })?;
            show.answer(&answer, |_, out| writeln!(out, "{org} acknowledged it."))
        }
        Verb::Sign { id, org, progress, note } => {
            let path = format!("/api/v1/alerts/{id}/sign");
            let body = SignAlert { org: org.clone(), progress, note };
            let answer: AlertAnswer = client.post(&path, &body)?;
            show.answer(&answer, |_, out| writeln!(out, "{org} signed: {}.", progress.as_str()))
        }
    }
}

fn list(alerts: &[AlertView], out: &mut dyn Write) -> io::Result<()> {
    let rows = alerts.iter().map(|view| {
        [
            view.alert.id.to_string(),
            view.alert.title.clone(),
            view.alert.act_by.to_string(),
            number(view.figures.affected),
            number(view.figures.unknown),
            format!("{} of {}", view.acknowledged, view.organisations),
            number(view.done),
            number(view.overdue),
        ]
    });
    let head =
        ["Alert", "What", "Act by", "Affected", "Unknown", "Acknowledged", "Done", "Overdue"];
    table(out, head, rows, "No alert goes to your organisations.")
}

fn one(view: &AlertView, out: &mut dyn Write) -> io::Result<()> {
    let alert = &view.alert;
    writeln!(out, "{}", whole(&alert.title))?;
    let cves: Vec<String> = alert.cves.iter().map(ToString::to_string).collect();
    writeln!(out, "Issued by {}; {}; act by {}.", alert.org, cves.join(", "), alert.act_by)?;
    if !alert.text.is_empty() {
        writeln!(out, "{}", whole(&alert.text))?;
    }
    let rows = view.answers.iter().map(|line| {
        let signed = line.signed.as_ref().map_or("", |signed| signed.progress.as_str());
        [
            line.org.to_string(),
            number(line.figures.affected),
            number(line.figures.unknown),
            number(line.figures.mitigated),
            number(line.figures.fixed),
            line.acknowledged.as_ref().map_or_else(String::new, |read| moment(read.time)),
            signed.to_owned(),
            line.overdue.as_ref().map_or("", |_| "overdue").to_owned(),
        ]
    });
    let head = [
        "Organisation",
        "Affected",
        "Unknown",
        "Way closed",
        "Fixed",
        "Acknowledged (UTC)",
        "Signed",
        "",
    ];
    table(out, head, rows, "It goes to none of your organisations.")
}
