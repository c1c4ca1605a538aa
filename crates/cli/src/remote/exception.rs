//! `ward exception`: holes that stay open for now, and who answers for that.

use std::io::{self, Write};

use anyhow::Result;
use clap::{Args, Subcommand};
use wardwatch_api::decision::{EndException, ExceptionQuery, NewException};
use wardwatch_model::{CveId, Day, Exception, OrgId};

use super::client::Client;
use super::show::{Show, table};
use crate::exit::Exit;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List exceptions that run.
    List {
        /// Only of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        /// Only of this vulnerability.
        #[arg(long, value_name = "CVE")]
        cve: Option<CveId>,
        /// Those that have run out too.
        #[arg(long)]
        ended: bool,
    },
    /// Let a hole stay open until a day. Its devices stay open in every count.
    Make(MakeArgs),
    /// End an exception.
    End {
        /// The vulnerability.
        cve: CveId,
        /// Whose devices.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// The device; the one of all devices unless given.
        #[arg(long, value_name = "NAME")]
        device: Option<String>,
    },
}

/// An exception.
#[derive(Debug, Args)]
pub struct MakeArgs {
    /// The vulnerability.
    cve: CveId,
    /// Whose devices.
    #[arg(long, value_name = "CODE")]
    org: OrgId,
    /// The device; all of the organisation's unless given.
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// Who answers for it.
    #[arg(long, value_name = "NAME")]
    owner: String,
    /// Why it cannot be closed now.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The last day, within a year.
    #[arg(long, value_name = "DATE")]
    until: Day,
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    let path = "/api/v1/exceptions";
    match verb {
        Verb::List { org, cve, ended } => {
            let query = ExceptionQuery { org, cve, ended: ended.then_some(true) };
            let found: Vec<Exception> = client.get(path, &query)?;
            show.answer(&found, |found, out| list(found, out))
        }
        Verb::Make(MakeArgs { cve, org, device, owner, reason, until }) => {
            let new = NewException { org, cve, device, owner, reason, until };
            let made: Exception = client.post(path, &new)?;
            show.answer(&made, |made, out| {
                writeln!(out, "{} may stay open until {}.", made.cve, made.until)
            })
        }
        Verb::End { cve, org, device } => {
            let () = client.post(&format!("{path}/end"), &EndException { org, cve, device })?;
            show.answer(&(), |(), out| writeln!(out, "It has ended."))
        }
    }
}

fn list(found: &[Exception], out: &mut dyn Write) -> io::Result<()> {
    let rows = found.iter().map(|one| {
        [
            one.cve.to_string(),
            one.org.to_string(),
            one.device.clone().unwrap_or_else(|| "all".to_owned()),
            one.until.to_string(),
            one.owner.clone(),
            one.reason.clone(),
        ]
    });
    let head = ["Vulnerability", "Organisation", "Device", "Until", "Who answers", "Why"];
    table(out, head, rows, "No exception runs.")
}
