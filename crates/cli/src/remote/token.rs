//! `ward token`: create and revoke.
use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::token::{MadeToken, NewToken};
use wardwatch_model::{OrgId, Role, Timestamp, TokenId};

use super::client::Client;
use super::show::{Show, whole};
use crate::exit::Exit;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a token of the API; its secret is told once.
    Create {
        /// What it is for.
        name: String,
        /// The organisation that it belongs to.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// Its role there, such as analyst.
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// When it ends; in a year when left out.
        #[arg(long, value_name = "TIME")]
        until: Option<Timestamp>,
    },
    /// Revoke a token of the API or of a sender.
    Revoke {
        /// Its identifier.
        id: TokenId,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::Create { name, org, role, until } => {
            let made: MadeToken =
                client.post("/api/v1/tokens", &NewToken { name, org, role, until })?;
            show.answer(&made, |made, out| {
                writeln!(out, "Token {}. It is told only now:", made.id)?;
                writeln!(out, "{}", whole(&made.secret.0))
            })
        }
        Verb::Revoke { id } => {
            client.delete(&format!("/api/v1/tokens/{id}"))?;
            show.answer(&(), |(), out| writeln!(out, "{id} counts no more."))
        }
    }
}
