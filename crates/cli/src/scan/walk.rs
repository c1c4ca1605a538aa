//! Paths as given to the files in them, in a fixed order.
//!
//! In: files and folders. Out: files, folders' content sorted by name, and a problem for each
//! thing that cannot be entered. Links are followed; a folder that is its own ancestor is not
//! entered again. Never: the content of a file.

use std::fs;
use std::path::{Path, PathBuf};

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Where it is; `-` is standard input.
    pub path: PathBuf,
    /// Whether the user named it, rather than a folder that holds it.
    pub named: bool,
    /// Its size in bytes, for the progress bar; 0 when unknown.
    pub bytes: u64,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// Files in order.
    pub inputs: Vec<Input>,
    /// What could not be entered.
    pub problems: Vec<String>,
}

/// Deepest nesting of folders that is followed.
const MAX_DEPTH: usize = 128;

/// Finds every file below the given paths.
pub fn walk(paths: &[PathBuf]) -> Walk {
    let mut found = Walk::default();
    for path in paths {
        if path.as_os_str() == "-" {
            found.inputs.push(Input { path: path.clone(), named: true, bytes: 0 });
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => found.folder(path, &mut Vec::new()),
            Ok(metadata) => {
                found.inputs.push(Input { path: path.clone(), named: true, bytes: metadata.len() });
            }
            Err(error) => {
                found.problems.push(format!("{}: cannot be read: {error}", path.display()))
            }
        }
    }
    found
}

impl Walk {
    fn folder(&mut self, folder: &Path, ancestors: &mut Vec<PathBuf>) {
        let real = match fs::canonicalize(folder) {
            Ok(real) => real,
            Err(error) => return self.problem(folder, &format!("cannot be entered: {error}")),
        };
        if ancestors.contains(&real) {
            return self
                .problem(folder, "not entered: this link leads back to a folder that holds it");
        }
        if ancestors.len() >= MAX_DEPTH {
            return self.problem(folder, "not entered: folders are nested too deep");
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.problem(folder, &format!("cannot be entered: {error}")),
        };
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => paths.push(entry.path()),
                Err(error) => self.problem(folder, &format!("cannot be listed in full: {error}")),
            }
        }
        paths.sort();
        ancestors.push(real);
        for path in paths {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => self.folder(&path, ancestors),
                Ok(metadata) if metadata.is_file() => {
                    self.inputs.push(Input { path, named: false, bytes: metadata.len() });
                }
                Ok(_) => self.problem(&path, "not read: neither a file nor a folder"),
                Err(error) => self.problem(&path, &format!("cannot be read: {error}")),
            }
        }
        ancestors.pop();
    }

    fn problem(&mut self, path: &Path, what: &str) {
        self.problems.push(format!("{}: {what}", path.display()));
    }
}
