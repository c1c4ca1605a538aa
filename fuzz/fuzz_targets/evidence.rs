//! Evidence packs: one that was changed is refused, or says what it said when it was signed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use wardwatch_evidence::{Answer, CLAIMS, Packed, Verified, pack, public, verify};
use wardwatch_model::Timestamp;

const KEY: [u8; 32] = [7; 32];
const BEGAN: Timestamp = Timestamp { micros: 0 };

struct Sealed {
    key: String,
    bytes: Vec<u8>,
    says: Verified,
}

static SEALED: LazyLock<Sealed> = LazyLock::new(|| {
    let answer = |claim| Answer {
        claim,
        asked: "/api/v1/incidents".to_owned(),
        time: BEGAN,
        status: 200,
        body: b"{\"items\":[]}\n".to_vec(),
        complete: true,
    };
    let answers: Vec<Answer> = CLAIMS.into_iter().take(2).map(answer).collect();
    let packed = Packed { by: "ana".to_owned(), org: "ZZ1".parse().ok(), made: BEGAN };
    let (key, bytes) = (public(&KEY).unwrap(), pack(&packed, &answers, &KEY).unwrap());
    let says = verify(&bytes, Some(&key)).unwrap();
    Sealed { key, bytes, says }
});

fuzz_target!(|input: (u16, &[u8])| {
    let Sealed { key, bytes, says } = &*SEALED;
    let (at, change) = (usize::from(input.0) % (bytes.len() + 1), input.1);
    for reach in [0, change.len()] {
        // Bytes put in at a place, or written over what stands there.
        let end = (at + reach).min(bytes.len());
        let changed = [&bytes[..at], change, &bytes[end..]].concat();
        if let Ok(found) = verify(&changed, Some(key)) {
            assert_eq!(found, *says, "what holds says what was signed");
        }
    }
    let _ = verify(change, None);
});
