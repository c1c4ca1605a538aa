//! What became of every file: what it gave, and which of its rows were refused and why.
//!
//! Lists are bounded; what does not fit is counted.

use serde::Serialize;

/// Refused rows that are listed of one file; more are counted.
pub const MAX_ROWS_LISTED: usize = 50;
/// Files that are listed; more are counted, those that failed or refused rows come first.
pub const MAX_FILES_LISTED: usize = 2_000;
/// Notes that are listed; more are counted.
pub const MAX_NOTES: usize = 500;
/// Characters of a reason or a place that are kept.
const MAX_CHARS: usize = 240;

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedRow {
    /// The file.
    pub file: String,
    /// Where in it: `line 12`, `vulnerabilities[3]`.
    pub place: String,
    /// Why not.
    pub reason: String,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FileReport {
    /// The file; of an archive `archive.zip/inner.csv`.
    pub file: String,
    /// The feed it belongs to; none when it is no feed.
    pub feed: Option<&'static str>,
    /// Records taken.
    pub records: u64,
    /// Records left out as junk: repeated, empty, or naming nothing.
    pub dropped: u64,
    /// Records that could not be read.
    pub refused: u64,
    /// The first of them.
    pub rows: Vec<RefusedRow>,
    /// Why the file as a whole gave nothing.
    pub failed: Option<String>,
}

/// What became of all files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// The files that are feeds, in the order of reading.
    pub files: Vec<FileReport>,
    /// Files that are not listed any more, without anything to say of them.
    pub more_files: u64,
    /// Files that are no feed, by name.
    pub ignored: Vec<String>,
    /// How many those are in all.
    pub ignored_count: u64,
    /// What was cleaned while compiling, in words.
    pub notes: Vec<String>,
    /// Notes that are not listed any more.
    pub more_notes: u64,
}

impl Report {
    /// Files that gave nothing, each with why.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|file| Some((file.file.as_str(), file.failed.as_deref()?)))
    }

    /// All refused rows that are listed.
    pub fn refused(&self) -> impl Iterator<Item = &RefusedRow> {
        self.files.iter().flat_map(|file| &file.rows)
    }

    /// Notes what became of a file.
    pub(super) fn file(&mut self, file: FileReport) {
        let telling = file.failed.is_some() || file.refused > 0;
        if self.files.len() < MAX_FILES_LISTED {
            self.files.push(file);
            return;
        }
        self.more_files += 1;
        let quiet = |file: &FileReport| file.failed.is_none() && file.refused == 0;
        if telling && let Some(place) = self.files.iter().rposition(quiet) {
            self.files.remove(place);
            self.files.push(file);
        }
    }

    /// Notes what was cleaned.
    pub(super) fn note(&mut self, text: &str) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(shortened(text));
        } else {
            self.more_notes += 1;
        }
    }

    /// Notes a file that is no feed.
    pub(super) fn ignore(&mut self, name: &str) {
        self.ignored_count += 1;
        if self.ignored.len() < MAX_FILES_LISTED {
            self.ignored.push(shortened(name));
        }
    }
}

/// Refused rows of one file while it is read.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// The first of them: place and reason.
    pub listed: Vec<(String, String)>,
    /// How many in all.
    pub count: u64,
}

impl Refusals {
    /// Notes a row that is not taken.
    pub fn add(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.count += 1;
        if self.listed.len() < MAX_ROWS_LISTED {
            self.listed.push((shortened(&place.into()), shortened(&reason.into())));
        }
    }
}

/// What a parser made of a file.
#[derive(Debug)]
pub(super) struct Yield<T> {
    /// The records.
    pub records: T,
    /// How many they are.
    pub count: u64,
    /// Records left out as junk.
    pub dropped: u64,
    /// The newest day that they name.
    pub newest: Option<wardwatch_model::Day>,
    /// Rows that could not be read.
    pub refused: Refusals,
}

impl<T> Yield<T> {
    /// Nothing yet.
    pub fn new(records: T) -> Self {
        Yield { records, count: 0, dropped: 0, newest: None, refused: Refusals::default() }
    }

    /// Notes a day that a record names.
    pub fn saw(&mut self, day: Option<wardwatch_model::Day>) {
        self.newest = self.newest.max(day);
    }

    /// The same with other records.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Yield<U> {
        let Yield { records, count, dropped, newest, refused } = self;
        Yield { records: make(records), count, dropped, newest, refused }
    }
}

/// A text as it can stand in a report: no control characters, not long.
pub(super) fn shortened(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_CHARS).collect()
}
