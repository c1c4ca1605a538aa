//! Which files lie in a watched folder.
//!
//! In: a folder and its layout. Out: files with size and time, in order of name. Never: a link
//! followed, a file opened, a look into `done/` or `failed/`. Bounded in depth and number.

use std::fs::{DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::place::Fate;

/// Deepest nesting that is looked at.
const MAX_DEPTH: usize = 16;

/// Most files of one look; the others come when these are put away.
const MAX_FILES: usize = 10_000;

/// Most entries that are looked at in one look.
const MAX_ENTRIES: usize = 500_000;

/// What is taken from a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Every file, except those whose name starts with a dot: programs write so while they copy.
    Any,
    /// Each `Report.wer` below a folder that Windows or its corporate collection names
    /// `ReportQueue` or `ReportArchive`. The folder above that names the device, unless it is the
    /// watched one.
    Reports,
    /// Every file, as with [`Layout::Any`]; its name up to the first dot may name the device.
    Inventories,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// Its size.
    pub(super) size: u64,
    /// When it was written last.
    pub(super) written: Option<SystemTime>,
    /// The device that its place names.
    pub(super) device: Option<String>,
}

/// Where the walk is.
struct Place {
    dir: PathBuf,
    depth: usize,
    /// Whether a folder of reports has been entered.
    reports: bool,
    device: Option<String>,
}

/// Finds files.
///
/// # Errors
/// When the folder itself cannot be read; folders below that cannot be read are passed over.
pub(super) fn find(root: &Path, layout: Layout) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    let reports = layout != Layout::Reports || is_report_folder(root);
    let mut waiting = vec![Place { dir: root.to_owned(), depth: 0, reports, device: None }];
    let mut left = MAX_ENTRIES;
    while let Some(place) = waiting.pop() {
        let entries = match std::fs::read_dir(&place.dir) {
            Ok(entries) => entries,
            Err(error) if place.depth == 0 => return Err(error),
            Err(_) => continue,
        };
        let mut entries: Vec<DirEntry> = entries.take(left).flatten().collect();
        left -= entries.len();
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            // Of the entry itself: links are neither files nor folders.
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() {
                waiting.extend(enter(&place, &entry, layout));
            } else if metadata.is_file() && is_wanted(&place, &entry, layout) {
                found.push(one(&place, &entry, &metadata, layout));
                if found.len() >= MAX_FILES {
                    return Ok(found);
                }
            }
        }
    }
    Ok(found)
}

fn enter(place: &Place, entry: &DirEntry, layout: Layout) -> Option<Place> {
    let name = entry.file_name();
    let put_away = Fate::ALL.iter().any(|fate| name == fate.folder());
    if put_away || place.depth + 1 >= MAX_DEPTH || name.as_encoded_bytes().starts_with(b".") {
        return None;
    }
    let dir = entry.path();
    let entering = layout == Layout::Reports && !place.reports && is_report_folder(&dir);
    let device = match (entering, place.depth) {
        (true, 1..) => place.dir.file_name().map(|name| name.to_string_lossy().into_owned()),
        _ => place.device.clone(),
    };
    Some(Place { dir, depth: place.depth + 1, reports: place.reports || entering, device })
}

fn is_report_folder(dir: &Path) -> bool {
    let name = dir.file_name().unwrap_or_default();
    name.eq_ignore_ascii_case("ReportQueue") || name.eq_ignore_ascii_case("ReportArchive")
}

fn is_wanted(place: &Place, entry: &DirEntry, layout: Layout) -> bool {
    let name = entry.file_name();
    match layout {
        Layout::Any | Layout::Inventories => !name.as_encoded_bytes().starts_with(b"."),
        Layout::Reports => place.reports && name.eq_ignore_ascii_case("Report.wer"),
    }
}

fn one(place: &Place, entry: &DirEntry, metadata: &Metadata, layout: Layout) -> Found {
    let named = || {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.split('.').next().map(str::to_owned).filter(|stem| !stem.is_empty())
    };
    Found {
        path: entry.path(),
        size: metadata.len(),
        written: metadata.modified().ok(),
        device: match layout {
            Layout::Inventories => named(),
            Layout::Any | Layout::Reports => place.device.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(files: &[&str], layout: Layout) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("link")).unwrap();
        std::os::unix::fs::symlink("/etc", dir.path().join("links")).unwrap();
        let tell = |found: Found| {
            let path = found.path.strip_prefix(dir.path()).unwrap().display().to_string();
            format!("{path} {}", found.device.as_deref().unwrap_or("-"))
        };
        let mut all: Vec<String> =
            find(dir.path(), layout).unwrap().into_iter().map(tell).collect();
        all.sort();
        all
    }

    #[test]
    fn files_that_were_put_away_or_are_being_copied_are_not_found() {
        let files = ["a.json", "b/c.evtx", "done/x", "b/failed/x", ".d.json", ".git/x"];
        assert_eq!(told(&files, Layout::Any), ["a.json -", "b/c.evtx -"]);
    }

    #[test]
    fn only_reports_are_found_in_the_layout_of_error_reporting() {
        let files = [
            "zz-pc-01/ReportQueue/AppCrash_x/Report.wer",
            "zz-pc-01/ReportQueue/AppCrash_x/memory.hdmp",
            "zz-pc-01/ReportQueue/AppCrash_x/done/Report.wer",
            "zz-pc-02/wer/ReportArchive/AppHang_y/report.wer",
            "reportarchive/AppCrash_z/Report.wer",
            "Report.wer",
            "other/Report.wer",
        ];
        assert_eq!(
            told(&files, Layout::Reports),
            [
                "reportarchive/AppCrash_z/Report.wer -",
                "zz-pc-01/ReportQueue/AppCrash_x/Report.wer zz-pc-01",
                "zz-pc-02/wer/ReportArchive/AppHang_y/report.wer wer",
            ]
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        assert!(find(Path::new("/nonexistent-zz"), Layout::Any).is_err());
    }
}
