//! `ward send --wire`: files to a server as an agent would send them, record by record.
//!
//! In: files, the name of the device that they are of. Out: numbered records in frames; what the
//! server did not acknowledge is sent again. The number of the start follows from the files' bytes,
//! so that the same command goes on where it was cut off and sends nothing twice.

mod records;
mod way;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{Context, Result};
use serde::Serialize;
use wardwatch_intake::cut::{Sink, cut};
use wardwatch_intake::open::open;
use wardwatch_normalise::block::Block;
use wardwatch_normalise::sniff::Kind;

use super::client::Client;
use super::show::{Show, shown};
use crate::exit::Exit;
use crate::output::words::number;
use way::Way;

/// Most problems that are listed.
const MAX_PROBLEMS: usize = 100;

/// What was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
struct Sent {
    device: String,
    boot: u64,
    /// Records of the files.
    records: u64,
    /// Records that the server had before.
    known: u64,
    /// Frames that were sent.
    frames: u64,
    /// Frames of which the server had every record before.
    duplicates: u64,
    problems: Vec<String>,
    problem_count: u64,
}

/// Sends files.
///
/// # Errors
/// When a file cannot be read, or the server refuses or cannot be reached.
pub fn send(
    files: &[PathBuf],
    device: String,
    boot: Option<u64>,
    client: &Client,
    json: bool,
) -> Result<Exit> {
    let boot = match boot {
        Some(boot) => boot,
        None => boot_of(files)?,
    };
    let mut way = Way::begin(client, device, boot)?;
    let mut problems = Problems::default();
    for file in files {
        one(file, &mut way, &mut problems)
            .with_context(|| format!("{} was not sent whole", file.display()))?;
    }
    let sent = way.end()?;
    let sent = Sent { problems: problems.listed, problem_count: problems.count, ..sent };
    let partly = sent.problem_count > 0;
    let done = Show::new(json).answer(&sent, tell)?;
    Ok(if partly { Exit::Partly } else { done })
}

#[derive(Default)]
struct Problems {
    listed: Vec<String>,
    count: u64,
}

impl Problems {
    fn note(&mut self, file: &Path, what: &str) {
        self.count += 1;
        if self.listed.len() < MAX_PROBLEMS {
            self.listed.push(format!("{}: {what}", file.display()));
        }
    }
}

fn one(file: &Path, way: &mut Way<'_>, problems: &mut Problems) -> Result<()> {
    let mut content = open(file, &Arc::new(AtomicU64::new(0)))?;
    if content.kind == Kind::Unknown {
        problems.note(file, "of no kind that is read");
        return Ok(());
    }
    let source = file.file_name().map(|name| name.to_string_lossy().into_owned());
    way.source(&source.unwrap_or_default());
    let mut cutter = Cutter { file, way, problems, failed: None };
    let outcome = cut(content.kind, &mut content.stream, &mut cutter);
    if let Some(error) = cutter.failed {
        return Err(error);
    }
    if let Err(error) = outcome {
        problems.note(file, &error.to_string());
    }
    Ok(())
}

struct Cutter<'c, 'w> {
    file: &'c Path,
    way: &'c mut Way<'w>,
    problems: &'c mut Problems,
    failed: Option<anyhow::Error>,
}

impl Sink for Cutter<'_, '_> {
    fn block(&mut self, block: Block) -> bool {
        let (way, failed) = (&mut *self.way, &mut self.failed);
        let problem = records::each(block, &mut |shape, record| match way.add(shape, record) {
            Ok(()) => true,
            Err(error) => {
                *failed = Some(error);
                false
            }
        });
        if let Some(problem) = problem {
            self.problem(problem);
        }
        self.failed.is_none()
    }

    fn problem(&mut self, what: String) {
        self.problems.note(self.file, &what);
    }
}

/// The number of the start: a hash of all bytes, so that other bytes are another start.
fn boot_of(files: &[PathBuf]) -> Result<u64> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 18];
    for path in files {
        let failed = || format!("{} cannot be read", path.display());
        let mut file = File::open(path).with_context(failed)?;
        let mut size = 0u64;
        loop {
            let count = file.read(&mut buffer).with_context(failed)?;
            if count == 0 {
                break;
            }
            size += count as u64;
            hasher.update(buffer.get(..count).unwrap_or_default());
        }
        hasher.update(&size.to_le_bytes());
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    Ok(u64::from_le_bytes(first) & wardwatch_wire::limits::MAX_NUMBER)
}

fn tell(sent: &Sent, out: &mut dyn Write) -> io::Result<()> {
    let Sent { device, boot, records, known, frames, .. } = sent;
    writeln!(
        out,
        "{} records of {}, start {boot}, are safe: {} frames sent, {} records were there before.",
        number(*records),
        shown(device),
        number(*frames),
        number(*known)
    )?;
    for problem in &sent.problems {
        writeln!(out, "{}", shown(problem))?;
    }
    let more = sent.problem_count - sent.problems.len() as u64;
    if more > 0 {
        writeln!(out, "and {} more problems", number(more))?;
    }
    Ok(())
}
