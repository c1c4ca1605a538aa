//! `ward evidence`: get an evidence pack from a server, and see whether one is as it was made.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use wardwatch_api::evidence::{EvidenceKey, EvidenceQuery};
use wardwatch_evidence::{Verified, verify};
use wardwatch_model::OrgId;

use super::connect::Connect;
use super::show::{Show, moment, shown};
use crate::exit::Exit;

/// Bytes of an archive that is looked at.
const MAX_BYTES: u64 = 1 << 30;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Get what a server knows of organisations, as one signed archive.
    Get(GetArgs),
    /// Print the public key that a server signs with.
    Key(Connect),
    /// Say whether an archive is as its server made it. No server is needed.
    Verify(VerifyArgs),
}

/// Of whom, and where to.
#[derive(Debug, Args)]
pub struct GetArgs {
    #[command(flatten)]
    connect: Connect,
    /// Only of this organisation and those below it.
    #[arg(long, value_name = "CODE")]
    org: Option<OrgId>,
    /// The file to write.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// Which archive.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The archive.
    file: PathBuf,
    /// The key that must have signed it, as `ward evidence key` prints it.
    #[arg(long, value_name = "DIGITS")]
    key: Option<String>,
}

/// Does it.
pub fn run(verb: Verb) -> Result<Exit> {
    match verb {
        Verb::Get(args) => get(&args),
        Verb::Key(connect) => {
            let key: EvidenceKey = connect.client()?.get("/api/v1/evidence/key", &())?;
            Show::new(connect.json).answer(&key, |key, out| writeln!(out, "{}", shown(&key.key)))
        }
        Verb::Verify(args) => check(&args),
    }
}

fn get(args: &GetArgs) -> Result<Exit> {
    let query = EvidenceQuery { org: args.org.clone() };
    let bytes = args.connect.client()?.get_bytes("/api/v1/evidence", &query)?;
    std::fs::write(&args.output, &bytes)
        .with_context(|| format!("{} cannot be written", args.output.display()))?;
    eprintln!("{} bytes written to {}", bytes.len(), args.output.display());
    Ok(Exit::Done)
}

fn check(args: &VerifyArgs) -> Result<Exit> {
    let unreadable = || format!("{} cannot be read", args.file.display());
    let size = std::fs::metadata(&args.file).with_context(unreadable)?.len();
    anyhow::ensure!(size <= MAX_BYTES, "{} is too large for a pack", args.file.display());
    let bytes = std::fs::read(&args.file).with_context(unreadable)?;
    let found =
        verify(&bytes, args.key.as_deref()).with_context(|| args.file.display().to_string())?;
    let Verified { signer, trusted, by, org, made, answered, missing } = found;
    let of = org.map_or("all that the asker sees".to_owned(), |org| org.to_string());
    println!("Nothing was changed since {} UTC, when {} asked of {of}.", moment(made), shown(&by));
    println!("{answered} questions were answered.");
    for one in missing {
        println!("Not answered: {}", shown(&one));
    }
    match trusted {
        Some(true) => println!("It is signed with the key that you named."),
        Some(false) => {
            println!("It is signed with ANOTHER key than you named: {}", shown(&signer));
            return Ok(Exit::Failed);
        }
        None => println!(
            "It is signed with {}. Whether that is the server's, its operator says: name it with --key.",
            shown(&signer)
        ),
    }
    Ok(Exit::Done)
}
