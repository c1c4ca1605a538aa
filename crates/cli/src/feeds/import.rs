//! `ward feeds import`: feeds to a snapshot.
//!
//! In: paths of feeds. Out: a snapshot in its place. Never: a newer snapshot replaced unasked.

use std::io;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::load::load;
use super::{place, status, today};
use crate::exit::Exit;

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

/// Does it.
pub fn run(args: &ImportArgs) -> Result<Exit> {
    let (landscape, troubled) = load(&args.paths, today())?;
    let bytes = place::put(&args.output, &landscape, args.force)?;
    status::print(&landscape.feeds, &mut io::stdout())?;
    eprintln!("{} written: {bytes} bytes", args.output.display());
    Ok(if troubled { Exit::Partly } else { Exit::Done })
}
