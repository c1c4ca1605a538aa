//! Content cut into blocks that can be worked on independently.
//!
//! In: a stream and its kind. Out: blocks that end where a record ends. Never: more than one
//! block in memory; a line or document over its limit is skipped with a problem, and the rest
//! goes on.

use std::io::{self, BufRead, Read};

use wardwatch_normalise::block::{Block, Shape};
use wardwatch_normalise::evtx::{CHUNK_BYTES, CHUNK_MAGIC, FILE_HEADER_BYTES, FILE_MAGIC};
use wardwatch_normalise::sniff::{Kind, sniff};

/// Bytes of a block of lines.
const BLOCK_BYTES: usize = 256 << 10;
/// Least bytes that are read at once.
const READ_BYTES: usize = 64 << 10;
/// Chunks of EVTX in a block.
const CHUNKS_IN_BLOCK: usize = 4;
/// Longest line, in bytes.
pub const MAX_LINE_BYTES: usize = 4 << 20;
/// Largest file of a kind that has to be read whole (UTF-16, documents over several lines).
pub const MAX_WHOLE_BYTES: u64 = 64 << 20;

/// Where blocks and problems go. `false` from `block` ends the reading.
pub trait Sink {
    /// Takes a block.
    fn block(&mut self, block: Block) -> bool;
    /// Takes a part that could not be read; `records` is how many records it cost, if known.
    fn problem(&mut self, what: String);
}

/// Cuts a stream into blocks.
///
/// # Errors
/// When the stream cannot be read further; what came before has gone to the sink.
pub fn cut(kind: Kind, stream: &mut dyn BufRead, sink: &mut dyn Sink) -> io::Result<()> {
    match kind {
        Kind::Evtx => cut_evtx(stream, sink),
        Kind::JsonLines => cut_lines(Shape::JsonLines, stream, sink),
        Kind::Lines => cut_lines(Shape::Lines, stream, sink),
        Kind::Audit => cut_lines(Shape::Audit, stream, sink),
        Kind::Wer => whole(Shape::Wer, stream, sink),
        Kind::JsonDocuments => whole(Shape::JsonDocuments, stream, sink),
        Kind::Utf16 => cut_utf16(stream, sink),
        Kind::Empty | Kind::Unknown | Kind::Gzip | Kind::Zstd => Ok(()),
    }
}

fn cut_lines(shape: Shape, stream: &mut dyn BufRead, sink: &mut dyn Sink) -> io::Result<()> {
    let mut cutter =
        Lines { shape, pending: Vec::with_capacity(BLOCK_BYTES + READ_BYTES), line: 1 };
    loop {
        let start = cutter.pending.len();
        let wanted = BLOCK_BYTES.saturating_sub(start).max(READ_BYTES) as u64;
        let outcome = stream.take(wanted).read_to_end(&mut cutter.pending);
        let read = cutter.pending.len() - start;
        if read == 0 || outcome.is_err() {
            cutter.finish(sink);
            return outcome.map(|_| ());
        }
        if cutter.pending.len() >= BLOCK_BYTES && !cutter.emit(stream, sink)? {
            return Ok(());
        }
    }
}

struct Lines {
    shape: Shape,
    pending: Vec<u8>,
    line: u64,
}

impl Lines {
    /// Hands on all whole lines; false when the sink wants no more.
    fn emit(&mut self, stream: &mut dyn BufRead, sink: &mut dyn Sink) -> io::Result<bool> {
        let mut end = memchr::memrchr(b'\n', &self.pending).map_or(0, |at| at + 1);
        if self.shape == Shape::Audit && self.pending.len() < MAX_LINE_BYTES {
            end = wardwatch_normalise::audit::complete_prefix_len(&self.pending[..end]);
        }
        if end > 0 {
            // Made in full at once: one that grew while it is read into would be copied each time.
            let mut rest = Vec::with_capacity(BLOCK_BYTES + READ_BYTES);
            rest.extend_from_slice(&self.pending[end..]);
            self.pending.truncate(end);
            return Ok(self.hand_on(rest, sink));
        }
        if self.pending.len() > MAX_LINE_BYTES {
            let skipped = self.pending.len() as u64 + skip_line(stream)?;
            sink.problem(format!(
                "line {}: {skipped} bytes long, the limit is {MAX_LINE_BYTES}: line skipped",
                self.line
            ));
            self.pending.clear();
            self.line += 1;
        }
        Ok(true)
    }

    fn hand_on(&mut self, rest: Vec<u8>, sink: &mut dyn Sink) -> bool {
        let bytes = std::mem::replace(&mut self.pending, rest);
        let first = self.line;
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        sink.block(Block { shape: self.shape, bytes, first })
    }

    fn finish(mut self, sink: &mut dyn Sink) {
        if !self.pending.is_empty() {
            self.hand_on(Vec::new(), sink);
        }
    }
}

/// Reads to the end of a line without keeping it; returns its bytes.
fn skip_line(stream: &mut dyn BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = stream.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let (used, done) = match memchr::memchr(b'\n', buffer) {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        stream.consume(used);
        skipped += used as u64;
        if done {
            return Ok(skipped);
        }
    }
}

fn read_whole(stream: &mut dyn BufRead) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(MAX_WHOLE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_WHOLE_BYTES {
        return Err(io::Error::other(format!(
            "larger than {MAX_WHOLE_BYTES} bytes and not one record a line: write it as JSON lines in UTF-8"
        )));
    }
    Ok(bytes)
}

fn whole(shape: Shape, stream: &mut dyn BufRead, sink: &mut dyn Sink) -> io::Result<()> {
    let bytes = read_whole(stream)?;
    sink.block(Block { shape, bytes, first: 1 });
    Ok(())
}

/// Text in UTF-16 is decoded as a whole and looked at again.
fn cut_utf16(stream: &mut dyn BufRead, sink: &mut dyn Sink) -> io::Result<()> {
    let bytes = read_whole(stream)?;
    let (text, broken) = wardwatch_normalise::sniff::decode_utf16(&bytes);
    drop(bytes);
    if broken {
        sink.problem("not valid UTF-16 throughout: odd characters were replaced".to_owned());
    }
    let kind = sniff(text.as_bytes().get(..64 << 10).unwrap_or(text.as_bytes()));
    match kind {
        Kind::Utf16 | Kind::Evtx | Kind::Gzip | Kind::Zstd | Kind::Unknown => {
            Err(io::Error::other("UTF-16 text that is no log of a kind that is read"))
        }
        kind => cut(kind, &mut io::Cursor::new(text.into_bytes()), sink),
    }
}

fn cut_evtx(stream: &mut dyn BufRead, sink: &mut dyn Sink) -> io::Result<()> {
    let mut at = 0u64;
    let mut magic = [0u8; 8];
    let head = stream.fill_buf()?;
    magic.copy_from_slice(head.get(..8).unwrap_or(&[0; 8]));
    if &magic == FILE_MAGIC {
        at += io::copy(&mut stream.take(FILE_HEADER_BYTES as u64), &mut io::sink())?;
        if at < FILE_HEADER_BYTES as u64 {
            sink.problem("cut off within the file header: no event in it".to_owned());
            return Ok(());
        }
    }
    let mut block = Block { shape: Shape::EvtxChunks, bytes: Vec::new(), first: 0 };
    let mut number = 0u64;
    loop {
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        let outcome = stream.take(CHUNK_BYTES as u64).read_to_end(&mut chunk);
        if chunk.is_empty() {
            if !block.bytes.is_empty() {
                sink.block(block);
            }
            return outcome.map(|_| ());
        }
        let short = chunk.len() < CHUNK_BYTES;
        if !chunk.starts_with(CHUNK_MAGIC) {
            // Space that was set aside and never used is zero.
            if chunk.iter().any(|byte| *byte != 0) {
                sink.problem(format!(
                    "chunk {number} at byte {at}: does not start like a chunk: skipped"
                ));
            }
        } else {
            if block.bytes.is_empty() {
                block.first = number;
            }
            block.bytes.extend_from_slice(&chunk);
        }
        if short || block.bytes.len() >= CHUNKS_IN_BLOCK * CHUNK_BYTES {
            let next = Block { shape: Shape::EvtxChunks, bytes: Vec::new(), first: number + 1 };
            let full = std::mem::replace(&mut block, next);
            if !full.bytes.is_empty() && !sink.block(full) {
                return Ok(());
            }
        }
        at += chunk.len() as u64;
        number += 1;
        outcome?;
    }
}
