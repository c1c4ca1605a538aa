//! Lists of indicators in every format: each value once, in the spelling that its kind asks for, and
//! no more than the limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardwatch_feeds::indicators::{Format, Gather, Limits, parse, read_envelope, value};
use wardwatch_model::Timestamp;

fuzz_target!(|bytes: &[u8]| {
    let now = Timestamp { micros: 1_795_000_000_000_000 };
    let limits = Limits::default();
    for format in [Format::Auto, Format::Stix, Format::Misp, Format::Csv, Format::Text] {
        let Ok(parsed) = parse(bytes, format, &limits, now) else { continue };
        assert!(parsed.problems.len() as u64 <= parsed.problem_count);
        for indicator in &parsed.indicators {
            // What is normal already stays as it is.
            let again = value::normal(indicator.kind, &indicator.value);
            assert_eq!(again.as_ref(), Ok(&indicator.value));
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = read_envelope(text, &mut Gather::new(limits, now));
    }
});
