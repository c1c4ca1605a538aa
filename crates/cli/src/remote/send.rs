//! `ward send`: files to a server, as a sender would.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::connect::Connect;
use super::error::RemoteError;
use super::frames;
use super::show::{Show, shown, table};
use crate::exit::Exit;
use crate::output::words::number;

/// Largest file that is sent; the server's own limit may be lower.
const MAX_BYTES: u64 = 1 << 30;

/// What to send where.
#[derive(Debug, Args)]
pub struct SendArgs {
    #[command(flatten)]
    connect: Connect,
    /// Files or folders with logs. The token must be a sender's.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Send numbered records of this device as agents do, instead of whole files. Sent again, the
    /// same files go on where they were cut off and nothing is taken twice.
    #[arg(long, value_name = "DEVICE")]
    wire: Option<String>,
    /// Number of the device's start, instead of one that follows from the files.
    #[arg(long, value_name = "N", requires = "wire")]
    boot: Option<u64>,
}

/// What the server says of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Taken {
    file: String,
    records: u64,
    batches: u64,
    problems: Vec<String>,
}

/// Sends files one by one.
///
/// # Errors
/// When a file cannot be opened, or the server refuses the sender or cannot be reached.
pub fn send(args: SendArgs) -> Result<Exit> {
    let client = args.connect.client()?;
    let mut files = Vec::new();
    for path in &args.paths {
        collect(path, 0, &mut files)?;
    }
    if let Some(device) = args.wire {
        return frames::send(&files, device, args.boot, &client, args.connect.json);
    }
    let mut all = Vec::new();
    for file in &files {
        let taken = one(&client, file).or_else(of_this_file)?;
        all.push(Taken { file: file.display().to_string(), ..taken });
    }
    let partly = all.iter().any(|taken| !taken.problems.is_empty());
    let shown = Show::new(args.connect.json).answer(&all, |all, out| list(all, out))?;
    Ok(if partly { Exit::Partly } else { shown })
}

/// A refusal that is about this file alone becomes its problem, and the next one is sent.
fn of_this_file(error: anyhow::Error) -> Result<Taken> {
    match error.downcast_ref::<RemoteError>() {
        Some(RemoteError::Refused(problem)) if matches!(problem.status, 400 | 413 | 415 | 422) => {
            Ok(Taken { problems: vec![problem.to_string()], ..Taken::default() })
        }
        _ => Err(error),
    }
}

fn one(client: &Client, file: &Path) -> Result<Taken> {
    let bytes = std::fs::metadata(file)
        .and_then(|metadata| {
            if metadata.len() > MAX_BYTES {
                return Err(io::Error::other(format!("larger than {MAX_BYTES} bytes: split it")));
            }
            std::fs::read(file)
        })
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let name =
        file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let query = serde_json::json!({ "source": name });
    Ok(client.post_bytes("/api/v1/upload", &query, "application/octet-stream", &bytes)?)
}

/// Files below a path, in order of their names.
fn collect(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<()> {
    let failed = || format!("{} cannot be read", path.display());
    if !std::fs::metadata(path).with_context(failed)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    anyhow::ensure!(depth < 64, "{}: folders are nested too deep", path.display());
    let mut inside = std::fs::read_dir(path)
        .and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
        })
        .with_context(failed)?;
    inside.sort();
    inside.iter().try_for_each(|path| collect(path, depth + 1, files))
}

fn list(all: &[Taken], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|taken| {
        [
            taken.file.clone(),
            number(taken.records),
            number(taken.batches),
            taken.problems.iter().map(|problem| shown(problem)).collect::<Vec<_>>().join("; "),
        ]
    });
    table(out, ["File", "Records", "Batches", "Could not be read"], rows, "Nothing was sent.")
}
