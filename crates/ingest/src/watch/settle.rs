//! Which files have stopped changing.
//!
//! In: what each look found. Out: files whose size and time are those of the look before. Bounded
//! by the number of files of one look.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::find::Found;

/// What a file was at the last look.
type Seen = (u64, Option<SystemTime>);

/// What the last look found.
#[derive(Debug, Default)]
pub(super) struct Settling {
    seen: HashMap<PathBuf, Seen>,
    ignored: HashSet<PathBuf>,
}

impl Settling {
    /// The files that have settled, in the order of this look.
    pub(super) fn settled(&mut self, found: Vec<Found>) -> Vec<Found> {
        let before = std::mem::take(&mut self.seen);
        let mut still_ignored = HashSet::new();
        let mut settled = Vec::new();
        for file in found {
            let now = (file.size, file.written);
            if self.ignored.contains(&file.path) {
                still_ignored.insert(file.path);
            } else if before.get(&file.path) == Some(&now) {
                settled.push(file);
            } else {
                self.seen.insert(file.path, now);
            }
        }
        self.ignored = still_ignored;
        settled
    }

    /// Never gives this file out again, as long as it lies there.
    pub(super) fn ignore(&mut self, path: &Path) {
        self.ignored.insert(path.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(settling: &mut Settling, files: &[(&str, u64)]) -> Vec<String> {
        let found = files.iter().map(|(name, size)| Found {
            path: name.into(),
            size: *size,
            written: None,
            device: None,
        });
        let settled = settling.settled(found.collect());
        settled.iter().map(|file| file.path.display().to_string()).collect()
    }

    #[test]
    fn a_file_is_taken_when_two_looks_agree() {
        let mut settling = Settling::default();
        assert!(look(&mut settling, &[("a", 1), ("b", 1)]).is_empty());
        assert_eq!(look(&mut settling, &[("a", 2), ("b", 1)]), ["b"]);
        assert_eq!(look(&mut settling, &[("a", 2)]), ["a"]);
        assert!(look(&mut settling, &[]).is_empty());
        assert!(look(&mut settling, &[("a", 2)]).is_empty(), "another file of that name");
    }

    #[test]
    fn what_could_not_be_put_away_is_not_read_again() {
        let mut settling = Settling::default();
        settling.ignore(Path::new("a"));
        for _ in 0..3 {
            assert!(look(&mut settling, &[("a", 1)]).is_empty());
        }
        look(&mut settling, &[]);
        look(&mut settling, &[("a", 1)]);
        assert_eq!(look(&mut settling, &[("a", 1)]), ["a"], "it was gone meanwhile");
    }
}
