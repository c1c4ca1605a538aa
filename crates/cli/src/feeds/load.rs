//! A landscape from what lies on a disk.
//!
//! In: paths of feeds, or one of a snapshot. Out: a landscape; what could not be read on standard
//! error. Never: no feed at all passed off as knowledge.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
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
