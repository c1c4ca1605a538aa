//! The kind of any content.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardwatch_normalise::sniff::{decode_utf16, sniff};

fuzz_target!(|bytes: &[u8]| {
    let _ = sniff(bytes);
    let _ = decode_utf16(bytes);
});
