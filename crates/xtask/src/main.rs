//! Chores of the house, run with `cargo run -p wardwatch-xtask -- CHORE`.
//!
//! In: the workspace's own files, or a folder to write to. Out: findings as `file:line: message`,
//! or sample logs. Never: the network, or anything outside the workspace and the folder given.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

mod samples;
mod tidy;

#[derive(Parser)]
#[command(name = "xtask", about = "Chores of the house")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check layers, sizes, headers and words of the workspace; exit 1 on any finding
    Tidy {
        /// Root of the workspace
        #[arg(long, default_value_os_t = workspace_root())]
        root: PathBuf,
    },
    /// Write the sample logs of a fictional trust's worst afternoon into a folder
    Samples {
        /// Folder to write to; made when it is not there
        folder: PathBuf,
        /// The same seed always gives the same files
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().chore {
        Chore::Tidy { root } => tidy::run(&root),
        Chore::Samples { folder, seed } => write_samples(&folder, seed),
    }
}

/// The folder above `crates/xtask`, as known at build time, or the current one when it has moved.
fn workspace_root() -> PathBuf {
    let built_at = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    built_at.canonicalize().unwrap_or_else(|_| PathBuf::from("."))
}

fn write_samples(folder: &Path, seed: u64) -> anyhow::Result<ExitCode> {
    for sample in samples::all(seed) {
        let path = folder.join(sample.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)
                .with_context(|| format!("cannot make the folder {}", parent.display()))?;
        }
        std::fs::write(&path, &sample.bytes)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
