//! Windows event log files: one 64 KiB chunk at a time, so that memory stays small, chunks can be
//! read on several cores, and one broken chunk costs only itself.
//!
//! In: a chunk's bytes. Out: each record as JSON text, or why it cannot be read. Never: a record
//! left out in silence.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use evtx::{EvtxChunkData, ParserSettings};

use crate::error::RecordError;

/// Bytes of the header in front of the first chunk.
pub const FILE_HEADER_BYTES: usize = 4096;
/// Bytes of a chunk.
pub const CHUNK_BYTES: usize = 65_536;
/// What a file starts with.
pub const FILE_MAGIC: &[u8; 8] = b"ElfFile\0";
/// What a chunk starts with.
pub const CHUNK_MAGIC: &[u8; 8] = b"ElfChnk\0";

/// A record of a chunk, rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvtxRecord {
    /// Record number in the log.
    pub number: u64,
    /// The record as JSON, `{"Event": …}`.
    pub json: Vec<u8>,
}

/// Reads chunks. Kept by each thread, since its settings are shared by all chunks.
#[derive(Debug, Clone)]
pub struct ChunkReader {
    settings: Arc<ParserSettings>,
}

impl Default for ChunkReader {
    fn default() -> Self {
        ChunkReader { settings: Arc::new(ParserSettings::new().num_threads(1).indent(false)) }
    }
}

impl ChunkReader {
    /// Calls `each` with every record of a chunk, or with why it cannot be read. A short chunk is
    /// filled up with zeros, so that what a cut file still holds is read.
    pub fn records(&self, chunk: &[u8], each: &mut impl FnMut(Result<EvtxRecord, RecordError>)) {
        let mut bytes = chunk.to_vec();
        if bytes.len() < CHUNK_BYTES {
            let missing = RecordError::Evtx(format!(
                "the chunk is cut off after {} of {CHUNK_BYTES} bytes",
                bytes.len()
            ));
            bytes.resize(CHUNK_BYTES, 0);
            each(Err(missing));
        }
        // The decoder promises not to panic; a chunk on which it does must not end the scan.
        let done = catch_unwind(AssertUnwindSafe(|| self.decode(bytes, each)));
        match done {
            Ok(Ok(())) => {}
            Ok(Err(error)) => each(Err(error)),
            Err(_) => each(Err(RecordError::Evtx("the decoder gave up on this chunk".to_owned()))),
        }
    }

    fn decode(
        &self,
        bytes: Vec<u8>,
        each: &mut impl FnMut(Result<EvtxRecord, RecordError>),
    ) -> Result<(), RecordError> {
        let mut data = EvtxChunkData::new(bytes, false).map_err(|error| explain(&error))?;
        let mut chunk = data.parse(self.settings.clone()).map_err(|error| explain(&error))?;
        for record in chunk.iter() {
            each(record.and_then(|record| record.into_json_bytes()).map_or_else(
                |error| Err(explain(&error)),
                |record| Ok(EvtxRecord { number: record.event_record_id, json: record.data }),
            ));
        }
        Ok(())
    }
}

/// The whole chain of an error's reasons on one line.
fn explain(error: &dyn std::error::Error) -> RecordError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let reason = inner.to_string();
        if !text.contains(&reason) {
            text.push_str(": ");
            text.push_str(&reason);
        }
        source = inner.source();
    }
    RecordError::Evtx(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
