//! Frames there and back, and what is refused.

use proptest::prelude::*;

use super::*;

fn frame(records: &[&[u8]]) -> Frame {
    Frame {
        device: "ZZ1-PC-7".to_owned(),
        boot: 3,
        sequence: 41,
        shape: RecordShape::Json,
        source: "Security".to_owned(),
        records: records.iter().map(|record| Bytes::copy_from_slice(record)).collect(),
        sent: Timestamp { micros: -7 },
    }
}

fn packed(message: &FrameMessage) -> Vec<u8> {
    pack::pack(&message.encode_to_vec()).unwrap()
}

fn message() -> FrameMessage {
    FrameMessage {
        version: 1,
        device: "d".to_owned(),
        boot: 1,
        sequence: 1,
        shape: 1,
        ..FrameMessage::default()
    }
}

#[test]
fn a_frame_without_records_asks_and_has_no_last() {
    let asking = frame(&[]);
    assert_eq!(Frame::decode(&asking.encode().unwrap()), Ok(asking.clone()));
    assert_eq!(asking.last(), None);
    assert_eq!(frame(&[b"a", b"b"]).last(), Some(42));
}

#[test]
fn the_bytes_of_form_1_stay_as_they_are() {
    let bytes = FrameMessage {
        version: 1,
        device: "d".to_owned(),
        boot: 2,
        sequence: 3,
        shape: 4,
        source: "s".to_owned(),
        records: vec![Bytes::from_static(b"r"), Bytes::new()],
        sent_micros: -1,
    };
    let expected = b"\x08\x01\x12\x01d\x18\x02\x20\x03\x28\x04\x32\x01s\x3a\x01r\x3a\x00\x40\x01";
    assert_eq!(bytes.encode_to_vec(), expected);
}

#[test]
fn what_is_beyond_a_limit_is_refused_on_both_sides() {
    type Case = (fn(&mut FrameMessage), &'static str);
    let refused: [Case; 11] = [
        (|m| m.version = 2, "form 2 of the wire is not spoken here, only 1"),
        (|m| m.device.clear(), "the device's name is missing"),
        (|m| m.device = "x".repeat(256), "the device's name is too long"),
        (|m| m.device = "a\u{1b}[2J".to_owned(), "the device's name is not plain text"),
        (|m| m.source = "y".repeat(256), "the source's name is too long"),
        (|m| m.boot = u64::MAX, "the number of the boot must be from 0 to 9223372036854775807"),
        (|m| m.sequence = 0, "the number of the first record must be from 1 to"),
        (|m| m.sequence = MAX_NUMBER, "the number of the first record must be from 1 to"),
        (|m| m.shape = 99, "shape 99 of records is not known here"),
        (|m| m.records = vec![Bytes::new(); MAX_RECORDS + 1], "at most 5000 records"),
        (
            |m| m.records = vec![Bytes::new(), vec![b'x'; MAX_RECORD_BYTES + 1].into()],
            "record 2 of the frame has 1048577 bytes, at most 1048576 are taken",
        ),
    ];
    for (change, words) in refused {
        let mut message = message();
        change(&mut message);
        let error = Frame::decode(&packed(&message)).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        if let Ok(shape) = RecordShape::try_from(message.shape)
            && message.version == VERSION
        {
            let FrameMessage { device, boot, sequence, source, records, .. } = message;
            let sent = Timestamp { micros: 0 };
            let own = Frame { device, boot, sequence, shape, source, records, sent };
            assert!(own.encode().unwrap_err().to_string().contains(words));
        }
    }
}

#[test]
fn many_empty_records_take_no_memory_before_they_are_refused() {
    let hostile = b"\x3a\x00".repeat(MAX_UNPACKED_BYTES / 2);
    let packed = pack::pack(&hostile).unwrap();
    assert!(packed.len() < 20_000);
    let refused = Frame::decode(&packed);
    assert_eq!(refused, Err(WireError::TooManyRecords { limit: MAX_RECORDS }));
}

#[test]
fn records_that_do_not_fit_together_are_refused_before_they_are_sent() {
    let large = vec![b'x'; MAX_RECORD_BYTES];
    let frame = frame(&[&large[..]; 9]);
    assert_eq!(frame.encode(), Err(WireError::TooLarge { limit: MAX_UNPACKED_BYTES }));
}

proptest! {
    #[test]
    fn comes_back_as_it_was_sent(
        device in "[A-Za-z0-9 ü.-]{1,80}",
        boot in 0..=MAX_NUMBER,
        sequence in 1..=MAX_NUMBER - MAX_RECORDS as u64,
        shape in 0..5usize,
        source in "[a-z/ ]{0,80}",
        records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..50),
        micros in any::<i64>(),
    ) {
        let frame = Frame {
            device, boot, sequence, source,
            shape: RecordShape::ALL[shape],
            records: records.into_iter().map(Bytes::from).collect(),
            sent: Timestamp { micros },
        };
        prop_assert_eq!(Frame::decode(&frame.encode().unwrap()), Ok(frame));
    }

    #[test]
    fn hostile_messages_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Frame::decode(&bytes);
        let _ = Frame::decode(&pack::pack(&bytes).unwrap());
    }

    #[test]
    fn damaged_messages_never_panic(at in 0usize..60, byte in any::<u8>()) {
        let mut bytes = FrameMessage { records: vec![Bytes::from_static(b"{}"); 9], ..message() }
            .encode_to_vec();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        let _ = Frame::decode(&pack::pack(&bytes).unwrap());
    }
}
