//! Snapshots of a landscape: damaged ones are refused, whole ones lead nowhere that is not there.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use wardwatch_exposure::Catalogue;
use wardwatch_feeds::landscape::snapshot;

fuzz_target!(|content: &[u8]| {
    let mut bytes = snapshot::MAGIC.to_vec();
    bytes.extend_from_slice(content);
    for bytes in [content, &bytes] {
        if let Ok(landscape) = snapshot::read(bytes) {
            let _ = Catalogue::new(Arc::new(landscape));
        }
    }
});
