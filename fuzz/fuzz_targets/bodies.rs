//! Bodies of requests at the doors, in every protocol: read or refused, within the limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prost::Message;
use wardwatch_ingest::elastic::bulk;
use wardwatch_ingest::hec::events;
use wardwatch_ingest::otlp::json;
use wardwatch_ingest::otlp::messages::ExportLogsRequest;
use wardwatch_ingest::unpack::{Packing, unpack};

const ITEMS: usize = 16;
const RECORD_BYTES: usize = 256;
const UNPACKED: usize = 4_096;

fuzz_target!(|body: &[u8]| {
    if let Ok(items) = bulk::parse(body, ITEMS, RECORD_BYTES) {
        assert!(items.len() <= ITEMS);
    }
    // One more than the limit: the word that it is reached.
    assert!(events::parse(body, ITEMS, RECORD_BYTES).len() <= ITEMS + 1);
    let _ = json::parse(body);
    let _ = ExportLogsRequest::decode(body);
    for word in ["identity", "gzip", "deflate", "zstd", "snappy"] {
        let Some(packing) = Packing::of(word) else { continue };
        let mut room = 0;
        let mut grow = |bytes: usize| {
            room += bytes;
            room <= 4 * UNPACKED
        };
        if let Ok(plain) = unpack(packing, body, UNPACKED, &mut grow) {
            assert!(plain.len() <= UNPACKED);
        }
    }
});
