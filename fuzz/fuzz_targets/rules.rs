//! Rule files of any text: loaded or reported, never neither.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardwatch_detect::{Documents, Placeholders, RuleSet};

fuzz_target!(|text: &str| {
    let known = Placeholders::parse(text).unwrap_or_default();
    let documents = Documents::parse("fuzz.yml", text);
    let set = RuleSet::load(documents, &known);
    assert!(!set.is_empty() || !set.diagnostics.is_empty(), "neither loaded nor reported");
});
