//! A batch as it lies in a record of the log.
//!
//! In: a sender and a batch, or a record's bytes. Out: the bytes, or the entry. Never: an
//! organisation from anywhere but the sender. The form: length of the head as four bytes (little
//! endian), the head as JSON, the batch's own bytes to the end, packed where the head says how many
//! they are unpacked.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use wardwatch_model::{LogSource, OrgId, Timestamp, TokenId};
use wardwatch_normalise::block::Shape;

use crate::log::packing;
use crate::scope::Sender;

/// Which records of a device a batch holds, where its sender numbers them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BatchKey {
    /// The device.
    pub device: String,
    /// Number of its start.
    pub boot: u64,
    /// Number of the first record since then.
    pub sequence: u64,
    /// How many records follow each other from there.
    pub records: u64,
    /// Where the numbers begin that this start of the device is asked for.
    pub base: u64,
    /// Whether the batch holds these records, or says that they never came.
    #[serde(default)]
    pub missing: bool,
}

/// Content that a door took from a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What it holds.
    pub shape: Shape,
    /// Door and stream, for people.
    pub source: String,
    /// Whole records.
    pub bytes: Vec<u8>,
    /// Number of its first record or line.
    pub first: u64,
    /// Where its events come from, when the door knows better than they do.
    pub logsource: Option<LogSource>,
    /// Its number, when its sender numbers them.
    pub key: Option<BatchKey>,
}

/// A batch in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The organisation of its sender: whose data it is.
    pub org: OrgId,
    /// The sender's token.
    pub sender: TokenId,
    /// The sender's name.
    pub sender_name: String,
    /// When it was taken.
    pub received: Timestamp,
    /// What was sent.
    pub batch: Batch,
}

impl Entry {
    /// Its sender, as it was authenticated when the batch was taken.
    pub fn sender(&self) -> Sender {
        Sender::new(self.org.clone(), self.sender, self.sender_name.clone())
    }
}

/// Everything but the bytes.
#[derive(Serialize, Deserialize)]
struct Head {
    org: OrgId,
    sender: TokenId,
    sender_name: String,
    received_micros: i64,
    shape: ShapeWord,
    source: String,
    first: u64,
    logsource: Option<LogSource>,
    key: Option<BatchKey>,
    /// How many bytes the batch has unpacked; none when it is not packed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unpacked: Option<usize>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ShapeWord {
    EvtxChunks,
    JsonLines,
    JsonDocuments,
    Audit,
    Lines,
    Wer,
    Inventory,
}

impl From<Shape> for ShapeWord {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::EvtxChunks => ShapeWord::EvtxChunks,
            Shape::JsonLines => ShapeWord::JsonLines,
            Shape::JsonDocuments => ShapeWord::JsonDocuments,
            Shape::Audit => ShapeWord::Audit,
            Shape::Lines => ShapeWord::Lines,
            Shape::Wer => ShapeWord::Wer,
            Shape::Inventory => ShapeWord::Inventory,
        }
    }
}

impl From<ShapeWord> for Shape {
    fn from(word: ShapeWord) -> Self {
        match word {
            ShapeWord::EvtxChunks => Shape::EvtxChunks,
            ShapeWord::JsonLines => Shape::JsonLines,
            ShapeWord::JsonDocuments => Shape::JsonDocuments,
            ShapeWord::Audit => Shape::Audit,
            ShapeWord::Lines => Shape::Lines,
            ShapeWord::Wer => Shape::Wer,
            ShapeWord::Inventory => Shape::Inventory,
        }
    }
}

/// A batch as a record's bytes: its head, and what follows it.
pub(super) fn encode<'b>(
    sender: &Sender,
    batch: &'b Batch,
    received: Timestamp,
) -> (Vec<u8>, Cow<'b, [u8]>) {
    let packed = packing::pack(&batch.bytes);
    let head = Head {
        org: sender.org().clone(),
        sender: sender.token(),
        sender_name: sender.name().to_owned(),
        received_micros: received.micros,
        shape: batch.shape.into(),
        source: batch.source.clone(),
        first: batch.first,
        logsource: batch.logsource.clone(),
        key: batch.key.clone(),
        unpacked: packed.is_some().then_some(batch.bytes.len()),
    };
    let mut record = vec![0; 4];
    serde_json::to_writer(&mut record, &head)
        .expect("a head has only text keys and plain values, and memory takes it");
    let length = u32::try_from(record.len() - 4).expect("names of senders and sources are short");
    record[..4].copy_from_slice(&length.to_le_bytes());
    (record, packed.map_or(Cow::Borrowed(&*batch.bytes), Cow::Owned))
}

/// A record of which the head is read.
pub(super) struct Opened {
    head: Head,
    record: Vec<u8>,
    /// Where its batch begins.
    start: usize,
}

impl Opened {
    /// Reads the head; an error's text says what is wrong.
    pub(super) fn read(record: Vec<u8>) -> Result<Opened, &'static str> {
        let (length, rest) = record.split_first_chunk::<4>().ok_or("it has no head")?;
        let length = u32::from_le_bytes(*length) as usize;
        let head = rest.get(..length).ok_or("its head is cut off")?;
        let head: Head = serde_json::from_slice(head).map_err(|_| "its head cannot be read")?;
        Ok(Opened { head, record, start: 4 + length })
    }

    /// Bytes that it takes in memory: its head, and its batch unpacked.
    pub(super) fn bytes(&self) -> usize {
        let batch = self.record.len() - self.start;
        self.start.saturating_add(self.head.unpacked.unwrap_or(batch))
    }

    /// The entry; an error's text says what is wrong.
    pub(super) fn entry(self) -> Result<Entry, &'static str> {
        let Opened { head, mut record, start } = self;
        let bytes = match head.unpacked {
            Some(size) => packing::unpack(&record[start..], size)?,
            None => {
                record.drain(..start);
                record
            }
        };
        Ok(Entry {
            org: head.org,
            sender: head.sender,
            sender_name: head.sender_name,
            received: Timestamp { micros: head.received_micros },
            batch: Batch {
                shape: head.shape.into(),
                source: head.source,
                bytes,
                first: head.first,
                logsource: head.logsource,
                key: head.key,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use proptest::prelude::*;

    fn record(sender: &Sender, batch: &Batch, received: Timestamp) -> Vec<u8> {
        let (head, bytes) = encode(sender, batch, received);
        [&head, &*bytes].concat()
    }

    fn decode(record: Vec<u8>) -> Result<Entry, &'static str> {
        Opened::read(record)?.entry()
    }

    #[test]
    fn a_batch_comes_back_as_it_was_sent() {
        let sender = testing::sender(&"ZZ1".parse().unwrap(), "syslog relay");
        let key = BatchKey {
            device: "ZZ1-PC7".to_owned(),
            boot: 3,
            sequence: 9,
            records: 2,
            base: 1,
            missing: false,
        };
        let batch = Batch {
            shape: Shape::Lines,
            source: "syslog tcp".to_owned(),
            bytes: b"one\ntwo\n".to_vec(),
            first: 5,
            logsource: Some(LogSource::new("linux", "", "sshd")),
            key: Some(key),
        };
        let entry = decode(record(&sender, &batch, Timestamp { micros: 77 })).unwrap();
        assert_eq!(entry.batch, batch);
        assert_eq!((&entry.org, entry.sender), (sender.org(), sender.token()));
        assert_eq!((entry.sender_name.as_str(), entry.received.micros), ("syslog relay", 77));
        let long = Batch { bytes: b"one line as any other\n".repeat(1_000), ..batch };
        let packed = record(&sender, &long, Timestamp { micros: 77 });
        assert!(packed.len() * 10 < long.bytes.len(), "{} bytes", packed.len());
        let held = Opened::read(packed.clone()).unwrap();
        assert_eq!(held.bytes(), held.start + long.bytes.len());
        assert_eq!(decode(packed).unwrap().batch, long);
    }

    #[test]
    fn a_record_from_before_packing_is_read() {
        let head = r#"{"org":"ZZ1","sender":"00000000000000000000000000000007","sender_name":"relay","received_micros":5,
            "shape":"lines","source":"syslog","first":1,"logsource":null,"key":null}"#;
        let length = u32::try_from(head.len()).unwrap().to_le_bytes();
        let old = [&length, head.as_bytes(), b"one\n"].concat();
        assert_eq!(decode(old).unwrap().batch.bytes, b"one\n");
    }

    proptest! {
        #[test]
        fn decoding_never_panics(record in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(record);
        }

        #[test]
        fn decoding_a_damaged_head_never_panics(at in 0usize..250, byte in any::<u8>(), packed in any::<bool>()) {
            let sender = testing::sender(&"ZZ1".parse().unwrap(), "relay");
            let batch = Batch {
                shape: Shape::Wer,
                source: "share".to_owned(),
                bytes: if packed { vec![7; 9_000] } else { vec![1, 2, 3] },
                first: 1,
                logsource: None,
                key: None,
            };
            let mut record = record(&sender, &batch, Timestamp { micros: 1 });
            if let Some(place) = record.get_mut(at) {
                *place = byte;
            }
            let _ = decode(record);
        }
    }
}
