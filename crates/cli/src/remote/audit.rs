//! `ward audit`: list and verify.

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::Paged;
use wardwatch_api::audit::{AuditEntry, AuditProof, AuditQuery};

use super::client::Client;
use super::show::{Show, moment, more, table, whole};
use crate::exit::Exit;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List who did what, newest first.
    List {
        /// How many at most.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: usize,
    },
    /// Go over the whole chain; exit with 1 when it is broken.
    Verify,
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List { limit } => {
            let query = AuditQuery::default();
            let page: Paged<AuditEntry> = client.pages("/api/v1/audit", &query, limit.max(1))?;
            show.answer(&page, list)
        }
        Verb::Verify => {
            let proof: AuditProof = client.get("/api/v1/audit/verify", &())?;
            let exit = if proof.broken_at.is_none() { Exit::Done } else { Exit::Failed };
            show.answer(&proof, tell)?;
            Ok(exit)
        }
    }
}

fn list(page: &Paged<AuditEntry>, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|entry| {
        [
            entry.seq.to_string(),
            moment(entry.time),
            entry.actor.clone(),
            entry.org.as_ref().map(ToString::to_string).unwrap_or_default(),
            entry.action.clone(),
            entry.target.clone(),
        ]
    });
    let head = ["No.", "Time (UTC)", "Who", "Organisation", "Did", "To"];
    table(out, head, rows, "There is no entry.")?;
    more(out, page.next.as_ref(), page.items.len())
}

fn tell(proof: &AuditProof, out: &mut dyn Write) -> io::Result<()> {
    match proof.broken_at {
        None => writeln!(
            out,
            "The audit is whole: {} entries, the last with hash {}.",
            number(proof.entries),
            whole(&proof.head)
        ),
        Some(seq) => writeln!(out, "The audit is broken at entry {seq}."),
    }
}
