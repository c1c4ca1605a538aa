//! `ward code`: create.
use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::code::{MadeCode, NewCode};
use wardwatch_model::{OrgId, Timestamp};

use super::client::Client;
use super::show::{Show, moment, whole};
use crate::exit::Exit;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
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
    let Verb::Create { name, org, until } = verb;
    let made: MadeCode = client.post("/api/v1/codes", &NewCode { org, name, until })?;
    show.answer(&made, |made, out| {
        writeln!(out, "{}", whole(&made.code.0))?;
        writeln!(out, "It can be used once, until {} UTC.", moment(made.until))
    })
}
