//! `ward inventory`: reports of what hosts run, to a server, as a sender.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::connect::Connect;
use super::error::RemoteError;
use super::show::{Show, shown, table};
use crate::exit::Exit;
use crate::output::words::number;

/// Largest report that is sent; the server's own limit may be lower.
const MAX_BYTES: u64 = 64 << 20;

/// What to send where.
#[derive(Debug, Args)]
pub struct InventoryArgs {
    #[command(flatten)]
    connect: Connect,
    /// Reports, as `ward assess` reads them. The token must be a sender's.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The device, for a report that does not name it.
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
}

/// What the server says of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Taken {
    file: String,
    hosts: u64,
    devices: Vec<String>,
    doubts: u64,
    problem: Option<String>,
}

/// Sends reports one by one.
///
/// # Errors
/// When a file cannot be read, or the server refuses the sender or cannot be reached.
pub fn send(args: InventoryArgs) -> Result<Exit> {
    let client = args.connect.client()?;
    let mut all = Vec::new();
    for file in &args.files {
        let taken = one(&client, file, args.device.as_deref()).or_else(of_this_file)?;
        all.push(Taken { file: file.display().to_string(), ..taken });
    }
    let partly = all.iter().any(|taken| taken.problem.is_some());
    let shown = Show::new(args.connect.json).answer(&all, |all, out| list(all, out))?;
    Ok(if partly { Exit::Partly } else { shown })
}

/// A refusal that is about this report alone becomes its problem, and the next one is sent.
fn of_this_file(error: anyhow::Error) -> Result<Taken> {
    match error.downcast_ref::<RemoteError>() {
        Some(RemoteError::Refused(problem)) if matches!(problem.status, 400 | 413 | 415 | 422) => {
            Ok(Taken { problem: Some(problem.to_string()), ..Taken::default() })
        }
        _ => Err(error),
    }
}

fn one(client: &Client, file: &Path, device: Option<&str>) -> Result<Taken> {
    let failed = || format!("{} cannot be read", file.display());
    let size = std::fs::metadata(file).with_context(failed)?.len();
    anyhow::ensure!(
        size <= MAX_BYTES,
        "{} is larger than {MAX_BYTES} bytes: split it",
        file.display()
    );
    let bytes = std::fs::read(file).with_context(failed)?;
    let name =
        file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let query = serde_json::json!({ "source": name, "device": device });
    Ok(client.post_bytes("/api/v1/inventories", &query, "application/octet-stream", &bytes)?)
}

fn list(all: &[Taken], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|taken| {
        [
            taken.file.clone(),
            number(taken.hosts),
            taken.devices.join(" "),
            number(taken.doubts),
            taken.problem.as_deref().map(shown).unwrap_or_default(),
        ]
    });
    let head = ["File", "Hosts", "Devices", "Doubts", "Problem"];
    table(out, head, rows, "Nothing was sent.")
}
