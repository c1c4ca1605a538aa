//! EVTX chunks of any bytes: decoded or refused, never a crash; what is decoded is JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardwatch_normalise::evtx::{CHUNK_MAGIC, ChunkReader};

fuzz_target!(|bytes: &[u8]| {
    let mut chunk = CHUNK_MAGIC.to_vec();
    chunk.extend_from_slice(bytes);
    for chunk in [&chunk[..], bytes] {
        ChunkReader::default().records(chunk, &mut |record| {
            if let Ok(record) = record {
                assert!(std::str::from_utf8(&record.json).is_ok());
            }
        });
    }
});
