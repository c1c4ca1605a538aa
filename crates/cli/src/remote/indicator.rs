//! `ward indicator`: load, list, problems, remove; pull; sources.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Subcommand;
use wardwatch_api::Secret;
use wardwatch_api::indicator::{
    IndicatorList, IndicatorSource, ListProblem, LoadQuery, LoadedList, NewIndicatorSource,
};
use wardwatch_model::{IndicatorListId, IndicatorSourceId, OrgId, SourceKind};

use super::client::Client;
use super::show::{Show, moment, shown, table};
use crate::exit::Exit;
use crate::output::words::number;

/// Largest list that is sent; the server's own limit.
const MAX_BYTES: u64 = 128 << 20;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Load lists of indicators: STIX 2.1, MISP, CSV or plain text.
    Load {
        /// Files, each a list of its own. A folder is a MISP feed: its events are one list.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The organisation that they go for, with all below it.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// Name of the list, when there is one file; its file name unless given. A list of that
        /// name is replaced.
        #[arg(long)]
        name: Option<String>,
        /// What they are written in; told by their content unless given.
        #[arg(long, value_parser = ["auto", "stix", "misp", "csv", "text"])]
        format: Option<String>,
    },
    /// List lists of indicators.
    List,
    /// What of a list was not taken when it was loaded last.
    Problems {
        /// The list.
        list: IndicatorListId,
    },
    /// Remove a list; what it found stays.
    Remove {
        /// The list.
        list: IndicatorListId,
    },
    /// Pull a list from its source now.
    Pull {
        /// The source.
        source: IndicatorSourceId,
    },
    /// Places from which lists are pulled.
    #[command(subcommand)]
    Source(SourceVerb),
}

/// What can be done with sources.
#[derive(Debug, Subcommand)]
pub enum SourceVerb {
    /// List sources with how the last pull went.
    List,
    /// Have a list pulled from a place.
    Add {
        /// Its name, and that of its list.
        name: String,
        /// The address: of a TAXII discovery or API root, of the folder of a MISP feed, of a file.
        address: String,
        /// What lies there.
        #[arg(long, value_name = "taxii|misp|file")]
        kind: SourceKind,
        /// The organisation that the list goes for, with all below it.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// The collection by id, alias or title, for TAXII.
        #[arg(long)]
        collection: Option<String>,
        /// A name, with the secret as its password.
        #[arg(long)]
        user: Option<String>,
        /// A file with the password, or without a name the token.
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
        /// Seconds between two pulls.
        #[arg(long, value_name = "SECONDS")]
        interval: Option<u64>,
    },
    /// Pull a list no more; the list stays.
    Remove {
        /// The source.
        source: IndicatorSourceId,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached, or a file cannot be read.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::Load { files, org, name, format } => load(client, show, &files, &org, name, format),
        Verb::List => {
            let all: Vec<IndicatorList> = client.get("/api/v1/indicator-lists", &())?;
            show.answer(&all, |all, out| lists(all, out))
        }
        Verb::Problems { list } => {
            let path = format!("/api/v1/indicator-lists/{list}/problems");
            let all: Vec<ListProblem> = client.get(&path, &())?;
            show.answer(&all, |all, out| problems(all, out))
        }
        Verb::Remove { list } => {
            client.delete(&format!("/api/v1/indicator-lists/{list}"))?;
            done(show, "The list is gone; what it found stays.")
        }
        Verb::Pull { source } => {
            let path = format!("/api/v1/indicator-sources/{source}/pull");
            client.post_bytes::<()>(&path, &(), "application/json", b"")?;
            done(show, "The source is due; 'ward indicator source list' says how it went.")
        }
        Verb::Source(verb) => source(verb, client, show),
    }
}

fn done(show: &Show, words: &str) -> Result<Exit> {
    show.answer(&(), |(), out| writeln!(out, "{words}"))
}

fn load(
    client: &Client,
    show: &Show,
    files: &[PathBuf],
    org: &OrgId,
    name: Option<String>,
    format: Option<String>,
) -> Result<Exit> {
    anyhow::ensure!(
        name.is_none() || files.len() == 1,
        "--name names one list, and there are {} files",
        files.len()
    );
    let mut all = Vec::new();
    for file in files {
        let own = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let query = LoadQuery {
            org: org.clone(),
            name: name.clone().or(own).unwrap_or_else(|| "list".to_owned()),
            format: format.clone(),
        };
        let bytes = if file.is_dir() { feed(file)? } else { read(file)? };
        let loaded: LoadedList = client.post_bytes(
            "/api/v1/indicator-lists",
            &query,
            "application/octet-stream",
            &bytes,
        )?;
        all.push(loaded);
    }
    let partly = all.iter().any(|loaded| loaded.list.problems > 0);
    let shown = show.answer(&all, |all, out| all.iter().try_for_each(|one| tell(one, out)))?;
    Ok(if partly { Exit::Partly } else { shown })
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::metadata(file)
        .and_then(|metadata| {
            if metadata.len() > MAX_BYTES {
                return Err(io::Error::other(format!("larger than {MAX_BYTES} bytes: split it")));
            }
            std::fs::read(file)
        })
        .with_context(|| format!("{} cannot be read", file.display()))
}

/// The events of a MISP feed's folder as one answer, in order of their names.
fn feed(folder: &Path) -> Result<Vec<u8>> {
    let failed = || format!("{} cannot be read", folder.display());
    let mut events: Vec<PathBuf> = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>())
        .with_context(failed)?;
    events.retain(|path| {
        let is_json = path.extension().is_some_and(|ending| ending == "json");
        is_json && path.file_stem().is_some_and(|stem| stem.len() == 36)
    });
    anyhow::ensure!(
        !events.is_empty(),
        "{} is no folder of a MISP feed: no file in it is named like an event",
        folder.display()
    );
    events.sort();
    let mut all = b"{\"response\":[".to_vec();
    for (at, path) in events.iter().enumerate() {
        if at > 0 {
            all.push(b',');
        }
        all.extend(read(path)?);
        anyhow::ensure!(
            all.len() as u64 <= MAX_BYTES,
            "the events in {} are larger than {MAX_BYTES} bytes together",
            folder.display()
        );
    }
    all.extend(b"]}");
    Ok(all)
}

fn tell(loaded: &LoadedList, out: &mut dyn Write) -> io::Result<()> {
    let list = &loaded.list;
    writeln!(
        out,
        "List {} '{}' of {}: {} indicators, {} of them new; {} were not taken.",
        list.id,
        shown(&list.name),
        list.org,
        number(list.indicators),
        number(list.fresh),
        number(list.problems)
    )?;
    for problem in loaded.problems.iter().take(10) {
        writeln!(out, "  {}: {}", shown(&problem.place), shown(&problem.reason))?;
    }
    if loaded.list.problems > 10 {
        writeln!(out, "  … all of them: ward indicator problems {}", list.id)?;
    }
    Ok(())
}

fn lists(all: &[IndicatorList], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|list| {
        let history = match &list.history {
            None => "waits".to_owned(),
            Some(search) if search.ended.is_some() => format!("{} hits", number(search.hits)),
            Some(search) => format!("day {} of {}", search.days_done, search.days),
        };
        [
            list.id.to_string(),
            list.org.to_string(),
            list.name.clone(),
            number(list.indicators),
            moment(list.loaded),
            number(list.problems),
            history,
        ]
    });
    let head =
        ["List", "Organisation", "Name", "Indicators", "Loaded (UTC)", "Not taken", "History"];
    table(out, head, rows, "There is no list of indicators.")
}

fn problems(all: &[ListProblem], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|problem| [problem.place.clone(), problem.reason.clone()]);
    table(out, ["Place", "Why it was not taken"], rows, "All of it was taken.")
}

fn source(verb: SourceVerb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        SourceVerb::List => {
            let all: Vec<IndicatorSource> = client.get("/api/v1/indicator-sources", &())?;
            show.answer(&all, |all, out| sources(all, out))
        }
        SourceVerb::Add { name, address, kind, org, collection, user, secret_file, interval } => {
            let secret = secret_file.as_deref().map(secret).transpose()?;
            let new = NewIndicatorSource {
                org,
                name,
                kind,
                address,
                collection,
                user,
                secret,
                interval_seconds: interval,
            };
            let made: IndicatorSource = client.post("/api/v1/indicator-sources", &new)?;
            show.answer(&made, |made, out| {
                writeln!(
                    out,
                    "Source {}. It is pulled now, and then every {} seconds.",
                    made.id, made.interval_seconds
                )
            })
        }
        SourceVerb::Remove { source } => {
            client.delete(&format!("/api/v1/indicator-sources/{source}"))?;
            done(show, "The source is gone; its list stays.")
        }
    }
}

fn secret(file: &Path) -> Result<Secret> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(Secret(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn sources(all: &[IndicatorSource], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|source| {
        let outcome = match (&source.error, source.last_success) {
            (Some(error), _) => error.clone(),
            (None, Some(time)) => format!("well at {}", moment(time)),
            (None, None) => "not yet".to_owned(),
        };
        [
            source.id.to_string(),
            source.org.to_string(),
            source.name.clone(),
            source.kind.to_string(),
            source.address.clone(),
            moment(source.next_pull),
            outcome,
        ]
    });
    let head = ["Source", "Organisation", "Name", "Kind", "Address", "Next (UTC)", "Last pull"];
    table(out, head, rows, "There is no source.")
}
