//! Lists of indicators in every format: each value once, and no more problems listed than counted.
#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use wardwatch_feeds::indicators::{Format, Gather, Limits, parse, read_envelope};
use wardwatch_model::Timestamp;

fuzz_target!(|bytes: &[u8]| {
    let now = Timestamp { micros: 1_795_000_000_000_000 };
    let limits = Limits::default();
    for format in [Format::Auto, Format::Stix, Format::Misp, Format::Csv, Format::Text] {
        let Ok(parsed) = parse(bytes, format, &limits, now) else { continue };
        assert!(parsed.problems.len() as u64 <= parsed.problem_count);
        let mut seen = HashSet::new();
        for indicator in &parsed.indicators {
            assert!(seen.insert((indicator.kind, &indicator.value)), "{:?} twice", indicator.value);
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = read_envelope(text, &mut Gather::new(limits, now));
    }
});
