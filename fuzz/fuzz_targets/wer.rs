//! Windows Error Reporting reports in any encoding.
#![no_main]

use std::sync::LazyLock;

use bumpalo::Bump;
use libfuzzer_sys::fuzz_target;
use wardwatch_normalise::Normaliser;

/// Made once: it is not what is tried.
static NORMALISER: LazyLock<Normaliser> = LazyLock::new(|| Normaliser::new(None));

fuzz_target!(|bytes: &[u8]| {
    let arena = Bump::new();
    let _ = NORMALISER.wer(&arena, bytes);
});
