//! `ward assess`: host reports become verdicts, offline.
//!
//! In: files that anyone can make on a host, and feeds. Out: for each file what the host runs, how
//! its support stands, what is missing, what it is open to and by when, and a plan when it cannot be
//! updated any more. Never: a host that could not be told counted as clean.

mod host;
mod read;
mod table;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use wardwatch_exposure::Catalogue;
use wardwatch_exposure::rank::{Surroundings, SystemExposure, Tables};
use wardwatch_model::Day;

use crate::exit::Exit;
use crate::feeds;
use crate::output::visible::visible;

/// How verdicts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AssessFormat {
    /// A summary for people.
    Table,
    /// One array with an object for each host, all details.
    Json,
}

/// What to assess, and by what.
#[derive(Debug, Args)]
pub struct AssessArgs {
    /// Host reports: systeminfo, hotfix lists, update lists, registry exports, tables of management
    /// tools, tables of medical devices (manufacturer, model, software version); of Debian the dpkg status; of other Linux (rpm -qa, os-release) only the system and its
    /// support so far. A folder stands for the files in it, `-` for standard input.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Feeds: a folder, a file or a snapshot; what is built in when none is given. May be given
    /// again.
    #[arg(long, value_name = "PATH")]
    pub feeds: Vec<PathBuf>,
    /// Assess as of this day; today unless given.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Day>,
    /// How verdicts are written.
    #[arg(long, value_enum, default_value = "table")]
    pub format: AssessFormat,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The internet reaches these hosts.
    #[arg(long)]
    pub internet_facing: bool,
    /// Extended security updates are paid for.
    #[arg(long)]
    pub extended_support: bool,
    /// Exit with 3 when a host is open to something.
    #[arg(long)]
    pub fail_on_findings: bool,
}

/// Does it.
pub fn run(args: &AssessArgs) -> Result<Exit> {
    let today = args.as_of.unwrap_or_else(feeds::today);
    let (landscape, troubled) = feeds::load(&args.feeds, today)?;
    let catalogue = Catalogue::new(Arc::new(landscape));
    let by = host::By {
        tables: Tables::new(catalogue.landscape()),
        catalogue,
        around: Surroundings {
            internet: args.internet_facing.then_some(true),
            exposure: if args.internet_facing {
                SystemExposure::Open
            } else {
                SystemExposure::Controlled
            },
            ..Surroundings::default()
        },
        extended: args.extended_support,
        today,
    };
    let (reports, refused) = read::read(&args.paths)?;
    for problem in &refused {
        eprintln!("ward: {}: {}", visible(&problem.file), visible(&problem.why));
    }
    let hosts = host::assess(&by, &reports);
    let stream: Box<dyn Write> = match &args.output {
        Some(path) => Box::new(
            File::create(path).with_context(|| format!("{} cannot be written", path.display()))?,
        ),
        None => Box::new(io::stdout().lock()),
    };
    let mut out = BufWriter::new(stream);
    match args.format {
        AssessFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &hosts)?;
            writeln!(out)?;
        }
        AssessFormat::Table => table::write(&by, &hosts, &mut out)?,
    }
    out.flush()?;
    Ok(match () {
        () if reports.is_empty() => Exit::Failed,
        () if troubled || !refused.is_empty() => Exit::Partly,
        () if args.fail_on_findings
            && hosts.iter().any(|host| host.assessment.counts.exposed > 0) =>
        {
            Exit::Findings
        }
        () => Exit::Done,
    })
}
