//! JSON of every shape that shippers write, to events.
#![no_main]

use bumpalo::Bump;
use libfuzzer_sys::fuzz_target;
use wardwatch_normalise::Normaliser;

fuzz_target!(|text: &str| {
    let arena = Bump::new();
    let normaliser = Normaliser::new(None);
    if let Ok(event) = normaliser.json(&arena, text, 1) {
        let _ = (event.time.timestamp(), event.device.text());
        event.fields.iter().for_each(|field| drop(field.value.text()));
        assert!(usize::from(event.sources.0) < normaliser.table().len());
    }
});
