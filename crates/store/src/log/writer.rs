//! The one thread that writes: takes all that waits, writes it at once, syncs once, answers all.
//!
//! In: framed records. Out: the place of each, after the disk has it. Never: an answer before the
//! sync; another write after a sync that failed, since what the disk then holds is not known.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::{oneshot, watch};

use crate::log::segment::{self, Opened};
use crate::log::{AppendError, LogError, LogLimits, LogPosition};

/// How much is written at once; what waits beyond it goes with the next sync.
const GROUP_BYTES: usize = 8 << 20;

/// A framed record and who waits for it.
pub(super) struct Job {
    pub(super) record: Vec<u8>,
    pub(super) answer: oneshot::Sender<Result<LogPosition, AppendError>>,
}

/// The way to the thread. Dropping it waits until all that was sent is written.
#[derive(Debug)]
pub(super) struct Handle {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Handle {
    /// False when the thread has ended.
    pub(super) fn send(&self, job: Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has answered its callers by dropping their channels.
            let _ = thread.join();
        }
    }
}

struct Writer {
    dir: PathBuf,
    limits: LogLimits,
    file: File,
    segment: u64,
    offset: u64,
    say_end: watch::Sender<LogPosition>,
    waiting: Arc<AtomicU64>,
    broken: Option<String>,
    buffer: Vec<u8>,
}

/// Starts the thread on the last segment.
pub(super) fn start(
    dir: &Path,
    limits: LogLimits,
    opened: Opened,
    say_end: watch::Sender<LogPosition>,
    waiting: Arc<AtomicU64>,
) -> Result<Handle, LogError> {
    let (jobs, waiting_jobs) = channel();
    let writer = Writer {
        dir: dir.to_owned(),
        limits,
        file: opened.file,
        segment: opened.segment,
        offset: opened.offset,
        say_end,
        waiting,
        broken: None,
        buffer: Vec::new(),
    };
    let thread = std::thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || writer.run(&waiting_jobs))
        .map_err(|error| LogError::file(dir, error))?;
    Ok(Handle { jobs: Some(jobs), thread: Some(thread) })
}

impl Writer {
    fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            let mut bytes = job.record.len();
            let mut group = vec![job];
            while bytes < GROUP_BYTES
                && let Ok(job) = jobs.try_recv()
            {
                bytes += job.record.len();
                group.push(job);
            }
            self.take(group, bytes as u64);
        }
    }

    /// Writes a group and answers all who wait for it.
    fn take(&mut self, group: Vec<Job>, bytes: u64) {
        let result = self.write(&group, bytes);
        self.waiting.fetch_sub(bytes, Ordering::AcqRel);
        if result.is_ok() {
            self.say_end.send_replace(LogPosition { segment: self.segment, offset: self.offset });
        }
        // Where the group begins, when it was written.
        let mut offset = self.offset.saturating_sub(bytes);
        for job in group {
            offset += job.record.len() as u64;
            let answer = match &result {
                Ok(()) => Ok(LogPosition { segment: self.segment, offset }),
                Err(Refusal::Full) => Err(AppendError::Full),
                Err(Refusal::Broken(reason)) => Err(AppendError::Broken(reason.clone())),
            };
            // Whoever gave up waiting finds the batch in the log all the same.
            let _ = job.answer.send(answer);
        }
    }

    fn write(&mut self, group: &[Job], bytes: u64) -> Result<(), Refusal> {
        if let Some(reason) = &self.broken {
            return Err(Refusal::Broken(reason.clone()));
        }
        let free = free_bytes(&self.dir).map_err(|error| Refusal::Broken(error.to_string()))?;
        if free < self.limits.min_free_bytes.saturating_add(bytes) {
            return Err(Refusal::Full);
        }
        if self.offset > segment::HEAD && self.offset >= self.limits.segment_bytes {
            self.next_segment()?;
        }
        self.buffer.clear();
        for job in group {
            self.buffer.extend_from_slice(&job.record);
        }
        if let Err(error) = self.file.write_all_at(&self.buffer, self.offset) {
            return Err(self.take_back(&error));
        }
        if let Err(error) = self.file.sync_data() {
            return Err(self.give_up(&error));
        }
        self.offset += bytes;
        if self.buffer.capacity() > GROUP_BYTES {
            self.buffer = Vec::new();
        }
        Ok(())
    }

    /// Goes on in a new segment. All of the one before is durable.
    fn next_segment(&mut self) -> Result<(), Refusal> {
        let next = self.segment + 1;
        self.file =
            segment::create(&self.dir, next).map_err(|error| Refusal::Broken(error.to_string()))?;
        (self.segment, self.offset) = (next, segment::HEAD);
        Ok(())
    }

    /// Cuts off a write that failed midway; if that works, later writes may be tried.
    fn take_back(&mut self, error: &io::Error) -> Refusal {
        let taken_back = self.file.set_len(self.offset).and_then(|()| self.file.sync_data());
        match taken_back {
            Err(worse) => self.give_up(&worse),
            Ok(()) if is_full(error) => Refusal::Full,
            Ok(()) => Refusal::Broken(error.to_string()),
        }
    }

    fn give_up(&mut self, error: &io::Error) -> Refusal {
        let reason = format!("the disk failed and the log must be opened again: {error}");
        self.broken = Some(reason.clone());
        Refusal::Broken(reason)
    }
}

enum Refusal {
    Full,
    Broken(String),
}

fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// How much may still be written on the folder's disk.
fn free_bytes(dir: &Path) -> io::Result<u64> {
    let found = nix::sys::statvfs::statvfs(dir)?;
    Ok(found.blocks_available().saturating_mul(found.fragment_size()))
}
