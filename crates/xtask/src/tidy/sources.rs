//! Which files of the workspace the checks look at, and their text.

use std::path::Path;
use std::process::Command;

use anyhow::Context;

/// Folders whose new files are looked at even before they are added to version control.
const OWN_FOLDERS: [&str; 5] = ["crates", "docs", "rules", "fuzz", ".ci"];

/// Names of the workspace's crates: the folders below `crates/` that hold a manifest, sorted.
pub fn crates(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root.join("crates")).context("cannot list crates")? {
        let entry = entry.context("cannot list crates")?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Source files of a crate, as sorted paths from the root.
pub fn rust_files(root: &Path, name: &str) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    collect(root, &format!("crates/{name}/src"), &mut files)?;
    files.retain(|file| file.ends_with(".rs"));
    files.sort();
    Ok(files)
}

/// Files under version control and new ones in the project's own folders, as paths from the root.
///
/// Without git or a repository (an unpacked archive): everything in those folders and at the top.
pub fn tracked_files(root: &Path) -> anyhow::Result<Vec<String>> {
    let tracked = git_files(root, &["--cached"]);
    let new =
        git_files(root, &[&["--others", "--exclude-standard", "--"][..], &OWN_FOLDERS].concat());
    let mut files = match (tracked, new) {
        (Some(tracked), Some(new)) => [tracked, new].concat(),
        _ => walked_files(root)?,
    };
    files.sort();
    files.dedup();
    Ok(files)
}

/// A file's text; nothing when it is gone or is not text.
pub fn read_text(root: &Path, file: &str) -> anyhow::Result<Option<String>> {
    let path = root.join(file);
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {file}"))?;
    Ok(String::from_utf8(bytes).ok())
}

fn git_files(root: &Path, arguments: &[&str]) -> Option<Vec<String>> {
    let mut command = Command::new("git");
    let output =
        command.arg("-C").arg(root).args(["ls-files", "-z"]).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let files = text.split('\0').filter(|file| !file.is_empty()).map(str::to_owned);
    output.status.success().then(|| files.collect())
}

fn walked_files(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root).context("cannot list the root of the workspace")? {
        let entry = entry.context("cannot list the root of the workspace")?;
        if entry.path().is_file() {
            files.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    for folder in OWN_FOLDERS {
        collect(root, folder, &mut files)?;
    }
    Ok(files)
}

/// All files below `folder`, links not followed; nothing when it is not there.
fn collect(root: &Path, folder: &str, files: &mut Vec<String>) -> anyhow::Result<()> {
    let path = root.join(folder);
    if !path.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(&path).with_context(|| format!("cannot list {folder}"))? {
        let entry = entry.with_context(|| format!("cannot list {folder}"))?;
        let kind = entry.file_type().with_context(|| format!("cannot list {folder}"))?;
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if kind.is_dir() {
            collect(root, &name, files)?;
        } else if kind.is_file() {
            files.push(name);
        }
    }
    Ok(())
}
