//! `ward feeds`: knowledge of vulnerabilities, updates and support, from files.
//!
//! In: files and folders of public feeds, or a snapshot of them. Out: a landscape, a snapshot of it,
//! a table of what it holds and how old that is. Never: half a feed; a snapshot that knows less than
//! the one in its place.

mod import;
mod load;
mod place;
mod status;

use anyhow::Result;
use clap::Subcommand;
use wardwatch_model::Day;

pub use load::load;

use crate::exit::Exit;

/// What can be done with feeds.
#[derive(Debug, Subcommand)]
pub enum FeedsCommand {
    /// Read feeds and write one snapshot of them, which loads at once.
    Import(import::ImportArgs),
    /// Say what feeds hold and how old they are.
    Status(status::StatusArgs),
}

/// Does it.
///
/// # Errors
/// When it cannot be done.
pub fn run(command: FeedsCommand) -> Result<Exit> {
    match command {
        FeedsCommand::Import(args) => import::run(&args),
        FeedsCommand::Status(args) => status::run(&args),
    }
}

/// The day, in the zone that dates of support are read in.
pub fn today() -> Day {
    let now = jiff::Timestamp::now().as_microsecond();
    Day::of(wardwatch_model::Timestamp { micros: now })
}
