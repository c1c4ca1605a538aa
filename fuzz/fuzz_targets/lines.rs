//! Lines of syslog and CEF.
#![no_main]

use bumpalo::Bump;
use libfuzzer_sys::fuzz_target;
use wardwatch_normalise::Normaliser;

fuzz_target!(|text: &str| {
    let normaliser = Normaliser::new(None);
    for line in text.lines() {
        let arena = Bump::new();
        if let Ok(event) = normaliser.line(&arena, line, 2026, 1) {
            let _ = event.time.timestamp();
            event.fields.iter().for_each(|field| drop(field.value.text()));
        }
    }
});
