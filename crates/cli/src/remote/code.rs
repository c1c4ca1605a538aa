//! `ward code`: list and create.

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::code::{Code, MadeCode, NewCode};
use wardwatch_model::{OrgId, Timestamp};

use super::client::Client;
use super::show::{Show, moment, table, whole};
use crate::exit::Exit;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List codes that can still be used.
    List,
    /// Make an enrolment code that a new sender trades for its token, once.
    Create {
        /// The name of the sender that it will make.
        name: String,
        /// The organisation of the sender that it will make.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// When it ends; in seven days when left out.
        #[arg(long, value_name = "TIME")]
        until: Option<Timestamp>,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List => {
            let all: Vec<Code> = client.get("/api/v1/codes", &())?;
            show.answer(&all, |all, out| list(all, out))
        }
        Verb::Create { name, org, until } => {
            let made: MadeCode = client.post("/api/v1/codes", &NewCode { org, name, until })?;
            show.answer(&made, |made, out| {
                writeln!(out, "{}", whole(&made.code.0))?;
                writeln!(out, "It can be used once, until {} UTC.", moment(made.until))
            })
        }
    }
}

fn list(all: &[Code], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|code| {
        [
            code.org.to_string(),
            code.name.clone(),
            code.made_by.clone().unwrap_or_default(),
            moment(code.created),
            moment(code.until),
        ]
    });
    let head = ["Organisation", "Sender to be", "Made by", "Made (UTC)", "Until (UTC)"];
    table(out, head, rows, "No code is open.")
}
