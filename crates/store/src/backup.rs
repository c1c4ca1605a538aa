//! A copy of all that a server keeps, while it runs or not.
//!
//! In: the server's folder, and a folder for the copy, which may hold an earlier one. Out: a folder
//! that a server can be started on, with all that was acknowledged before the copy began. Never: a
//! change of the original; a copy whose catalogue names files that are not in it, or that keeps
//! files which were erased.
//!
//! Order is what makes it whole. Lake files never change, so most are copied first, and those of an
//! earlier copy are kept. Then the state, as of one moment; then what its catalogue names and the
//! copy lacks; then the log from the state's position on. When the server has removed one of these
//! meanwhile, because something newer replaced it, state and log are copied once more.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Component, Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Row};

use crate::log;

/// Times that state and log are copied again before it is given up.
const TRIES: u32 = 10;

/// What was copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BackedUp {
    /// Files of the copy.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that an earlier copy had already.
    pub kept: u64,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no server's folder.
    #[error("{} holds no state.db: it is no server's folder", .0.display())]
    NotThere(PathBuf),
    /// One lies within the other.
    #[error("{} and {} lie within each other", .0.display(), .1.display())]
    Within(PathBuf, PathBuf),
    /// The database refused.
    #[error("the state database: {0}")]
    Sql(#[from] sqlx::Error),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The catalogue names a path that leads out of the lake.
    #[error("the catalogue names '{0}', which is no path within the lake")]
    Path(String),
    /// The server replaced files faster than they could be copied.
    #[error("{}: gone each time that it was to be copied", .0.display())]
    Moving(PathBuf),
}

fn failed(path: &Path) -> impl Fn(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::File { path: path.clone(), source }
}

/// Copies `data` to `to`. Reads and writes files on the calling thread.
///
/// # Errors
/// When something cannot be read or written; what is in `to` then is no copy, or the one before.
pub async fn backup(data: &Path, to: &Path) -> Result<BackedUp, BackupError> {
    if !data.join("state.db").is_file() {
        return Err(BackupError::NotThere(data.to_owned()));
    }
    make_folder(to)?;
    let whole = |path: &Path| path.canonicalize().map_err(failed(path));
    let (data, to) = (whole(data)?, whole(to)?);
    if data.starts_with(&to) || to.starts_with(&data) {
        // Made just now, if it is empty.
        let _ = fs::remove_dir(&to);
        return Err(BackupError::Within(data, to));
    }
    let mut copy = Copy { data, to, done: BackedUp::default() };
    for path in files_below(&copy.data.join("lake"), "parquet")? {
        copy.lake_file(&path)?;
    }
    let mut tries = 0;
    let named = loop {
        match copy.state_and_log().await {
            Ok(named) => break named,
            Err(Stopped::Gone(path)) if tries >= TRIES => return Err(BackupError::Moving(path)),
            Err(Stopped::Gone(_)) => tries += 1,
            Err(Stopped::Failed(error)) => return Err(error),
        }
    };
    copy.forget_others(&named)?;
    copy.other_files()?;
    copy.count()?;
    Ok(copy.done)
}

struct Copy {
    data: PathBuf,
    to: PathBuf,
    done: BackedUp,
}

/// Why state and log were not copied.
enum Stopped {
    /// The server has removed this meanwhile.
    Gone(PathBuf),
    Failed(BackupError),
}

impl From<BackupError> for Stopped {
    fn from(error: BackupError) -> Self {
        Stopped::Failed(error)
    }
}

impl From<sqlx::Error> for Stopped {
    fn from(error: sqlx::Error) -> Self {
        Stopped::Failed(error.into())
    }
}

impl Copy {
    /// Copies a file of the lake, by its path within, unless it is there; false when it is gone.
    fn lake_file(&mut self, path: &str) -> Result<bool, BackupError> {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(BackupError::Path(path.to_owned()));
        }
        let (from, to) = (self.data.join("lake").join(path), self.to.join("lake").join(path));
        // Such files are written once, under a name that no other ever has.
        if to.is_file() {
            self.done.kept += 1;
            return Ok(true);
        }
        copy_file(&from, &to)
    }

    /// The state as of now, the lake files that it names, and the log behind its position.
    async fn state_and_log(&mut self) -> Result<HashSet<String>, Stopped> {
        let new = self.to.join("state.db.new");
        remove(&new)?;
        self.copy_state(&new).await?;
        let mut copied = open(&new).await?;
        let rows = sqlx::query("SELECT path FROM lake_files").fetch_all(&mut copied).await?;
        let named: HashSet<String> =
            rows.iter().map(|row| row.try_get("path")).collect::<Result<_, _>>()?;
        let row = sqlx::query("SELECT segment FROM position").fetch_optional(&mut copied).await?;
        let segment: i64 = row.map_or(Ok(0), |row| row.try_get("segment"))?;
        copied.close().await?;
        // What this counted in an earlier try is counted anew.
        self.done.kept = 0;
        for path in &named {
            if !self.lake_file(path)? {
                return Err(Stopped::Gone(self.data.join("lake").join(path)));
            }
        }
        let log = self.copy_log(segment.unsigned_abs())?;
        // From here on the copy is the new one.
        let there = self.to.join("log");
        if there.exists() {
            fs::remove_dir_all(&there).map_err(failed(&there))?;
        }
        fs::rename(&log, &there).map_err(failed(&there))?;
        for ending in ["-wal", "-shm"] {
            remove(&self.to.join(format!("state.db{ending}")))?;
        }
        let state = self.to.join("state.db");
        fs::rename(&new, &state).map_err(failed(&state))?;
        sync(&self.to)?;
        Ok(named)
    }

    async fn copy_state(&self, new: &Path) -> Result<(), Stopped> {
        let mut state = open(&self.data.join("state.db")).await?;
        let target = new.to_string_lossy().into_owned();
        sqlx::query("VACUUM INTO ?").bind(target).execute(&mut state).await?;
        state.close().await?;
        sync(new)?;
        Ok(())
    }

    /// The segments of the log from this one on; where they are.
    fn copy_log(&self, first: u64) -> Result<PathBuf, Stopped> {
        let (from, to) = (self.data.join("log"), self.to.join("log.new"));
        if to.exists() {
            fs::remove_dir_all(&to).map_err(failed(&to))?;
        }
        make_folder(&to)?;
        let all = log::segments(&from).map_err(|error| BackupError::File {
            path: from.clone(),
            source: io::Error::other(error.to_string()),
        })?;
        let wanted: Vec<&(u64, PathBuf)> =
            all.iter().filter(|(segment, _)| *segment >= first).collect();
        if first > 0 && wanted.first().is_none_or(|(segment, _)| *segment != first) {
            return Err(Stopped::Gone(from));
        }
        for (_, path) in wanted {
            let name = path.file_name().unwrap_or_default();
            if !copy_file(path, &to.join(name))? {
                return Err(Stopped::Gone(path.clone()));
            }
        }
        Ok(to)
    }

    /// Removes lake files that the copy does not name: what was erased is erased here, too.
    fn forget_others(&self, named: &HashSet<String>) -> Result<(), BackupError> {
        let lake = self.to.join("lake");
        for path in files_below(&lake, "")? {
            if !named.contains(&path) {
                remove(&lake.join(path))?;
            }
        }
        Ok(())
    }

    /// Keys and certificates, and whatever else lies beside.
    fn other_files(&self) -> Result<(), BackupError> {
        for path in files_below(&self.data, "")? {
            let own = ["log/", "lake/", "state.db"].iter().any(|own| path.starts_with(own));
            if !own {
                copy_file(&self.data.join(&path), &self.to.join(&path))?;
            }
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), BackupError> {
        for path in files_below(&self.to, "")? {
            let path = self.to.join(path);
            self.done.files += 1;
            self.done.bytes += fs::metadata(&path).map_err(failed(&path))?.len();
        }
        Ok(())
    }
}

/// A connection to a database that is there.
async fn open(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new().filename(path).busy_timeout(super::state::BUSY).connect().await
}

/// Copies a file under another name first, so that a part of one is never taken for it; false when
/// it is not there any more.
fn copy_file(from: &Path, to: &Path) -> Result<bool, BackupError> {
    if let Some(folder) = to.parent() {
        make_folder(folder)?;
    }
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    match fs::copy(from, &part) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound && !from.exists() => {
            return Ok(false);
        }
        Err(error) => return Err(failed(from)(error)),
    }
    sync(&part)?;
    fs::rename(&part, to).map_err(failed(to))?;
    Ok(true)
}

/// For the owner's eyes only: a copy holds what the original holds.
fn make_folder(path: &Path) -> Result<(), BackupError> {
    let mut maker = fs::DirBuilder::new();
    maker.recursive(true).mode(0o700).create(path).map_err(failed(path))
}

fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(failed(path))
}

fn remove(path: &Path) -> Result<(), BackupError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path)(error)),
        _ => Ok(()),
    }
}

/// Paths of files below a folder, within it, with this ending; links are not followed.
fn files_below(folder: &Path, ending: &str) -> Result<Vec<String>, BackupError> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(inner) = folders.pop() {
        let here = folder.join(&inner);
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(&here)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed(&here))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if inner.is_empty() { name } else { format!("{inner}/{name}") };
            let kind = entry.file_type().map_err(failed(&here))?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && path.ends_with(ending) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_catalogue_cannot_lead_out_of_the_lake() {
        let folder = tempfile::tempdir().unwrap();
        let (data, to) = (folder.path().join("data"), folder.path().join("to"));
        fs::create_dir_all(data.join("lake/day=1")).unwrap();
        fs::write(data.join("secret"), "zz").unwrap();
        fs::write(data.join("lake/day=1/a.parquet"), "zz").unwrap();
        let mut copy = Copy { data, to: to.clone(), done: BackedUp::default() };
        for path in ["../secret", "/etc/hostname", "day=1/../../secret"] {
            assert!(matches!(copy.lake_file(path), Err(BackupError::Path(_))), "{path}");
        }
        assert!(!copy.lake_file("day=1/gone.parquet").unwrap());
        assert!(copy.lake_file("day=1/a.parquet").unwrap());
        assert_eq!(files_below(&to, "parquet").unwrap(), ["lake/day=1/a.parquet"]);
        assert_eq!(copy.done.kept, 0);
        assert!(copy.lake_file("day=1/a.parquet").unwrap());
        assert_eq!(copy.done.kept, 1);
    }
}
