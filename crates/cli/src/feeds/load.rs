//! A landscape from what lies on a disk.
//!
//! In: paths of feeds, or one of a snapshot, or one of a bundle with the keys that are trusted. Out: a
//! landscape; what could not be read on standard error. Never: no feed at all passed off as knowledge;
//! a bundle read without a key.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use wardwatch_feeds::landscape::bundle::{self, PublicKey};
use wardwatch_feeds::landscape::{Report, compile, read_folder, snapshot, starter};
use wardwatch_model::{Day, Landscape};

use crate::output::visible::visible;

/// A landscape from a snapshot, or from files or folders of feeds laid over what is built in. What
/// could not be read is told on standard error; `true` when there was any.
///
/// # Errors
/// When nothing could be read at all.
pub fn load(paths: &[PathBuf], today: Day) -> Result<(Landscape, bool)> {
    if paths.is_empty() {
        return Ok((starter(), false));
    }
    not_sealed(paths)?;
    if let [path] = paths
        && path.is_file()
    {
        let bytes =
            std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        if bytes.starts_with(snapshot::MAGIC) {
            let landscape =
                snapshot::read(&bytes).with_context(|| format!("{}", path.display()))?;
            return Ok((landscape, false));
        }
    }
    let mut folders = Vec::new();
    for path in paths {
        folders.push(read_folder(path)?);
    }
    let (landscape, report) = compile(folders.into_iter().flatten(), today);
    let troubled = tell(&report, &mut io::stderr())?;
    ensure!(
        landscape.feeds.iter().any(|feed| feed.feed != "starter"),
        "no feed was found in {}: name the folder that holds them",
        shown(paths)
    );
    Ok((landscape, troubled))
}

/// A landscape from a signed bundle.
///
/// # Errors
/// When there is anything but one bundle, or none of the keys signed it.
pub fn open(paths: &[PathBuf], keys: &[PublicKey]) -> Result<Landscape> {
    let [path] = paths else { bail!("--trust is for one bundle, by itself") };
    let bytes =
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    ensure!(
        bytes.starts_with(bundle::MAGIC),
        "{} is no signed bundle: --trust is for those alone",
        path.display()
    );
    let opened = bundle::open(keys, &bytes).with_context(|| format!("{}", path.display()))?;
    eprintln!("{}: signed by {}", path.display(), bundle::show(&opened.signer));
    Ok(opened.landscape)
}

/// Refuses signed bundles, which are read with a key only.
///
/// # Errors
/// When one of the files is a bundle.
pub fn not_sealed(paths: &[PathBuf]) -> Result<()> {
    let Some(path) = paths.iter().find(|path| is_bundle(path)) else { return Ok(()) };
    let path = path.display();
    bail!(
        "{path} is a signed bundle: import it first, 'ward feeds import {path} --trust PUBLICKEY \
         --output SNAPSHOT', with the key that its signer gave you"
    )
}

fn is_bundle(path: &Path) -> bool {
    let mut start = Vec::new();
    let length = bundle::MAGIC.len() as u64;
    let read = File::open(path).and_then(|file| file.take(length).read_to_end(&mut start));
    read.is_ok() && start == bundle::MAGIC
}

fn shown(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    names.join(", ")
}

/// Tells what could not be used; `true` when there was any.
pub fn tell(report: &Report, to: &mut impl Write) -> io::Result<bool> {
    let mut troubled = false;
    for (file, why) in report.failures() {
        troubled = true;
        writeln!(to, "ward: {}: {}", visible(file), visible(why))?;
    }
    for row in report.refused() {
        writeln!(
            to,
            "ward: {}: {}: {}",
            visible(&row.file),
            visible(&row.place),
            visible(&row.reason)
        )?;
    }
    Ok(troubled)
}
