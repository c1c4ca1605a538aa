//! A snapshot in its place.
//!
//! In: a landscape and a path. Out: its snapshot there. Never: a snapshot replaced by one that knows
//! less, unless that is asked for; half a file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wardwatch_feeds::landscape::snapshot::{self, SnapshotError};
use wardwatch_model::Landscape;

/// Writes a landscape's snapshot, as one that follows what stands there; the number of its bytes.
///
/// # Errors
/// When what stands there knows more and `force` is not given, or the file cannot be written.
pub fn put(path: &Path, landscape: &mut Landscape, force: bool) -> Result<usize> {
    if let Ok(bytes) = std::fs::read(path)
        && let Some(present) = present(path, &bytes, force)?
    {
        let older = snapshot::older_feeds(&landscape.feeds, &present.feeds);
        if let Some(feed) = older.first().filter(|_| !force) {
            bail!(
                "{} knows more of '{}' than what was read now: it stays as it is; --force replaces it",
                path.display(),
                feed.feed
            );
        }
        landscape.follow(&present);
    }
    let bytes = snapshot::write(landscape)?;
    write_whole(path, &bytes)?;
    Ok(bytes.len())
}

/// The landscape of the snapshot that is there; none when it cannot be read and is to be replaced
/// all the same.
fn present(path: &Path, bytes: &[u8], force: bool) -> Result<Option<Landscape>> {
    let path = path.display();
    match snapshot::read(bytes) {
        Ok(landscape) => Ok(Some(landscape)),
        Err(SnapshotError::NotOne) => bail!("{path} stands there already and is no snapshot"),
        Err(_) if force => Ok(None),
        Err(error) => Err(error).with_context(|| {
            format!("{path} stands there already and cannot be compared; --force replaces it")
        }),
    }
}

/// Writes a file; a crash while writing leaves the old one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, bytes)
        .and_then(|()| std::fs::rename(&beside, path))
        .with_context(|| format!("{} cannot be written", path.display()))
}
