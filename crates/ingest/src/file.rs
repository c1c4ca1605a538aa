//! A file's content as batches, read piece by piece.
//!
//! In: a path, wherever it came from. Out: its batches one after the other, and what could not be
//! read. Reading waits for whoever takes them, so memory does not grow with the file. Crash
//! reports are reduced to features. Never: a look at the file's name.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use wardwatch_intake::cut::{MAX_LINE_BYTES, Sink, cut};
use wardwatch_intake::open::open;
use wardwatch_normalise::block::{Block, Shape};
use wardwatch_normalise::documents;
use wardwatch_normalise::evtx::CHUNK_BYTES;
use wardwatch_normalise::sniff::Kind;
use wardwatch_store::Batch;

use crate::gather::{Gather, Gathered};
use crate::inventory;
use crate::wer::reduce;

/// Most problems of one file that are listed.
const MAX_PROBLEMS: usize = 20;

/// Batches that may wait while one is kept.
const WAITING: usize = 2;

/// What became of a file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct FileReport {
    /// Records in its batches (EVTX: chunks).
    pub(crate) records: u64,
    /// Batches.
    pub(crate) batches: u64,
    /// What could not be read, the first few.
    pub(crate) problems: Vec<String>,
    /// How many could not be read.
    pub(crate) problem_count: u64,
    /// Nothing of it is of a kind that is read.
    pub(crate) unknown: bool,
}

impl FileReport {
    fn note(&mut self, problem: String) {
        self.problem_count += 1;
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

/// What is taken of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Records of logs, and crash reports.
    Logs,
    /// Crash reports alone.
    CrashReports,
    /// What hosts run.
    Inventories,
}

/// What a file is read with.
#[derive(Debug, Clone)]
pub(crate) struct FileSource {
    /// The source of its batches.
    pub(crate) source: String,
    /// The device of a crash report.
    pub(crate) device: Option<String>,
    /// What is taken of it.
    pub(crate) wanted: Wanted,
    /// Bytes of a batch of documents.
    pub(crate) batch_bytes: usize,
}

enum Piece {
    Gathered(Gathered),
    Problem(String),
    Unknown,
}

/// A file that is being read on a thread of its own.
pub(crate) struct FileReading {
    pieces: mpsc::Receiver<Piece>,
    reading: JoinHandle<()>,
    report: FileReport,
}

impl FileReading {
    /// Starts reading a file; it ends when this is dropped.
    pub(crate) fn start(path: &Path, source: FileSource) -> Self {
        let (sender, pieces) = mpsc::channel(WAITING);
        let path = path.to_owned();
        let reading = tokio::task::spawn_blocking(move || read(&path, source, sender));
        FileReading { pieces, reading, report: FileReport::default() }
    }

    /// The next batch; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Gathered> {
        loop {
            match self.pieces.recv().await? {
                Piece::Problem(problem) => self.report.note(problem),
                Piece::Unknown => self.report.unknown = true,
                Piece::Gathered(gathered) => {
                    self.report.records += gathered.records;
                    self.report.batches += 1;
                    return Some(gathered);
                }
            }
        }
    }

    /// What became of it, provided that every batch was kept.
    pub(crate) async fn finish(mut self) -> FileReport {
        if let Err(error) = self.reading.await {
            self.report.note(error.to_string());
        }
        self.report
    }
}

fn read(path: &Path, source: FileSource, pieces: mpsc::Sender<Piece>) {
    let mut cutter = Cutter { source, pieces };
    if cutter.source.wanted == Wanted::Inventories {
        cutter.inventories(path);
        return;
    }
    let outcome = open(path, &Arc::new(AtomicU64::new(0))).and_then(|mut content| {
        if content.kind == Kind::Unknown {
            cutter.send(Piece::Unknown);
        }
        cut(content.kind, &mut content.stream, &mut cutter)
    });
    if let Err(error) = outcome {
        cutter.problem(error.to_string());
    }
}

struct Cutter {
    source: FileSource,
    pieces: mpsc::Sender<Piece>,
}

impl Cutter {
    /// False when nobody takes pieces any more.
    fn send(&self, piece: Piece) -> bool {
        self.pieces.blocking_send(piece).is_ok()
    }

    /// A file that is one report of hosts.
    fn inventories(&self, path: &Path) {
        let device = self.source.device.as_deref();
        let read = inventory::content(path)
            .and_then(|bytes| inventory::hosts(&bytes, device, &self.source.source));
        match read {
            Ok(told) => told.batches.into_iter().all(|batch| self.send(Piece::Gathered(batch))),
            Err(reason) => self.send(Piece::Problem(reason)),
        };
    }

    /// Documents over several lines, or in a list, become lines.
    fn documents(&self, bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        let (found, broken) = documents::split(&text);
        let mut gather = Gather::new(self.source.source.clone(), self.source.batch_bytes);
        for document in found {
            if document.len() > MAX_LINE_BYTES {
                let length = document.len();
                self.send(Piece::Problem(format!(
                    "a document of {length} bytes, the limit is {MAX_LINE_BYTES}: skipped"
                )));
                continue;
            }
            gather.add(Shape::JsonLines, document.as_bytes());
        }
        let mut taken = gather.take().into_iter().map(Piece::Gathered);
        taken.all(|piece| self.send(piece))
            && broken.is_none_or(|error| self.send(Piece::Problem(error.to_string())))
    }
}

impl Sink for Cutter {
    fn block(&mut self, block: Block) -> bool {
        match block.shape {
            shape if self.source.wanted == Wanted::CrashReports && shape != Shape::Wer => {
                self.problem("no crash report".to_owned());
                return false;
            }
            Shape::JsonDocuments => return self.documents(&block.bytes),
            Shape::Wer => {
                let device = self.source.device.as_deref();
                let reduced = reduce::report(&block.bytes, device, self.source.source.clone());
                return self.send(match reduced {
                    Ok(gathered) => Piece::Gathered(gathered),
                    Err(error) => Piece::Problem(error.to_string()),
                });
            }
            _ => {}
        }
        let records = match block.shape {
            Shape::EvtxChunks => block.bytes.len().div_ceil(CHUNK_BYTES),
            _ => block.bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count(),
        };
        let batch = Batch {
            shape: block.shape,
            source: self.source.source.clone(),
            bytes: block.bytes,
            first: block.first,
            logsource: None,
            key: None,
        };
        self.send(Piece::Gathered(Gathered { batch, records: records as u64 }))
    }

    fn problem(&mut self, what: String) {
        self.send(Piece::Problem(what));
    }
}
