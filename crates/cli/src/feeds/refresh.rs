//! `ward feeds refresh`: feeds that lie at addresses, to a snapshot.
//!
//! In: addresses, or a list of them; a folder for what was read last. Out: a snapshot in its place,
//! and on standard error what became of every address. Never: a feed lost because its server fails;
//! an inner address reached that was not allowed.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use wardwatch_feeds::fetch::Reach;
use wardwatch_feeds::landscape::{compile, read_folder};
use wardwatch_feeds::mirror::{
    Asking, Cache, MAX_LIST_BYTES, Outcome, Place, date, fit_together, parse_list, refresh, sources,
};

use super::load::tell;
use super::{place, status, today};
use crate::exit::Exit;
use crate::output::visible::visible;

/// What to refresh.
#[derive(Debug, Args)]
pub struct RefreshArgs {
    /// Addresses of feeds: `https://…`, or `NAME=https://…`. A name such as `kev` also says which feed
    /// must lie there.
    #[arg(value_name = "ADDRESS", required_unless_present = "list")]
    addresses: Vec<String>,
    /// A file of addresses, one a line: `https://…`, or `NAME https://…`.
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Files or folders of feeds that are read beside them. May be given again.
    #[arg(long, value_name = "PATH")]
    with: Vec<PathBuf>,
    /// The snapshot to write.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// The folder for what was read last; beside the snapshot when none is given.
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// A host, with or without its port, that may be read from although its address is not public; by
    /// http too. Say it again for another.
    #[arg(long, value_name = "HOST")]
    private_source: Vec<String>,
    /// Certificates (PEM) to trust, beside this machine's.
    #[arg(long, value_name = "FILE")]
    source_certificates: Option<PathBuf>,
    /// Take older files, and the place of a snapshot that knows more.
    #[arg(long)]
    force: bool,
}

/// Does it.
pub fn run(args: &RefreshArgs) -> Result<Exit> {
    let mut reach = Reach::allowing(args.private_source.iter().cloned());
    if let Some(path) = &args.source_certificates {
        let pem = std::fs::read(path).with_context(|| unreadable(path))?;
        reach = reach.trusting(pem);
    }
    let places = places(args, &reach)?;
    let mut folders = Vec::new();
    for path in &args.with {
        folders.push(read_folder(path)?);
    }
    let cache = Cache::open(&args.cache.clone().unwrap_or_else(|| beside(&args.output)))?;
    let today = today();
    let asking = Asking { reach, today, force: args.force };
    let outcomes = refresh(&places, &cache, &asking);
    let mut troubled = say(&places, &outcomes, &mut io::stderr())?;

    let all = sources(&places, &cache).chain(folders.into_iter().flatten());
    let (mut landscape, report) = compile(all, today);
    date(&mut landscape.feeds, &places, &outcomes, &cache);
    troubled |= tell(&report, &mut io::stderr())?;
    ensure!(
        landscape.feeds.iter().any(|feed| feed.feed != "starter"),
        "no feed could be read: {} stays as it is",
        args.output.display()
    );
    let bytes = place::put(&args.output, &mut landscape, args.force)?;
    status::print(&landscape.feeds, &mut io::stdout())?;
    eprintln!("{} written: {bytes} bytes", args.output.display());
    Ok(if troubled { Exit::Partly } else { Exit::Done })
}

/// The folder beside a snapshot.
fn beside(snapshot: &Path) -> PathBuf {
    let mut name = snapshot.as_os_str().to_owned();
    name.push(".cache");
    PathBuf::from(name)
}

fn unreadable(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}

/// All places, of the command line and of the list; or every fault of them.
fn places(args: &RefreshArgs, reach: &Reach) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    for address in &args.addresses {
        places.push(address.parse()?);
    }
    if let Some(path) = &args.list {
        let mut text = String::new();
        let file = std::fs::File::open(path).with_context(|| unreadable(path))?;
        let mut bounded = file.take(MAX_LIST_BYTES + 1);
        bounded.read_to_string(&mut text).with_context(|| unreadable(path))?;
        ensure!(
            text.len() as u64 <= MAX_LIST_BYTES,
            "{} is larger than {MAX_LIST_BYTES} bytes: is it a list of addresses?",
            path.display()
        );
        match parse_list(&text) {
            Ok(listed) => places.extend(listed),
            Err(faults) => {
                for (line, fault) in &faults {
                    eprintln!(
                        "ward: {}: line {line}: {}",
                        path.display(),
                        visible(&fault.to_string())
                    );
                }
                bail!("{} is not used: {} of its lines are wrong", path.display(), faults.len());
            }
        }
    }
    fit_together(places, reach).map_err(|why| {
        anyhow::anyhow!("{why} (a host of an inner network is allowed by --private-source HOST)")
    })
}

/// Tells what became of every address; `true` when there was trouble.
fn say(places: &[Place], outcomes: &[Outcome], to: &mut impl Write) -> io::Result<bool> {
    let mut troubled = false;
    for (place, outcome) in places.iter().zip(outcomes) {
        let name = &place.name;
        match outcome {
            Outcome::New(bytes) => writeln!(to, "{name}: read, {bytes} bytes")?,
            Outcome::Same => writeln!(to, "{name}: has not changed")?,
            Outcome::Last { why, since } => {
                troubled = true;
                let why = visible(why);
                writeln!(to, "ward: {name}: {why}; what was known on {since} stays in use")?;
            }
            Outcome::Nothing { why } => {
                troubled = true;
                writeln!(to, "ward: {name}: {}; nothing of it is known", visible(why))?;
            }
        }
    }
    Ok(troubled)
}
