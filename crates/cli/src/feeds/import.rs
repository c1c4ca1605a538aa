//! `ward feeds import`: feeds, or a signed bundle, to a snapshot.
//!
//! In: paths. Out: a snapshot in its place. Never: a newer snapshot replaced unasked; a bundle taken
//! whose signature is wrong or whose signer is not trusted.

use std::io;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::key::trusted;
use super::load::{load, open};
use super::{place, status, today};
use crate::exit::Exit;

/// What to import.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files or folders of feeds, packed (.zst, .gz, .zip) or not; or a signed bundle.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The snapshot to write.
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    /// The public key of a bundle's signer. May be given again; one of them must have signed.
    #[arg(long, value_name = "PUBLICKEY")]
    pub trust: Vec<String>,
    /// Take a snapshot's place even when it knows more.
    #[arg(long)]
    pub force: bool,
}

/// Does it.
pub fn run(args: &ImportArgs) -> Result<Exit> {
    let (mut landscape, troubled) = match args.trust.is_empty() {
        true => load(&args.paths, today())?,
        false => (open(&args.paths, &trusted(&args.trust)?)?, false),
    };
    let bytes = place::put(&args.output, &mut landscape, args.force)?;
    status::print(&landscape.feeds, &mut io::stdout())?;
    eprintln!("{} written: {bytes} bytes", args.output.display());
    Ok(if troubled { Exit::Partly } else { Exit::Done })
}
