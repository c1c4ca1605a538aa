//! Rules from folders, files or the built-in pack.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wardwatch_detect::{Diagnostic, Documents, MAX_FILE_BYTES, Placeholders, RuleSet, Severity};

use crate::pack;

/// Checked rules.
pub struct Loaded {
    /// The rules.
    pub set: RuleSet,
}

impl Loaded {
    /// Loads rules from paths, or the built-in pack when there are none.
    ///
    /// # Errors
    /// When a path does not exist or the placeholder file cannot be used. Errors in rules are
    /// diagnostics of the set.
    pub fn load(paths: &[PathBuf], placeholders: Option<&Path>) -> Result<Self> {
        let (documents, known) = documents(paths, placeholders)?;
        Ok(Loaded { set: RuleSet::load(documents, &known) })
    }
}

/// Documents from paths, or those of the built-in pack when there are none; and values for their
/// placeholders.
///
/// # Errors
/// As [`Loaded::load`].
pub fn documents(
    paths: &[PathBuf],
    placeholders: Option<&Path>,
) -> Result<(Documents, Placeholders)> {
    let known = match placeholders {
        None => Placeholders::default(),
        Some(file) => {
            let text = fs::read_to_string(file).with_context(|| {
                format!("the placeholder file {} cannot be read", file.display())
            })?;
            Placeholders::parse(&text).map_err(|problem| {
                anyhow::anyhow!("{}: {} ({})", file.display(), problem.message, problem.hint)
            })?
        }
    };
    let documents = if paths.is_empty() { pack::documents() } else { read(paths)? };
    Ok((documents, known))
}

/// A number that is another one when files below these paths come, go or change.
pub fn stamp(paths: &[PathBuf]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            folder(path, 0, &mut files, &mut Vec::new());
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let data = fs::metadata(&file).ok();
        let changed = data.as_ref().and_then(|data| data.modified().ok());
        (file, data.map(|data| data.len()), changed).hash(&mut hasher);
    }
    hasher.finish()
}

/// Reads rule files on all cores, in the order of their names.
fn read(paths: &[PathBuf]) -> Result<Documents> {
    let mut files = Vec::new();
    let mut documents = Documents::default();
    for path in paths {
        let metadata = fs::metadata(path)
            .with_context(|| format!("rules {} cannot be read", path.display()))?;
        if metadata.is_dir() {
            let mut found = Vec::new();
            folder(path, 0, &mut found, &mut documents.diagnostics);
            found.sort();
            files.append(&mut found);
        } else {
            files.push(path.clone());
        }
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = files.len().div_ceil(threads * 4).max(16);
    let parts = std::thread::scope(|scope| {
        let handles: Vec<_> = files
            .chunks(share)
            .map(|chunk| {
                scope.spawn(move || chunk.iter().map(|file| one(file)).collect::<Vec<_>>())
            })
            .collect();
        handles.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    for part in parts {
        let part = part.map_err(|_| anyhow::anyhow!("reading rules ended early: a defect"))?;
        part.into_iter().for_each(|file| documents.append(file));
    }
    Ok(documents)
}

fn folder(path: &Path, depth: usize, found: &mut Vec<PathBuf>, problems: &mut Vec<Diagnostic>) {
    let entries = match fs::read_dir(path) {
        Ok(entries) if depth < 64 => entries,
        Ok(_) => return problems.push(unreadable(path, "folders are nested too deep")),
        Err(error) => return problems.push(unreadable(path, &error.to_string())),
    };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            folder(&path, depth + 1, found, problems);
        } else if path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml") {
            found.push(path);
        }
    }
}

fn one(file: &Path) -> Documents {
    let too_large = fs::metadata(file).is_ok_and(|data| data.len() > MAX_FILE_BYTES as u64);
    let text = if too_large {
        Err(format!("larger than {MAX_FILE_BYTES} bytes"))
    } else {
        fs::read_to_string(file).map_err(|error| error.to_string())
    };
    match text {
        Ok(text) => Documents::parse(&file.display().to_string(), &text),
        Err(error) => {
            Documents { diagnostics: vec![unreadable(file, &error)], ..Documents::default() }
        }
    }
}

fn unreadable(path: &Path, why: &str) -> Diagnostic {
    Diagnostic {
        file: path.display().to_string(),
        line: 1,
        severity: Severity::Error,
        code: "W100",
        message: format!("cannot be read: {why}"),
        hint: String::new(),
    }
}
