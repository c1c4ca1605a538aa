//! Windows Error Reporting reports in any encoding.
#![no_main]

use bumpalo::Bump;
use libfuzzer_sys::fuzz_target;
use wardwatch_normalise::Normaliser;

fuzz_target!(|bytes: &[u8]| {
    let arena = Bump::new();
    let _ = Normaliser::new(None).wer(&arena, bytes);
});
