//! The corpora's records as text, whatever they are packed in.

use std::path::Path;

use wardwatch_normalise::evtx::{CHUNK_BYTES, CHUNK_MAGIC, ChunkReader, FILE_HEADER_BYTES};

use crate::corpora::files;

/// Every readable record of an EVTX file, as JSON text.
///
/// # Panics
/// When the file cannot be read.
pub fn evtx_records(file: &Path) -> Vec<String> {
    let bytes = std::fs::read(file).expect("the file can be read");
    let reader = ChunkReader::default();
    let mut records = Vec::new();
    for chunk in bytes.get(FILE_HEADER_BYTES..).unwrap_or_default().chunks(CHUNK_BYTES) {
        if chunk.starts_with(CHUNK_MAGIC) {
            reader.records(chunk, &mut |record| {
                if let Ok(record) = record {
                    records.push(String::from_utf8_lossy(&record.json).into_owned());
                }
            });
        }
    }
    records
}

/// Every record of all EVTX files below a folder.
pub fn all_evtx_records(folder: &Path) -> Vec<String> {
    files(folder, "evtx").iter().flat_map(|file| evtx_records(file)).collect()
}

/// The recorded Windows events that were shipped as flat JSON, one a line.
///
/// # Panics
/// When the file cannot be read.
pub fn shipped_json(corpora: &Path) -> String {
    let file = std::fs::File::open(corpora.join("otrf-windows.jsonl.zst")).expect("the file opens");
    let bytes = zstd::decode_all(file).expect("the file unpacks");
    String::from_utf8(bytes).expect("the file is UTF-8")
}
