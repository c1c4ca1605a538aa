//! JSON over several lines: what is split off is a part of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardwatch_normalise::documents::split;

fuzz_target!(|text: &str| {
    let (found, _) = split(text);
    assert!(found.iter().map(|part| part.len()).sum::<usize>() <= text.len());
    assert!(found.iter().all(|part| part.starts_with('{') && part.ends_with(['}', ']'])));
});
