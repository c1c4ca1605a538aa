//! JSON of every shape that shippers write, to events.
#![no_main]

use std::sync::LazyLock;

use bumpalo::Bump;
use libfuzzer_sys::fuzz_target;
use wardwatch_normalise::Normaliser;

/// Made once: it is not what is tried.
static NORMALISER: LazyLock<Normaliser> = LazyLock::new(|| Normaliser::new(None));

fuzz_target!(|text: &str| {
    let arena = Bump::new();
    if let Ok(event) = NORMALISER.json(&arena, text, 1) {
        let _ = (event.time.timestamp(), event.device.text());
        event.fields.iter().for_each(|field| drop(field.value.text()));
        assert!(usize::from(event.sources.0) < NORMALISER.table().len());
    }
});
