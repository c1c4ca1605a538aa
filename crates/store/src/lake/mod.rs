//! The lake: events at rest, in Parquet files by day.
//!
//! In: rows. Out: files that are durable but not published; the state's catalogue publishes them
//! together with the position in the log. Never: a reader's view without that catalogue; a path
//! from outside. Other engines may read beside us: `day=2017-05-12/….parquet`, zstd, sorted by
//! organisation, class and time.

mod batch;
mod compact;
mod expire;
mod lease;
mod merge;
mod read;
mod row;
mod schema;
mod sink;
mod write;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use wardwatch_model::Timestamp;

use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::state::State;

pub use compact::Compacted;
pub use expire::{Expired, Stays};
pub use lease::Lease;
pub use row::LakeRow;
pub use schema::schema;

/// A file of the lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LakeFile {
    /// Its path within the lake.
    pub path: String,
    /// The day of its folder.
    pub day: String,
    /// How many rows.
    pub rows: u64,
    /// How many bytes.
    pub bytes: u64,
    /// Event time of its first event.
    pub first: Timestamp,
    /// Event time of its last.
    pub last: Timestamp,
}

/// The lake; clones share it.
#[derive(Debug, Clone)]
pub struct Lake {
    dir: PathBuf,
    /// Files of this process that may not be published yet; a sweep leaves them alone.
    fresh: Arc<Mutex<HashSet<String>>>,
    leases: Arc<lease::Leases>,
}

impl Lake {
    /// Opens the lake in a folder, and makes it when it is not there.
    pub fn open(dir: &Path) -> Result<Lake, StoreError> {
        std::fs::create_dir_all(dir).map_err(|error| StoreError::file(dir, error))?;
        Ok(Lake { dir: dir.to_owned(), fresh: Arc::default(), leases: Arc::default() })
    }

    /// The lake's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes rows into files by day; they are durable when this returns, and published by a
    /// commit that names them.
    ///
    /// A file's day is that of its events, or that of their receipt when one call has events of
    /// more than 32 days; its first and last time are those of its events always.
    pub async fn write(
        &self,
        _: &SystemScope,
        rows: Vec<LakeRow>,
    ) -> Result<Vec<LakeFile>, StoreError> {
        let lake = self.clone();
        blocking(move || write::write(&lake, &rows)).await
    }

    /// The rows of a published file that belong to the scope, in their order.
    pub async fn read(
        &self,
        scope: &TenantScope,
        file: &LakeFile,
    ) -> Result<Vec<LakeRow>, StoreError> {
        let (path, scope) = (self.path_of(file)?, scope.clone());
        blocking(move || read::read(&path, &|org| scope.covers(org))).await
    }

    /// Removes files that the catalogue does not name: left over from before a crash, or replaced
    /// by larger ones. Says how many. Files that a lease holds stay for the next sweep.
    pub async fn sweep(&self, state: &State, scope: &SystemScope) -> Result<u64, StoreError> {
        // The list on disk comes first: what is published after it is in the catalogue.
        let lake = self.clone();
        let (on_disk, fresh) = blocking(move || Ok((lake.on_disk()?, lake.fresh_now()))).await?;
        let published = state.lake_files(scope, None, None).await?;
        let published: HashSet<String> = published.into_iter().map(|file| file.path).collect();
        self.no_longer_fresh(&published);
        let lake = self.clone();
        blocking(move || {
            let mut removed = 0;
            for path in on_disk {
                if published.contains(&path) || fresh.contains(&path) {
                    continue;
                }
                let place = lake.dir.join(&path);
                match lake.leases.unless_read(&path, || std::fs::remove_file(&place)) {
                    Some(Ok(())) => removed += 1,
                    None => {}
                    // It was being written when it was listed, and has its final name now.
                    Some(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Some(Err(error)) => return Err(StoreError::file(&place, error)),
                }
            }
            Ok(removed)
        })
        .await
    }

    /// Gives up files that were written but will not be published; the next sweep removes them.
    pub fn give_up(&self, files: &[LakeFile]) {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        for file in files {
            fresh.remove(&file.path);
        }
    }

    fn fresh_now(&self) -> HashSet<String> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn no_longer_fresh(&self, published: &HashSet<String>) {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.retain(|path| !published.contains(path));
    }

    /// All files in folders of days, finished or not.
    fn on_disk(&self) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        for day in names(&self.dir)?.into_iter().filter(|name| name.starts_with("day=")) {
            for name in names(&self.dir.join(&day))? {
                found.push(format!("{day}/{name}"));
            }
        }
        Ok(found)
    }

    /// Where a file lies; an error for a path that this lake would never have made.
    fn path_of(&self, file: &LakeFile) -> Result<PathBuf, StoreError> {
        let well_formed = file.path.split_once('/').is_some_and(|(day, name)| {
            day == format!("day={}", file.day)
                && name.ends_with(".parquet")
                && !name.contains(['/', '\\'])
                && !day.contains("..")
        });
        if well_formed {
            Ok(self.dir.join(&file.path))
        } else {
            Err(StoreError::damaged("path of a lake file", &file.path))
        }
    }
}

fn names(dir: &Path) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|error| StoreError::file(dir, error))? {
        let entry = entry.map_err(|error| StoreError::file(dir, error))?;
        found.extend(entry.file_name().into_string().ok());
    }
    found.sort_unstable();
    Ok(found)
}

/// Runs file work beside the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Ending)?
}
