//! `ward landscape`: what a server knows of vulnerabilities, updates and support.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Subcommand;
use wardwatch_api::landscape::{Feed, LandscapeStatus, LoadLandscape, LoadedLandscape};
use wardwatch_feeds::landscape::snapshot;

use super::client::Client;
use super::show::{Show, moment, table, whole};
use crate::exit::Exit;
use crate::feeds;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say what is in use and how old its feeds are.
    Status,
    /// Load feeds: a snapshot of `ward feeds import`, or files and folders of feeds. A single file of
    /// one feed is laid over what is in use; more than that takes its place.
    Load {
        /// A snapshot, or files or folders of feeds.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Even when what is in use knows more of some feed.
        #[arg(long)]
        force: bool,
    },
}

/// Does it.
///
/// # Errors
/// When a file cannot be read, or the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::Status => {
            let status: LandscapeStatus = client.get("/api/v1/landscape", &())?;
            show.answer(&status, print)
        }
        Verb::Load { paths, force } => {
            let (bytes, troubled) = bytes(&paths)?;
            let name = paths.first().and_then(|path| path.file_name());
            let query = LoadLandscape {
                name: name.map(|name| name.to_string_lossy().into_owned()),
                force: force.then_some(true),
            };
            let media = "application/octet-stream";
            let loaded: LoadedLandscape =
                client.post_bytes("/api/v1/landscape", &query, media, &bytes)?;
            let partly = troubled || !loaded.problems.is_empty();
            let shown = show.answer(&loaded, done)?;
            Ok(if partly { Exit::Partly } else { shown })
        }
    }
}

/// What is sent: a single file as it is, anything more as a snapshot.
fn bytes(paths: &[PathBuf]) -> Result<(Vec<u8>, bool)> {
    feeds::not_sealed(paths)?;
    if let [path] = paths
        && path.is_file()
    {
        let bytes =
            std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        return Ok((bytes, false));
    }
    let (landscape, troubled) = feeds::load(paths, feeds::today())?;
    Ok((snapshot::write(&landscape)?, troubled))
}

fn feeds_table(feeds: &[Feed], out: &mut dyn Write) -> io::Result<()> {
    let rows = feeds.iter().map(|feed| {
        [
            feed.feed.clone(),
            feed.newest.map_or_else(|| "-".to_owned(), |day| day.to_string()),
            feed.age_days.map_or_else(|| "-".to_owned(), |days| format!("{days} days")),
            number(feed.records),
            number(feed.dropped),
            number(feed.refused),
            feed.origin.clone(),
        ]
    });
    table(out, ["Feed", "Newest", "Age", "Records", "Junk", "Refused", "From"], rows, "No feeds.")
}

fn print(status: &LandscapeStatus, out: &mut dyn Write) -> io::Result<()> {
    match (status.in_use.version, status.in_use.loaded) {
        (Some(version), Some(loaded)) => writeln!(
            out,
            "Landscape {version}, loaded {} UTC by {}.",
            moment(loaded),
            status.loaded_by.as_deref().map_or_else(String::new, whole)
        )?,
        _ => writeln!(out, "What is built in: load feeds to know more.")?,
    }
    writeln!(
        out,
        "{} vulnerabilities, {} updates.",
        number(status.vulnerabilities),
        number(status.updates)
    )?;
    feeds_table(&status.feeds, out)
}

fn done(loaded: &LoadedLandscape, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Landscape {} is loaded; devices are held against it now.", loaded.version)?;
    feeds_table(&loaded.feeds, out)?;
    for new in &loaded.newly_exploited {
        let devices = number(new.exposed);
        writeln!(out, "{} is now known to be exploited: {devices} devices are open.", new.cve)?;
    }
    for problem in &loaded.problems {
        writeln!(out, "  {}", whole(problem))?;
    }
    Ok(())
}
