//! `ward feeds`: knowledge of vulnerabilities, updates and support, from files and addresses.
//!
//! In: files, folders and addresses of public feeds, a snapshot of them, or a signed bundle. Out: a
//! landscape, a snapshot of it, a bundle, a table of what it holds and how old that is. Never: half a
//! feed; a snapshot that knows less than the one in its place; a bundle read whose signer is not
//! trusted.

mod import;
mod key;
mod load;
mod place;
mod refresh;
mod seal;
mod status;

use anyhow::Result;
use clap::Subcommand;
use wardwatch_model::Day;

pub use load::{load, not_sealed};

use crate::exit::Exit;

/// What can be done with feeds.
#[derive(Debug, Subcommand)]
pub enum FeedsCommand {
    /// Read feeds, or a signed bundle, and write one snapshot of them, which loads at once.
    Import(import::ImportArgs),
    /// Read feeds from their addresses, where they changed, and write a snapshot of them.
    Refresh(refresh::RefreshArgs),
    /// Say what feeds hold and how old they are.
    Status(status::StatusArgs),
    /// Make a key that bundles are signed with; prints its public half.
    Keygen(key::KeygenArgs),
    /// Sign a snapshot, so that it can be carried to where there is no network.
    Seal(seal::SealArgs),
}

/// Does it.
///
/// # Errors
/// When it cannot be done.
pub fn run(command: FeedsCommand) -> Result<Exit> {
    match command {
        FeedsCommand::Import(args) => import::run(&args),
        FeedsCommand::Refresh(args) => refresh::run(&args),
        FeedsCommand::Status(args) => status::run(&args),
        FeedsCommand::Keygen(args) => key::run(&args),
        FeedsCommand::Seal(args) => seal::run(&args),
    }
}

/// The day, in the zone that dates of support are read in.
pub fn today() -> Day {
    let now = jiff::Timestamp::now().as_microsecond();
    Day::of(wardwatch_model::Timestamp { micros: now })
}
