//! `ward backup`: a copy of a server's folder.
//!
//! In: the folder, and where the copy goes. Out: the copy, and what it is made of.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use wardwatch_server::backup::backup;

use crate::exit::Exit;
use crate::output::words::number;

/// What to copy where.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Where the copy goes: a new folder, or an earlier copy, of which all that is still right is
    /// kept.
    to: PathBuf,
    /// The server's folder.
    #[arg(long, value_name = "DIR", default_value = "wardwatch-data")]
    data: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Copies.
///
/// # Errors
/// When something cannot be read or written.
pub fn run(args: &BackupArgs) -> Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no thread to copy with")?;
    let done = runtime.block_on(backup(&args.data, &args.to))?;
    let mut out = io::stdout().lock();
    if args.json {
        let done = serde_json::json!({
            "files": done.files, "bytes": done.bytes, "kept": done.kept,
        });
        writeln!(out, "{done}")?;
    } else {
        writeln!(
            out,
            "{} files of {} bytes are in {}; {} of them were there before.",
            number(done.files),
            number(done.bytes),
            args.to.display(),
            number(done.kept)
        )?;
    }
    Ok(Exit::Done)
}
