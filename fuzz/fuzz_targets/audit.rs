//! auditd: every line comes back in exactly one group, blocks are cut between lines.
#![no_main]

use std::sync::LazyLock;

use bumpalo::Bump;
use libfuzzer_sys::fuzz_target;
use wardwatch_normalise::{Normaliser, audit};

/// Made once: it is not what is tried.
static NORMALISER: LazyLock<Normaliser> = LazyLock::new(|| Normaliser::new(None));

fuzz_target!(|text: &str| {
    let cut = audit::complete_prefix_len(text.as_bytes());
    assert!(cut <= text.len());
    assert!(cut == 0 || text.as_bytes()[cut - 1] == b'\n');
    for group in audit::group_lines(text) {
        let arena = Bump::new();
        let _ = NORMALISER.audit(&arena, &group);
    }
});
