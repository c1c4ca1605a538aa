//! Streams of bytes at the doors: how the network cut them changes no message, and no more is held
//! than a message and what came last.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardwatch_ingest::lumberjack::frames::{FrameLimits, parse};
use wardwatch_ingest::syslog::framing::{Framed, Framer};

const LIMIT: usize = 64;
const FRAMES: FrameLimits = FrameLimits { window_events: 16, packed_bytes: 128, event_bytes: 128 };

/// The messages of a stream that comes in pieces of `step` bytes; `None` stands for one too long.
fn messages(bytes: &[u8], step: usize) -> Vec<Option<Vec<u8>>> {
    let mut framer = Framer::new(LIMIT);
    let mut found = Vec::new();
    for piece in bytes.chunks(step) {
        framer.push(piece);
        while let Some(framed) = framer.next() {
            found.push(match framed {
                Framed::Message(message) => {
                    assert!(message.len() <= LIMIT);
                    Some(message.to_vec())
                }
                Framed::TooLong => None,
            });
        }
        assert!(framer.pending_bytes() <= LIMIT + step + 16, "held: {}", framer.pending_bytes());
    }
    found.extend(framer.finish().map(|last| Some(last.to_vec())));
    found
}

fuzz_target!(|input: (u8, &[u8])| {
    let (step, bytes) = input;
    let whole = messages(bytes, bytes.len().max(1));
    assert_eq!(messages(bytes, usize::from(step) + 1), whole);

    let mut rest = bytes;
    while let Ok(Some((frame, used))) = parse(rest, &FRAMES) {
        assert!(used > 0 && used <= rest.len());
        // The same frame is read when nothing follows it, and none when its end is missing.
        assert_eq!(parse(&rest[..used], &FRAMES), Ok(Some((frame, used))));
        assert_eq!(parse(&rest[..used - 1], &FRAMES), Ok(None));
        rest = &rest[used..];
    }
});
