//! Where a file goes once it was read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its content is durable.
    Done,
    /// It could not be read, or was refused.
    Failed,
}

impl Fate {
    /// Both.
    pub(super) const ALL: [Fate; 2] = [Fate::Done, Fate::Failed];

    /// The folder for it.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Fate::Done => "done",
            Fate::Failed => "failed",
        }
    }
}

/// Most files of one name in a folder.
const MAX_SAME: u32 = 10_000;

/// Moves a file into `done/` or `failed/` beside it. What could not be read stands in a file
/// `NAME.problems.txt` next to it there. Never replaces a file.
///
/// # Errors
/// When it cannot be moved; it is where it was, then.
pub(super) fn put_away(path: &Path, fate: Fate, problems: &[String]) -> io::Result<()> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::other("no file in a folder"));
    };
    let dir = parent.join(fate.folder());
    match fs::create_dir(&dir) {
        Ok(()) => {}
        // A link would lead the file elsewhere.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if !fs::symlink_metadata(&dir)?.is_dir() {
                return Err(io::Error::other(format!("{} is no folder", dir.display())));
            }
        }
        Err(error) => return Err(error),
    }
    let target = free_name(&dir, &name.to_string_lossy())?;
    fs::rename(path, &target)?;
    if !problems.is_empty() {
        let mut beside = target.into_os_string();
        beside.push(".problems.txt");
        // The file itself is put away: that nobody can read why does not bring it back.
        let _ = fs::write(beside, format!("{}\n", problems.join("\n")));
    }
    Ok(())
}

/// A name that is not taken. Only the watcher writes in this folder.
fn free_name(dir: &Path, name: &str) -> io::Result<PathBuf> {
    let plain = std::iter::once(name.to_owned());
    let numbered = (1..MAX_SAME).map(|number| format!("{name}.{number}"));
    let mut free = plain.chain(numbered).map(|name| dir.join(name));
    let found = free.find(|path| fs::symlink_metadata(path).is_err());
    found.ok_or_else(|| io::Error::other(format!("too many files named {name} there")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_beside_and_replace_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.json");
        for content in ["one", "two"] {
            fs::write(&file, content).unwrap();
            put_away(&file, Fate::Done, &[]).unwrap();
            assert!(!file.exists());
        }
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
        assert_eq!((read("done/a.json"), read("done/a.json.1")), ("one".into(), "two".into()));
        fs::write(&file, "three").unwrap();
        put_away(&file, Fate::Failed, &["line 1: broken".to_owned()]).unwrap();
        assert_eq!(read("failed/a.json"), "three");
        assert_eq!(read("failed/a.json.problems.txt"), "line 1: broken\n");
    }

    #[test]
    fn a_link_in_place_of_the_folder_is_not_followed() {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("done")).unwrap();
        let file = dir.path().join("a.json");
        fs::write(&file, "one").unwrap();
        assert!(put_away(&file, Fate::Done, &[]).is_err());
        assert!(file.exists());
    }
}
