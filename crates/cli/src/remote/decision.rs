//! `ward decision`: what becomes of devices whose support ends.

use std::io::{self, Write};

use anyhow::Result;
use clap::{Args, Subcommand};
use wardwatch_api::Paged;
use wardwatch_api::decision::{Decide, DecisionMade, DecisionQuery, DecisionRow, Stage};
use wardwatch_model::{Course, Day, Decision, OrgId};

use super::client::Client;
use super::only;
use super::show::{Show, more, shown, table};
use super::word::one_of;
use crate::exit::Exit;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List devices whose support has ended or ends soon, with what was decided of them.
    List {
        /// Only of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        /// Only those at this stage: undecided, upgrade, replace, isolate, accept or late.
        #[arg(long, value_name = "STAGE", value_parser = stage)]
        stage: Option<Stage>,
        /// Those that lose support within so many months; 0: those that lost it already.
        #[arg(long, value_name = "N")]
        months: Option<u8>,
        #[command(flatten)]
        only: only::Devices,
        /// How many at most.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: usize,
    },
    /// Decide what becomes of devices.
    Make(MakeArgs),
    /// Take away what was decided of devices.
    Remove {
        /// Their names.
        #[arg(required = true)]
        device: Vec<String>,
        /// Their organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
    },
}

/// A decision.
#[derive(Debug, Args)]
pub struct MakeArgs {
    /// upgrade, replace, isolate or accept.
    course: Course,
    /// Names of the devices.
    #[arg(required = true)]
    device: Vec<String>,
    /// Their organisation.
    #[arg(long, value_name = "CODE")]
    org: OrgId,
    /// Who answers for it.
    #[arg(long, value_name = "NAME")]
    owner: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// By when; of what is accepted, the last day on which it is (within a year).
    #[arg(long, value_name = "DATE")]
    until: Day,
}

fn stage(word: &str) -> Result<Stage, String> {
    one_of(word, &Stage::ALL, Stage::as_str)
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    let path = "/api/v1/decisions";
    match verb {
        Verb::List { org, stage, months, only, limit } => {
            let query = DecisionQuery {
                org,
                not_org: only.orgs.not_org,
                stage,
                months,
                system: only.system,
                not_system: only.not_system,
                care_class: only.care_class,
                not_care_class: only.not_care_class,
                ..DecisionQuery::default()
            };
            let page: Paged<DecisionRow> = client.pages(path, &query, limit.max(1))?;
            show.answer(&page, list)
        }
        Verb::Make(MakeArgs { course, device, org, owner, reason, until }) => {
            let decision = Some(Decision { course, owner, reason, until });
            let made: DecisionMade =
                client.post(path, &Decide { org, devices: device, decision })?;
            show.answer(&made, |made, out| {
                writeln!(out, "Decided of {}: {course} by {until}.", devices(made.devices))
            })
        }
        Verb::Remove { device, org } => {
            let made: DecisionMade =
                client.post(path, &Decide { org, devices: device, decision: None })?;
            show.answer(&made, |made, out| {
                writeln!(out, "Nothing is decided of {}.", devices(made.devices))
            })
        }
    }
}

fn devices(count: u64) -> String {
    format!("{} {}", number(count), if count == 1 { "device" } else { "devices" })
}

fn list(page: &Paged<DecisionRow>, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|row| {
        let decision = row.decided.as_ref().map(|decided| &decided.decision);
        let by = decision.map(|one| match row.late {
            true => format!("{} (late)", one.until),
            false => one.until.to_string(),
        });
        [
            row.ends.to_string(),
            row.org.to_string(),
            shown(&row.device),
            row.system.clone(),
            decision.map_or("none yet", |one| one.course.as_str()).to_owned(),
            by.unwrap_or_default(),
            decision.map(|one| one.owner.clone()).unwrap_or_default(),
        ]
    });
    let head = ["Last day", "Organisation", "Device", "Runs", "Decision", "By", "Who answers"];
    table(out, head, rows, "No device stands so.")?;
    more(out, page.next.as_ref(), page.items.len())
}
