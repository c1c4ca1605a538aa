//! The folder of what was read last.
//!
//! In: places, bytes. Out: for each place two files: its bytes, under a name with their sum, and a
//! mark (JSON) that says which bytes are good, with their ETag, feeds and day. Never: an address
//! written down (it may hold a secret); bytes whose sum is wrong; a moment without the last good ones.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wardwatch_model::Day;
use wardwatch_model::landscape::FeedStatus;

use super::list::Place;

/// The form of marks that is written and read; another one is read anew.
const VERSION: u32 = 1;
/// Bytes of a mark.
const MAX_MARK_BYTES: u64 = 1 << 20;
/// Digits of a hash that stand in names of files.
const ID_DIGITS: usize = 16;

/// The folder.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// What is known of the bytes that are kept of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    version: u32,
    /// The place's name, for people.
    name: String,
    /// BLAKE3 of the bytes.
    sum: String,
    /// The server's mark.
    pub etag: Option<String>,
    /// What they hold.
    pub feeds: Vec<FeedStatus>,
    /// The day on which the server last gave them, or said that they are the newest.
    pub confirmed: Day,
}

impl Mark {
    /// The same, confirmed on a day under the server's mark of then.
    pub fn confirmed(&self, etag: Option<String>, today: Day) -> Mark {
        Mark { etag, confirmed: today, ..self.clone() }
    }
}

/// What is kept of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub mark: Mark,
    pub path: PathBuf,
}

/// Bytes that were written and are not in use yet.
#[derive(Debug)]
pub(super) struct Written {
    sum: String,
    pub path: PathBuf,
}

/// Why something is not kept.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be written: {why}")]
pub struct CacheError {
    path: String,
    why: io::Error,
}

impl Cache {
    /// Opens a folder, which is made when it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: &Path) -> Result<Cache, CacheError> {
        fs::create_dir_all(folder).map_err(|why| wrong(folder, why))?;
        Ok(Cache { folder: folder.to_owned() })
    }

    /// What is kept of a place and whole.
    pub(super) fn find(&self, place: &Place) -> Option<Kept> {
        let mut text = Vec::new();
        let file = fs::File::open(self.mark(place)).ok()?;
        file.take(MAX_MARK_BYTES).read_to_end(&mut text).ok()?;
        let mark: Mark = serde_json::from_slice(&text).ok()?;
        let path = self.bytes(place, &mark.sum)?;
        let mut hash = blake3::Hasher::new();
        hash.update_reader(fs::File::open(&path).ok()?).ok()?;
        let whole = mark.version == VERSION && hash.finalize().to_hex().as_str() == mark.sum;
        whole.then_some(Kept { mark, path })
    }

    /// Writes bytes beside those that are in use.
    pub(super) fn write(&self, place: &Place, bytes: &[u8]) -> Result<Written, CacheError> {
        let sum = blake3::hash(bytes).to_hex().to_string();
        let path = self.bytes(place, &sum).unwrap_or_else(|| self.folder.join(id(place)));
        write(&path, bytes)?;
        Ok(Written { sum, path })
    }

    /// Puts bytes that were written in the place of those before.
    pub(super) fn keep(
        &self,
        place: &Place,
        written: Written,
        etag: Option<String>,
        feeds: Vec<FeedStatus>,
        today: Day,
    ) -> Result<(), CacheError> {
        let (name, sum) = (place.name.clone(), written.sum);
        let mark = Mark { version: VERSION, name, sum, etag, feeds, confirmed: today };
        self.put(place, &mark)?;
        self.sweep(place, &written.path);
        Ok(())
    }

    /// Removes bytes that are not to be used. When that fails they are swept later.
    pub(super) fn drop(&self, written: &Written) {
        let _ = fs::remove_file(&written.path);
    }

    /// Writes what is known of the bytes.
    pub(super) fn put(&self, place: &Place, mark: &Mark) -> Result<(), CacheError> {
        let path = self.mark(place);
        let text = serde_json::to_vec_pretty(mark).map_err(|why| wrong(&path, why.into()))?;
        write(&path, &text)
    }

    /// Removes bytes of a place that are not in use any more. What stays does no harm.
    fn sweep(&self, place: &Place, used: &Path) {
        let begin = format!("{}-", id(place));
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with(&begin) && path != used {
                let _ = fs::remove_file(path);
            }
        }
    }

    fn mark(&self, place: &Place) -> PathBuf {
        self.folder.join(format!("{}.json", id(place)))
    }

    fn bytes(&self, place: &Place, sum: &str) -> Option<PathBuf> {
        let digits =
            sum.get(..ID_DIGITS).filter(|sum| sum.bytes().all(|b| b.is_ascii_hexdigit()))?;
        Some(self.folder.join(format!("{}-{digits}.feed", id(place))))
    }
}

/// A place's name in the folder: of its address, so that another address is another feed.
fn id(place: &Place) -> String {
    let sum = blake3::hash(place.address.as_bytes()).to_hex();
    sum.as_str().chars().take(ID_DIGITS).collect()
}

/// A crash while writing leaves the old file.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CacheError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    fs::write(&beside, bytes)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|why| wrong(path, why))
}

fn wrong(path: &Path, why: io::Error) -> CacheError {
    CacheError { path: path.display().to_string(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Day = Day(20_000);

    fn place(address: &str) -> Place {
        address.parse().unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        entries.map(|name| name.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn the_newest_good_bytes_are_kept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("cache")).unwrap();
        let place = place("https://zz.example/kev.json?token=secret");
        assert_eq!(cache.find(&place), None);
        for bytes in [&b"one"[..], b"two"] {
            let written = cache.write(&place, bytes).unwrap();
            cache.keep(&place, written, Some("\"v\"".to_owned()), Vec::new(), DAY).unwrap();
            let kept = cache.find(&place).unwrap();
            assert_eq!(fs::read(&kept.path).unwrap(), bytes);
            assert_eq!(names(&cache.folder).len(), 2, "{:?}", names(&cache.folder));
        }
        let other = cache.write(&place, b"bad").unwrap();
        cache.drop(&other);
        assert_eq!(names(&cache.folder).len(), 2);
        assert!(!fs::read_to_string(cache.mark(&place)).unwrap().contains("secret"));
    }

    #[test]
    fn what_was_changed_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let place = place("https://zz.example/kev.json");
        let written = cache.write(&place, b"one").unwrap();
        cache.keep(&place, written, None, Vec::new(), DAY).unwrap();
        let good = fs::read_to_string(cache.mark(&place)).unwrap();
        let path = cache.find(&place).unwrap().path;
        fs::write(&path, "onf").unwrap();
        assert_eq!(cache.find(&place), None);
        fs::write(&path, "one").unwrap();
        let sum = blake3::hash(b"one").to_hex().to_string();
        for mark in [
            "{",
            "",
            &good.replace(&sum, "../../x"),
            &good.replace("\"version\": 1", "\"version\": 9"),
        ] {
            fs::write(cache.mark(&place), mark).unwrap();
            assert_eq!(cache.find(&place), None, "{mark}");
        }
        fs::write(cache.mark(&place), good).unwrap();
        assert!(cache.find(&place).is_some());
    }
}
