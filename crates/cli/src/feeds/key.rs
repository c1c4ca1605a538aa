//! `ward feeds keygen`, and keys of bundles in files.
//!
//! In: paths. Out: a new private key in a file that only its owner can read; keys that were read.
//! Never: a key written over; a private key used that others can read.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use wardwatch_feeds::landscape::bundle::{self, PublicKey};

use crate::exit::Exit;

/// Bytes of a key's file that are read; a key has some eighty.
const MAX_KEY_BYTES: u64 = 4_096;

/// Where the key goes.
#[derive(Debug, Args)]
pub struct KeygenArgs {
    /// The file of the private key, which must not be there.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// Makes a key and prints its public half.
pub fn run(args: &KeygenArgs) -> Result<Exit> {
    let key = bundle::generate()?;
    let path = &args.output;
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).with_context(
            || format!("{} cannot be made: a key is never written over", path.display()),
        )?;
    file.write_all(&key)
        .and_then(|()| file.sync_all())
        .with_context(|| format!("{} cannot be written", path.display()))?;
    println!("{}", bundle::show(&bundle::public(&key)?));
    eprintln!(
        "{} holds the private key: keep it where snapshots are sealed. The line above is the public \
         key: give it, by a way that nobody can change, to those who import",
        path.display()
    );
    Ok(Exit::Done)
}

/// A private key from its file.
///
/// # Errors
/// When it cannot be read, or others can.
pub fn private(path: &Path) -> Result<Vec<u8>> {
    let unreadable = || format!("{} cannot be read", path.display());
    let file = File::open(path).with_context(unreadable)?;
    let mode = file.metadata().with_context(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!("{}: others can read this key: set its mode to 600", path.display());
    }
    let mut key = Vec::new();
    file.take(MAX_KEY_BYTES).read_to_end(&mut key).with_context(unreadable)?;
    Ok(key)
}

/// Public keys as they were given.
///
/// # Errors
/// When one is none.
pub fn trusted(texts: &[String]) -> Result<Vec<PublicKey>> {
    texts.iter().map(|text| bundle::parse_key(text).context("--trust")).collect()
}
