//! Signed bundles of feeds: one that was changed anywhere is refused before it is believed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use wardwatch_feeds::landscape::{Source, bundle, compile, snapshot};
use wardwatch_model::Day;

struct Sealed {
    key: bundle::PublicKey,
    bytes: Vec<u8>,
}

static SEALED: LazyLock<Sealed> = LazyLock::new(|| {
    let (landscape, _) = compile(
        [].into_iter() as std::array::IntoIter<Source, 0>,
        Day::parse("2026-11-28").unwrap(),
    );
    let key = bundle::generate().unwrap();
    let bytes = bundle::sign(&key, &snapshot::write(&landscape).unwrap()).unwrap();
    Sealed { key: bundle::public(&key).unwrap(), bytes }
});

fuzz_target!(|input: (u16, &[u8])| {
    let Sealed { key, bytes } = &*SEALED;
    assert!(bundle::open(&[*key], bytes).is_ok());
    let (at, change) = (usize::from(input.0) % (bytes.len() + 1), input.1);
    for reach in [0, change.len()] {
        // Bytes put in at a place, or written over what stands there.
        let end = (at + reach).min(bytes.len());
        let changed = [&bytes[..at], change, &bytes[end..]].concat();
        assert_eq!(bundle::open(&[*key], &changed).is_ok(), changed == *bytes);
    }
    let _ = bundle::open(&[*key], change);
});
