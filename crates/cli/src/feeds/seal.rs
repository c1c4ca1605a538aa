//! `ward feeds seal`: a snapshot to a signed bundle.
//!
//! In: a snapshot and a private key. Out: a bundle that can be carried where there is no network.

use std::io;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use wardwatch_feeds::landscape::{bundle, snapshot};

use super::{key, place, status};
use crate::exit::Exit;

/// What to seal.
#[derive(Debug, Args)]
pub struct SealArgs {
    /// The snapshot.
    snapshot: PathBuf,
    /// The private key of `ward feeds keygen`.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The bundle to write.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// Does it.
pub fn run(args: &SealArgs) -> Result<Exit> {
    let private = key::private(&args.key)?;
    let path = &args.snapshot;
    let bytes =
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let landscape = snapshot::read(&bytes).with_context(|| format!("{}", path.display()))?;
    let sealed = bundle::sign(&private, &bytes)
        .with_context(|| format!("{} with {}", path.display(), args.key.display()))?;
    place::write_whole(&args.output, &sealed)?;
    status::print(&landscape.feeds, &mut io::stdout())?;
    let signer = bundle::show(&bundle::public(&private)?);
    eprintln!("{} written: {} bytes, signed by {signer}", args.output.display(), sealed.len());
    Ok(Exit::Done)
}
