//! The log: every batch that was taken, in order, on disk before it is acknowledged.
//!
//! In: a sender and a batch. Out: its place, after the disk has it; later the batches again, in
//! order. Never: a batch without an authenticated sender; an acknowledgement before the write is
//! durable; more in memory than the limits say.

mod entry;
mod frame;
mod packing;
mod reader;
mod segment;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use tokio::sync::{oneshot, watch};
use wardwatch_model::Timestamp;

pub use entry::{Batch, BatchKey, Entry};

use crate::scope::Sender;

/// The segments of a log that need not be open, in order, with their files.
pub(crate) fn segments(dir: &Path) -> Result<Vec<(u64, PathBuf)>, LogError> {
    let all = segment::list(dir)?;
    Ok(all.into_iter().map(|number| (number, segment::path(dir, number))).collect())
}

/// A place in the log: the end of a record.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
pub struct LogPosition {
    /// Number of the segment, from 1.
    pub segment: u64,
    /// Bytes from its start.
    pub offset: u64,
}

impl fmt::Display for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.segment, self.offset)
    }
}

/// How large the log and its parts may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLimits {
    /// A segment takes no more records once it is this large.
    pub segment_bytes: u64,
    /// The log refuses to grow when less than this is free on its disk.
    pub min_free_bytes: u64,
    /// How much may wait for the disk at once.
    pub waiting_bytes: u64,
    /// How large one batch may be.
    pub batch_bytes: usize,
    /// How large the log may grow before what is in it is worked through, to a segment.
    pub kept_bytes: u64,
}

impl Default for LogLimits {
    fn default() -> Self {
        LogLimits {
            segment_bytes: 128 << 20,
            min_free_bytes: 1 << 30,
            waiting_bytes: 64 << 20,
            batch_bytes: 16 << 20,
            kept_bytes: 4 << 30,
        }
    }
}

/// Why a batch was not taken. Nothing of it is in the log, unless the disk failed: then it may be,
/// and sending it again is right.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The disk is nearly full.
    #[error("the disk of the log is nearly full")]
    Full,
    /// Too much waits for the disk, or to be worked through: try again later.
    #[error("too much waits to be written or worked through")]
    Busy,
    /// The batch is larger than the limit.
    #[error("a batch may have {limit} bytes at most")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The disk failed, now or before.
    #[error("the log cannot be written: {0}")]
    Broken(String),
}

/// The log could not be opened, read or shortened.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// A file could not be read or written.
    #[error("log file {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process has the log open.
    #[error("the log in {} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// A record in the middle of the log is damaged.
    #[error("the log is damaged at {at}: {reason}")]
    Damaged {
        /// Where the record begins.
        at: LogPosition,
        /// What is wrong.
        reason: &'static str,
    },
    /// The place is not in the log: its segment was removed, or never written.
    #[error("the log has nothing at {0}")]
    Missing(LogPosition),
    /// The work was given up because the program ends.
    #[error("given up because the program ends")]
    Ending,
}

impl LogError {
    fn file(path: &Path, source: io::Error) -> Self {
        LogError::File { path: path.to_owned(), source }
    }
}

/// The log; clones share it. Dropping the last one waits for what is being written.
#[derive(Debug, Clone)]
pub struct Log {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    limits: LogLimits,
    writer: writer::Handle,
    /// End of the last durable record.
    end: watch::Receiver<LogPosition>,
    waiting: Arc<AtomicU64>,
    /// Number of the oldest segment that is kept.
    oldest: AtomicU64,
    torn: Option<Torn>,
    _lock: std::fs::File,
}

/// What was cut off the log's end when it was opened: a write that was cut short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// Where the log was cut.
    pub at: LogPosition,
    /// How much was cut off.
    pub bytes: u64,
    /// Where those bytes are kept.
    pub kept: PathBuf,
}

impl Log {
    /// Opens the log in a folder, makes it when it is not there, and cuts off a torn end.
    pub async fn open(dir: &Path, limits: LogLimits) -> Result<Log, LogError> {
        let dir = dir.to_owned();
        let open = move || Log::open_now(dir, limits);
        tokio::task::spawn_blocking(open).await.map_err(|_| LogError::Ending)?
    }

    fn open_now(dir: PathBuf, limits: LogLimits) -> Result<Log, LogError> {
        std::fs::create_dir_all(&dir).map_err(|error| LogError::file(&dir, error))?;
        let lock = segment::lock(&dir)?;
        let opened = segment::open_last(&dir)?;
        let oldest = segment::list(&dir)?.first().copied().unwrap_or(opened.end.segment);
        let (say_end, end) = watch::channel(opened.end);
        let waiting = Arc::new(AtomicU64::new(0));
        let torn = opened.torn.clone();
        let writer = writer::start(&dir, limits, opened, say_end, Arc::clone(&waiting))?;
        let oldest = AtomicU64::new(oldest);
        let inner = Inner { dir, limits, writer, end, waiting, oldest, torn, _lock: lock };
        Ok(Log { inner: Arc::new(inner) })
    }

    /// Appends a batch; returns when the disk has it.
    pub async fn append(
        &self,
        sender: &Sender,
        batch: Batch,
        received: Timestamp,
    ) -> Result<LogPosition, AppendError> {
        let limit = self.inner.limits.batch_bytes;
        if batch.bytes.len() > limit {
            return Err(AppendError::TooLarge { limit });
        }
        if self.kept_bytes() > self.inner.limits.kept_bytes {
            return Err(AppendError::Busy);
        }
        let (head, bytes) = entry::encode(sender, &batch, received);
        let record = frame::wrap(&head, &bytes).ok_or(AppendError::TooLarge { limit })?;
        drop(bytes);
        drop(batch);
        let size = record.len() as u64;
        let before = self.inner.waiting.fetch_add(size, Ordering::AcqRel);
        // Something may always wait, or a batch larger than the limit would never be taken.
        if before > 0 && before + size > self.inner.limits.waiting_bytes {
            self.inner.waiting.fetch_sub(size, Ordering::AcqRel);
            return Err(AppendError::Busy);
        }
        let (answer, written) = oneshot::channel();
        // From here on the writer takes the size off again, even when this call is given up.
        if !self.inner.writer.send(writer::Job { record, answer }) {
            self.inner.waiting.fetch_sub(size, Ordering::AcqRel);
            return Err(AppendError::Broken("its writer has ended".to_owned()));
        }
        written
            .await
            .unwrap_or_else(|_| Err(AppendError::Broken("its writer has ended".to_owned())))
    }

    /// The records after a place (from the start without one) and where each ends: as many as fit
    /// unpacked in `max_bytes`, at least one when there is one. Empty at the end of the log.
    pub async fn read_from(
        &self,
        after: Option<LogPosition>,
        max_bytes: usize,
    ) -> Result<Vec<(LogPosition, Entry)>, LogError> {
        let (dir, end) = (self.inner.dir.clone(), *self.inner.end.borrow());
        let read = move || reader::read(&dir, after, end, max_bytes);
        tokio::task::spawn_blocking(read).await.map_err(|_| LogError::Ending)?
    }

    /// Waits until there is a record after a place (any record without one).
    pub async fn wait_beyond(&self, after: Option<LogPosition>) {
        let after = after.unwrap_or_default();
        let mut end = self.inner.end.clone();
        // The sending half lives in the writer thread, which ends only after this log is dropped.
        let _ = end.wait_for(|end| *end > after && end.offset > segment::HEAD).await;
    }

    /// Removes the segments that lie wholly before a place.
    pub async fn forget_before(&self, position: LogPosition) -> Result<(), LogError> {
        let dir = self.inner.dir.clone();
        let last = self.inner.end.borrow().segment;
        let before = position.segment.min(last);
        let forget = move || segment::forget_before(&dir, before);
        tokio::task::spawn_blocking(forget).await.map_err(|_| LogError::Ending)??;
        self.inner.oldest.fetch_max(before, Ordering::AcqRel);
        Ok(())
    }

    /// How large the log is, counting the segment at its start as a whole one.
    fn kept_bytes(&self) -> u64 {
        let end = *self.inner.end.borrow();
        let before = end.segment.saturating_sub(self.inner.oldest.load(Ordering::Acquire));
        before.saturating_mul(self.inner.limits.segment_bytes).saturating_add(end.offset)
    }

    /// How many bytes wait for the disk.
    pub fn pending_bytes(&self) -> u64 {
        self.inner.waiting.load(Ordering::Acquire)
    }

    /// End of the last durable record; none when nothing was ever appended.
    pub fn end(&self) -> Option<LogPosition> {
        let end = *self.inner.end.borrow();
        (end.offset > segment::HEAD).then_some(end)
    }

    /// How many bytes of the log lie after a place: what is still to be worked through.
    pub async fn bytes_after(&self, after: Option<LogPosition>) -> Result<u64, LogError> {
        let (dir, end) = (self.inner.dir.clone(), *self.inner.end.borrow());
        let measure = move || segment::bytes_between(&dir, after.unwrap_or_default(), end);
        tokio::task::spawn_blocking(measure).await.map_err(|_| LogError::Ending)?
    }

    /// What was cut off when the log was opened; the server says so once.
    pub fn torn(&self) -> Option<&Torn> {
        self.inner.torn.as_ref()
    }
}
