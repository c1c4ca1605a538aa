//! `ward token`: list, create and revoke.

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::token::{MadeToken, NewToken, Token};
use wardwatch_model::{OrgId, Role, Timestamp, TokenId};

use super::client::Client;
use super::show::{Show, moment, table, whole};
use crate::exit::Exit;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the tokens that count, of the API and of senders.
    List,
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
        Verb::List => {
            let all: Vec<Token> = client.get("/api/v1/tokens", &())?;
            show.answer(&all, |all, out| list(all, out))
        }
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

fn list(all: &[Token], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|token| {
        [
            token.id.to_string(),
            token.role.map_or(token.kind.as_str(), Role::as_str).to_owned(),
            token.org.to_string(),
            token.name.clone(),
            token.made_by.clone().unwrap_or_default(),
            moment(token.created),
            token.last_used.map_or_else(|| "never".to_owned(), moment),
            token.until.map_or_else(|| "no end".to_owned(), moment),
        ]
    });
    let head = [
        "Token",
        "Is",
        "Organisation",
        "Name",
        "Made by",
        "Made (UTC)",
        "Last used (UTC)",
        "Until (UTC)",
    ];
    table(out, head, rows, "There is no token.")
}
