//! `ward service`: list and import services.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use wardwatch_model::Service;

use super::client::Client;
use super::list_file;
use super::show::{Show, table};
use crate::exit::Exit;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List services and what they depend on.
    List,
    /// Add and change services from a file.
    Import {
        /// JSON (a list of services), or CSV with a head of `org,code,name` and, if wanted,
        /// `sites,depends_on`. `-` reads standard input.
        file: PathBuf,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List => {
            let all: Vec<Service> = client.get("/api/v1/services", &())?;
            show.answer(&all, |all, out| list(all, out))
        }
        Verb::Import { file, dry_run } => {
            list_file::import("/api/v1/services/import", &file, dry_run, client, show)
        }
    }
}

fn list(all: &[Service], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|service| {
        let sites: Vec<&str> = service.sites.iter().map(|site| site.as_str()).collect();
        let needed: Vec<&str> = service.depends_on.iter().map(|code| code.as_str()).collect();
        [
            service.org.to_string(),
            service.code.to_string(),
            service.name.clone(),
            sites.join(" "),
            needed.join(" "),
        ]
    });
    let head = ["Organisation", "Code", "Name", "Sites", "Depends on"];
    table(out, head, rows, "There is no service.")
}
