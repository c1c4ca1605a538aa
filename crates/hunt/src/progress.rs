//! How far a hunt is.

use std::sync::atomic::{AtomicU64, Ordering};

/// How far a hunt is: counts so far, and of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows of all files of the stretch of time.
    pub rows_total: u64,
    /// Rows within the scope that the files gave.
    pub rows_read: u64,
    /// Files of the stretch of time.
    pub files_total: u64,
    /// Bytes of those files.
    pub bytes_total: u64,
    /// Bytes of them that were read.
    pub bytes_read: u64,
    /// Rows of the result so far.
    pub rows_found: u64,
}

/// What the parts of a running hunt count.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub rows_read: AtomicU64,
    pub rows_found: AtomicU64,
}

impl Counts {
    pub fn read(&self, rows: usize) {
        self.rows_read.fetch_add(rows as u64, Ordering::Relaxed);
    }
}
