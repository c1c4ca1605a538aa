//! Lines of syslog and CEF.
#![no_main]

use std::sync::LazyLock;

use bumpalo::Bump;
use libfuzzer_sys::fuzz_target;
use wardwatch_normalise::Normaliser;

/// Made once: it is not what is tried.
static NORMALISER: LazyLock<Normaliser> = LazyLock::new(|| Normaliser::new(None));

fuzz_target!(|text: &str| {
    for line in text.lines() {
        let arena = Bump::new();
        if let Ok(event) = NORMALISER.line(&arena, line, 2026, 1) {
            let _ = event.time.timestamp();
            event.fields.iter().for_each(|field| drop(field.value.text()));
        }
    }
});
