//! Frames and receipts of agents: whatever the bytes, read within the limits or refused; what is
//! read can be sent again as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardwatch_wire::limits::MAX_RECORDS;
use wardwatch_wire::{Frame, Receipt};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(receipt) = Receipt::decode(bytes) {
        assert_eq!(Receipt::decode(&receipt.encode()), Ok(receipt));
    }
    // Random bytes are seldom packed well: the message is tried in its packing, too.
    let packed = zstd::encode_all(bytes, 1).unwrap();
    for bytes in [bytes, &packed] {
        let Ok(frame) = Frame::decode(bytes) else { continue };
        assert!(frame.records.len() <= MAX_RECORDS);
        let again = frame.encode().expect("a frame that was taken is within the limits");
        assert_eq!(Frame::decode(&again).as_ref(), Ok(&frame));
    }
});
