//! Files of a folder, one after the other.
//!
//! In: a folder or a single file. Out: its files by path, each read when it is its turn, so that
//! one is in memory at a time. A file that cannot be read comes as such. Never: a link followed;
//! hidden files; more files, depth or bytes than the limits.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::source::{Content, Source};

/// Folders within folders that are entered.
const MAX_DEPTH: usize = 12;
/// Files of a folder, with those of the folders in it.
const MAX_FILES: usize = 500_000;
/// Bytes of one file as it lies there.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// Why a folder gives nothing.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It cannot be read.
    #[error("feeds cannot be read from '{path}': {why}")]
    Unreadable {
        /// The folder.
        path: String,
        /// Why not.
        why: String,
    },
    /// It holds too many files.
    #[error("'{path}' holds more than {MAX_FILES} files: name the folder of the feeds only")]
    TooMany {
        /// The folder.
        path: String,
    },
}

/// The files of a folder.
#[derive(Debug)]
pub struct Folder {
    base: PathBuf,
    files: std::vec::IntoIter<PathBuf>,
}

/// Lists the files of a folder; they are read one by one.
///
/// # Errors
/// When it cannot be listed or holds too many.
pub fn read_folder(path: &Path) -> Result<Folder, FolderError> {
    let shown = || path.display().to_string();
    let unreadable =
        |error: std::io::Error| FolderError::Unreadable { path: shown(), why: error.to_string() };
    if fs::metadata(path).map_err(unreadable)?.is_file() {
        let base = path.parent().unwrap_or(path).to_owned();
        return Ok(Folder { base, files: vec![path.to_owned()].into_iter() });
    }
    let mut files = Vec::new();
    let mut open = vec![(path.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let kind = entry.file_type().map_err(unreadable)?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() && depth < MAX_DEPTH {
                open.push((entry.path(), depth + 1));
            } else if kind.is_file() {
                files.push(entry.path());
            }
            if files.len() + open.len() > MAX_FILES {
                return Err(FolderError::TooMany { path: shown() });
            }
        }
    }
    files.sort();
    Ok(Folder { base: path.to_owned(), files: files.into_iter() })
}

impl Iterator for Folder {
    type Item = Source;

    fn next(&mut self) -> Option<Source> {
        let path = self.files.next()?;
        let name = path.strip_prefix(&self.base).unwrap_or(&path).display().to_string();
        let content = read(&path).map_or_else(Content::Unreadable, Content::Bytes);
        Some(Source { name, content })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    match bytes.len() as u64 {
        0..=MAX_FILE_BYTES => Ok(bytes),
        _ => Err(format!("it is larger than {MAX_FILE_BYTES} bytes")),
    }
}
