//! Files of host reports become inventories.
//!
//! In: paths; a folder stands for its files, `-` for standard input. Out: inventories with the name
//! of their file, and the files that could not be read with the reason. Never: more of a file in
//! memory than the limit of a report.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wardwatch_model::Inventory;
use wardwatch_normalise::inventory::{self, MAX_REPORT_BYTES};

/// What one file says of one host.
#[derive(Debug)]
pub struct Report {
    /// The file as named, with the file's place in a folder.
    pub file: String,
    /// What it says.
    pub inventory: Inventory,
}

/// A file that could not be read.
#[derive(Debug)]
pub struct Refused {
    /// The file.
    pub file: String,
    /// Why not, and what to do.
    pub why: String,
}

/// Reads all files, in the order given; those of a folder by name.
///
/// # Errors
/// When a folder cannot be listed.
pub fn read(paths: &[PathBuf]) -> Result<(Vec<Report>, Vec<Refused>)> {
    let mut files = Vec::new();
    for path in paths {
        list(path, &mut files)?;
    }
    let (mut reports, mut refused) = (Vec::new(), Vec::new());
    for path in files {
        let file = path.display().to_string();
        match content(&path)
            .map_err(|error| error.to_string())
            .and_then(|content| inventory::read(&content).map_err(|error| error.to_string()))
        {
            Ok(found) => reports.extend(
                found.into_iter().map(|inventory| Report { file: file.clone(), inventory }),
            ),
            Err(why) => refused.push(Refused { file, why }),
        }
    }
    Ok((reports, refused))
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let unreadable = || format!("{} cannot be listed", path.display());
    let mut inside = Vec::new();
    for entry in std::fs::read_dir(path).with_context(unreadable)? {
        inside.push(entry.with_context(unreadable)?.path());
    }
    inside.sort();
    for path in inside {
        list(&path, files)?;
    }
    Ok(())
}

fn content(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let limit = MAX_REPORT_BYTES as u64 + 1;
    if path.as_os_str() == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut content)?;
    } else {
        File::open(path)?.take(limit).read_to_end(&mut content)?;
    }
    Ok(content)
}
