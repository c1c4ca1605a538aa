//! A frame: records of one device and boot that follow each other in number.
//!
//! In: a frame, or bytes from outside. Out: the other, checked. Never: a frame beyond the limits,
//! in either direction; memory for records that are not there.

use bytes::Bytes;
use prost::Message;
use prost::encoding::{DecodeContext, decode_key, skip_field};
use wardwatch_model::Timestamp;

use crate::error::WireError;
use crate::limits::{
    MAX_DEVICE_BYTES, MAX_NUMBER, MAX_RECORD_BYTES, MAX_RECORDS, MAX_SOURCE_BYTES,
    MAX_UNPACKED_BYTES,
};
use crate::shape::RecordShape;
use crate::{VERSION, pack};

/// Records on their way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Name of the device that the records are of.
    pub device: String,
    /// Number of the device's start: a later start has a larger number.
    pub boot: u64,
    /// Number of the first record within the boot. They are numbered one by one, from 1.
    pub sequence: u64,
    /// What each record is.
    pub shape: RecordShape,
    /// What they were read from, for people; may be empty.
    pub source: String,
    /// The records. None at all asks how much is safe.
    pub records: Vec<Bytes>,
    /// When the frame was sent, by the device's clock.
    pub sent: Timestamp,
}

#[derive(Clone, PartialEq, Message)]
struct FrameMessage {
    #[prost(uint32, tag = "1")]
    version: u32,
    #[prost(string, tag = "2")]
    device: String,
    #[prost(uint64, tag = "3")]
    boot: u64,
    #[prost(uint64, tag = "4")]
    sequence: u64,
    #[prost(int32, tag = "5")]
    shape: i32,
    #[prost(string, tag = "6")]
    source: String,
    #[prost(bytes = "bytes", repeated, tag = "7")]
    records: Vec<Bytes>,
    #[prost(sint64, tag = "8")]
    sent_micros: i64,
}

/// Number of the field that holds records.
const RECORDS_TAG: u32 = 7;

impl Frame {
    /// As bytes for the way.
    ///
    /// # Errors
    /// When the frame is beyond a limit.
    pub fn encode(&self) -> Result<Vec<u8>, WireError> {
        self.check()?;
        let message = FrameMessage {
            version: VERSION,
            device: self.device.clone(),
            boot: self.boot,
            sequence: self.sequence,
            shape: self.shape as i32,
            source: self.source.clone(),
            records: self.records.clone(),
            sent_micros: self.sent.micros,
        };
        if message.encoded_len() > MAX_UNPACKED_BYTES {
            return Err(WireError::TooLarge { limit: MAX_UNPACKED_BYTES });
        }
        pack::pack(&message.encode_to_vec())
    }

    /// From bytes of a request.
    ///
    /// # Errors
    /// When they are no frame of a form that is spoken here, or it is beyond a limit.
    pub fn decode(packed: &[u8]) -> Result<Frame, WireError> {
        let bytes = Bytes::from(pack::unpack(packed)?);
        count_records(bytes.clone())?;
        let message = FrameMessage::decode(bytes).map_err(unreadable)?;
        if message.version != VERSION {
            return Err(WireError::Version { found: message.version, known: VERSION });
        }
        let frame = Frame {
            device: message.device,
            boot: message.boot,
            sequence: message.sequence,
            shape: RecordShape::try_from(message.shape)
                .map_err(|_| WireError::Shape(message.shape))?,
            source: message.source,
            records: message.records,
            sent: Timestamp { micros: message.sent_micros },
        };
        frame.check()?;
        Ok(frame)
    }

    /// Number of the last record; none when there is no record.
    pub fn last(&self) -> Option<u64> {
        let count = self.records.len() as u64;
        (count > 0).then(|| self.sequence + (count - 1))
    }

    fn check(&self) -> Result<(), WireError> {
        name("device's name", &self.device, 1, MAX_DEVICE_BYTES)?;
        name("source's name", &self.source, 0, MAX_SOURCE_BYTES)?;
        if self.records.len() > MAX_RECORDS {
            return Err(WireError::TooManyRecords { limit: MAX_RECORDS });
        }
        number("number of the boot", self.boot, 0, MAX_NUMBER)?;
        number("number of the first record", self.sequence, 1, MAX_NUMBER - MAX_RECORDS as u64)?;
        for (record, number) in self.records.iter().zip(1..) {
            let (bytes, limit) = (record.len(), MAX_RECORD_BYTES);
            if bytes > limit {
                return Err(WireError::RecordTooLong { number, bytes, limit });
            }
        }
        Ok(())
    }
}

fn name(what: &'static str, text: &str, least: usize, most: usize) -> Result<(), WireError> {
    let problem = match text {
        text if text.len() < least => "missing",
        text if text.len() > most => "too long: at most 255 bytes are taken",
        text if text.chars().any(char::is_control) => "not plain text: it has control characters",
        _ => return Ok(()),
    };
    Err(WireError::Name { what, problem })
}

fn number(what: &'static str, value: u64, least: u64, most: u64) -> Result<(), WireError> {
    let fits = (least..=most).contains(&value);
    if fits { Ok(()) } else { Err(WireError::Number { what, least, most }) }
}

/// Counts records before any memory is taken for them: an empty record has two bytes on the way
/// and many more in memory.
fn count_records(mut bytes: Bytes) -> Result<(), WireError> {
    let mut count = 0;
    while !bytes.is_empty() {
        let (tag, kind) = decode_key(&mut bytes).map_err(unreadable)?;
        skip_field(kind, tag, &mut bytes, DecodeContext::default()).map_err(unreadable)?;
        count += usize::from(tag == RECORDS_TAG);
        if count > MAX_RECORDS {
            return Err(WireError::TooManyRecords { limit: MAX_RECORDS });
        }
    }
    Ok(())
}

fn unreadable(error: prost::DecodeError) -> WireError {
    WireError::Message(error.to_string())
}

#[cfg(test)]
mod tests;
