//! `ward sender`: list and create.

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::sender::{NewSender, Sender};
use wardwatch_api::token::MadeToken;
use wardwatch_model::OrgId;

use super::client::Client;
use super::show::{Show, moment, table, whole};
use crate::exit::Exit;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List senders with when each was last heard from.
    List,
    /// Make a sender; its token is told once.
    Create {
        /// Its name.
        name: String,
        /// The organisation whose data it sends.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List => {
            let all: Vec<Sender> = client.get("/api/v1/senders", &())?;
            show.answer(&all, |all, out| list(all, out))
        }
        Verb::Create { name, org } => {
            let made: MadeToken = client.post("/api/v1/senders", &NewSender { name, org })?;
            show.answer(&made, |made, out| {
                writeln!(out, "Sender {}. Its token is told only now:", made.id)?;
                writeln!(out, "{}", whole(&made.secret.0))
            })
        }
    }
}

fn list(all: &[Sender], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|sender| {
        [
            sender.token.to_string(),
            sender.org.to_string(),
            sender.name.clone(),
            moment(sender.created),
            sender.last_seen.map_or_else(|| "never".to_owned(), moment),
            number(sender.events),
            number(sender.gaps),
        ]
    });
    let head =
        ["Token", "Organisation", "Name", "Made (UTC)", "Last heard (UTC)", "Events", "Gaps"];
    table(out, head, rows, "There is no sender.")
}
