//! A piece of content that ends where a record ends, and its records to events, one by one.
//!
//! In: a block. Out: each event, or why a record is none, in order. Owns the arena that events
//! borrow from; it is emptied after each.

use std::borrow::Cow;

use bumpalo::Bump;
use wardwatch_model::Event;

use crate::error::RecordError;
use crate::evtx::{CHUNK_BYTES, ChunkReader};
use crate::normaliser::Normaliser;
use crate::{audit, documents};

/// What a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Whole EVTX chunks.
    EvtxChunks,
    /// Lines with one JSON object each.
    JsonLines,
    /// JSON documents.
    JsonDocuments,
    /// Lines of auditd.
    Audit,
    /// Lines of syslog and the like.
    Lines,
    /// A WER report.
    Wer,
    /// Lines with one inventory of a host each, as this program writes them. They hold no events.
    Inventory,
}

/// A piece of content.
#[derive(Debug)]
pub struct Block {
    /// What it holds.
    pub shape: Shape,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Number of its first record or line, from 1 (for EVTX: of its first chunk, from 0).
    pub first: u64,
}

/// An event, or the place and reason of a record that is none.
pub type Decoded<'e> = Result<&'e Event<'e>, (&'static str, u64, RecordError)>;

/// Decodes blocks; each thread has one.
#[derive(Default)]
pub struct Decoder {
    arena: Bump,
    chunks: ChunkReader,
}

impl Decoder {
    /// Calls `each` for every record of a block. `year` is for stamps without one.
    pub fn run(
        &mut self,
        normaliser: &Normaliser,
        year: i32,
        block: &Block,
        each: &mut dyn FnMut(Decoded<'_>),
    ) {
        match block.shape {
            Shape::EvtxChunks => self.evtx(normaliser, block, each),
            Shape::JsonLines => for_lines(block, &mut |line, number| {
                self.one("line", number, each, |arena| normaliser.json(arena, line, number));
            }),
            Shape::Lines => for_lines(block, &mut |line, number| {
                self.one("line", number, each, |arena| normaliser.line(arena, line, year, number));
            }),
            Shape::JsonDocuments => self.documents(normaliser, block, each),
            Shape::Audit => {
                for group in audit::group_lines(&text_of(&block.bytes)) {
                    self.one("serial", group.serial, each, |arena| normaliser.audit(arena, &group));
                }
            }
            // What a host runs is no event.
            Shape::Inventory => {}
            Shape::Wer => self.one("report", 1, each, |arena| normaliser.wer(arena, &block.bytes)),
        }
    }

    fn evtx(&mut self, normaliser: &Normaliser, block: &Block, each: &mut dyn FnMut(Decoded<'_>)) {
        let chunks = self.chunks.clone();
        for (chunk, number) in block.bytes.chunks(CHUNK_BYTES).zip(block.first..) {
            chunks.records(chunk, &mut |record| match record {
                Err(error) => each(Err(("chunk", number, error))),
                Ok(record) => match std::str::from_utf8(&record.json) {
                    Ok(text) => self.one("record", record.number, each, |arena| {
                        normaliser.json(arena, text, record.number)
                    }),
                    Err(_) => {
                        let error = RecordError::Evtx("its text is not UTF-8".to_owned());
                        each(Err(("record", record.number, error)));
                    }
                },
            });
        }
    }

    fn documents(
        &mut self,
        normaliser: &Normaliser,
        block: &Block,
        each: &mut dyn FnMut(Decoded<'_>),
    ) {
        let text = text_of(&block.bytes);
        let (found, broken) = documents::split(&text);
        for (document, number) in found.into_iter().zip(1..) {
            self.one("document", number, each, |arena| normaliser.json(arena, document, number));
        }
        if let Some(error) = broken {
            each(Err(("document", 0, error)));
        }
    }

    fn one<'s>(
        &'s mut self,
        place: &'static str,
        number: u64,
        each: &mut dyn FnMut(Decoded<'_>),
        parse: impl FnOnce(&'s Bump) -> Result<Event<'s>, RecordError>,
    ) {
        self.arena.reset();
        match parse(&self.arena) {
            Ok(event) => each(Ok(&event)),
            Err(error) => each(Err((place, number, error))),
        }
    }
}

/// Bytes as text; what is not UTF-8 becomes U+FFFD.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Calls `each` with every line that is not blank, and its number.
fn for_lines(block: &Block, each: &mut dyn FnMut(&str, u64)) {
    let whole = std::str::from_utf8(&block.bytes).ok();
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', &block.bytes).chain(std::iter::once(block.bytes.len()));
    for (end, number) in ends.zip(block.first..) {
        let line = &block.bytes[start..end];
        let text = whole.and_then(|text| text.get(start..end));
        start = end + 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let text = text.map_or_else(|| text_of(line), Cow::Borrowed);
        each(text.trim_start_matches('\u{feff}').trim_end(), number);
    }
}
