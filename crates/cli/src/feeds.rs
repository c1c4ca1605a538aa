//! `ward feeds`: knowledge of vulnerabilities, updates and support, from files.
//!
//! In: files and folders of public feeds, or a snapshot of them. Out: a landscape, a snapshot of it,
//! a table of what it holds and how old that is. Never: half a feed; a snapshot that knows less than
//! the one in its place.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use comfy_table::{Table, presets};
use wardwatch_feeds::landscape::{Report, compile, read_folder, snapshot, starter};
use wardwatch_model::landscape::FeedStatus;
use wardwatch_model::{Day, Landscape};

use crate::exit::Exit;
use crate::output::visible::visible;

/// What can be done with feeds.
#[derive(Debug, Subcommand)]
pub enum FeedsCommand {
    /// Read feeds and write one snapshot of them, which loads at once.
    Import(ImportArgs),
    /// Say what feeds hold and how old they are.
    Status(StatusArgs),
}

/// What to import.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files or folders of feeds, packed (.zst, .gz, .zip) or not.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The snapshot to write.
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    /// Take a snapshot's place even when it knows more.
    #[arg(long)]
    pub force: bool,
}

/// Whose status.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// A snapshot, or a file or folder of feeds; what is built in when none is given.
    pub path: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Does it.
pub fn run(command: FeedsCommand) -> Result<Exit> {
    match command {
        FeedsCommand::Import(args) => import(&args),
        FeedsCommand::Status(args) => status(&args),
    }
}

/// The day, in the zone that dates of support are read in.
pub fn today() -> Day {
    let now = jiff::Timestamp::now().as_microsecond();
    Day::of(wardwatch_model::Timestamp { micros: now })
}

/// A landscape from a snapshot, or from files or folders of feeds laid over what is built in. What
/// could not be read is told on standard error; `true` when there was any.
///
/// # Errors
/// When nothing could be read at all.
pub fn load(paths: &[PathBuf], today: Day) -> Result<(Landscape, bool)> {
    if paths.is_empty() {
        return Ok((starter(), false));
    }
    if let [path] = paths
        && path.is_file()
    {
        let bytes =
            std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        if bytes.starts_with(snapshot::MAGIC) {
            let landscape =
                snapshot::read(&bytes).with_context(|| format!("{}", path.display()))?;
            return Ok((landscape, false));
        }
    }
    let mut folders = Vec::new();
    for path in paths {
        folders.push(read_folder(path)?);
    }
    let (landscape, report) = compile(folders.into_iter().flatten(), today);
    let troubled = tell(&report, &mut io::stderr())?;
    ensure!(
        landscape.feeds.iter().any(|feed| feed.feed != "starter"),
        "no feed was found in {}: name the folder that holds them",
        shown(paths)
    );
    Ok((landscape, troubled))
}

fn shown(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    names.join(", ")
}

/// Tells what could not be used; `true` when there was any.
fn tell(report: &Report, to: &mut impl Write) -> io::Result<bool> {
    let mut troubled = false;
    for (file, why) in report.failures() {
        troubled = true;
        writeln!(to, "ward: {}: {}", visible(file), visible(why))?;
    }
    for row in report.refused() {
        writeln!(
            to,
            "ward: {}: {}: {}",
            visible(&row.file),
            visible(&row.place),
            visible(&row.reason)
        )?;
    }
    Ok(troubled)
}

fn import(args: &ImportArgs) -> Result<Exit> {
    let (landscape, troubled) = load(&args.paths, today())?;
    if let Ok(bytes) = std::fs::read(&args.output) {
        let present = snapshot::read(&bytes).with_context(|| {
            format!("{} stands there already and is no snapshot", args.output.display())
        })?;
        let older = snapshot::older_feeds(&landscape.feeds, &present.feeds);
        if let Some(feed) = older.first().filter(|_| !args.force) {
            anyhow::bail!(
                "{} knows more of '{}' than what was read now: it stays as it is; --force replaces it",
                args.output.display(),
                feed.feed
            );
        }
    }
    let bytes = snapshot::write(&landscape)?;
    write_whole(&args.output, &bytes)?;
    print(&landscape.feeds, &mut io::stdout())?;
    eprintln!("{} written: {} bytes", args.output.display(), bytes.len());
    Ok(if troubled { Exit::Partly } else { Exit::Done })
}

/// A crash while writing leaves the old file.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, bytes)
        .and_then(|()| std::fs::rename(&beside, path))
        .with_context(|| format!("{} cannot be written", path.display()))
}

fn status(args: &StatusArgs) -> Result<Exit> {
    let paths: Vec<PathBuf> = args.path.iter().cloned().collect();
    let (landscape, troubled) = load(&paths, today())?;
    let mut out = io::stdout();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&landscape.feeds)?)?;
    } else {
        print(&landscape.feeds, &mut out)?;
    }
    Ok(if troubled { Exit::Partly } else { Exit::Done })
}

fn print(feeds: &[FeedStatus], to: &mut impl Write) -> io::Result<()> {
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
