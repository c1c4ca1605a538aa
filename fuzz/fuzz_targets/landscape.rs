//! Files of feeds: whatever they hold, a landscape comes of it that can be packed and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardwatch_feeds::landscape::{Source, compile, snapshot};
use wardwatch_model::Day;

/// Names by which feeds are told; the first byte picks one.
const NAMES: [&str; 12] = [
    "kev.json",
    "known_exploited_vulnerabilities.json",
    "CVEs_20260628.csv",
    "Custom_20190321.csv",
    "epss.csv",
    "cve.jsonl",
    "advisory.json",
    "osv.json",
    "debian.json",
    "windows.md",
    "table.csv",
    "feeds.zip",
];

fuzz_target!(|input: &[u8]| {
    let Some((first, content)) = input.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let today = Day::parse("2026-11-28").unwrap();
    let source = Source::new(name, content);
    let (landscape, _) = compile([source].into_iter(), today);
    // Packing is slow, and what holds nothing has nothing to lose.
    if landscape.vulnerabilities.is_empty() && landscape.packages.is_empty() && landscape.medical.is_empty() {
        return;
    }
    let bytes = snapshot::write(&landscape).unwrap();
    assert_eq!(snapshot::read(&bytes).unwrap(), landscape);
});
