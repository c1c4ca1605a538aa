//! `ward contact`: whom to ring at organisations.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::contact::ContactQuery;
use wardwatch_model::{Contact, OrgId};

use super::client::Client;
use super::list_file;
use super::path::segment;
use super::show::{Show, shown, table};
use crate::exit::Exit;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List whom to ring.
    List {
        /// Only at these organisations.
        codes: Vec<OrgId>,
    },
    /// Say whom you may ring yourself.
    Mine,
    /// Add and change contacts from a file.
    Import {
        /// JSON (a list of contacts), or CSV with a head of `org,name,phone` and, if wanted,
        /// `about,mail,for_below`. `-` reads standard input.
        file: PathBuf,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Take a contact away.
    Remove {
        /// Whose it is.
        code: OrgId,
        /// Its name as the list shows it.
        name: String,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List { codes } => {
            let codes: Vec<&str> = codes.iter().map(OrgId::as_str).collect();
            let codes = (!codes.is_empty()).then(|| codes.join(","));
            let all: Vec<Contact> = client.get("/api/v1/contacts", &ContactQuery { codes })?;
            show.answer(&all, |all, out| list(all, out))
        }
        Verb::Mine => {
            let all: Vec<Contact> = client.get("/api/v1/me/contacts", &())?;
            show.answer(&all, |all, out| list(all, out))
        }
        Verb::Import { file, dry_run } => {
            list_file::import("/api/v1/contacts/import", &file, dry_run, client, show)
        }
        Verb::Remove { code, name } => {
            client.delete(&format!("/api/v1/contacts/{code}/{}", segment(&name)))?;
            show.answer(&(), |(), out| {
                writeln!(out, "{} is no contact of {code} now.", shown(&name))
            })
        }
    }
}

fn list(all: &[Contact], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|one| {
        let below = if one.for_below { "yes" } else { "" };
        [
            one.org.to_string(),
            one.name.clone(),
            one.phone.clone(),
            one.about.clone(),
            one.mail.clone(),
            below.to_owned(),
        ]
    });
    let head = ["Organisation", "Name", "Telephone", "What for", "Mail", "For those below"];
    table(out, head, rows, "Nobody has said whom to ring.")
}
