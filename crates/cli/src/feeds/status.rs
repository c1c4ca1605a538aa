//! `ward feeds status`: what feeds hold and how old they are.
//!
//! In: paths of feeds, of a snapshot, or of a bundle with the keys that are trusted. Out: a table, or
//! JSON. Never: a word of a bundle whose signer is not trusted.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use comfy_table::{Table, presets};
use wardwatch_model::landscape::FeedStatus;

use super::key::trusted;
use super::load::{load, open};
use super::today;
use crate::exit::Exit;
use crate::output::visible::visible;

/// Whose status.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// A snapshot, a signed bundle, or a file or folder of feeds; what is built in when none is given.
    pub path: Option<PathBuf>,
    /// The public key of a bundle's signer. May be given again; one of them must have signed.
    #[arg(long, value_name = "PUBLICKEY", requires = "path")]
    pub trust: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Does it.
pub fn run(args: &StatusArgs) -> Result<Exit> {
    let paths: Vec<PathBuf> = args.path.iter().cloned().collect();
    let (landscape, troubled) = match args.trust.is_empty() {
        true => load(&paths, today())?,
        false => (open(&paths, &trusted(&args.trust)?)?, false),
    };
    let mut out = io::stdout();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&landscape.feeds)?)?;
    } else {
        print(&landscape.feeds, &mut out)?;
    }
    Ok(if troubled { Exit::Partly } else { Exit::Done })
}

/// Feeds as a table.
pub fn print(feeds: &[FeedStatus], to: &mut impl Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["FEED", "NEWEST", "RECORDS", "JUNK", "REFUSED", "FROM"]);
    for feed in feeds {
        table.add_row([
            feed.feed.clone(),
            feed.newest.map_or_else(|| "-".to_owned(), |day| day.to_string()),
            feed.records.to_string(),
            feed.dropped.to_string(),
            feed.refused.to_string(),
            visible(&feed.origin).into_owned(),
        ]);
    }
    writeln!(to, "{table}")
}
