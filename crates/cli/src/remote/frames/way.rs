//! Records on their way: numbered, put into frames, sent until they are acknowledged.

use std::thread::sleep;
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};
use wardwatch_model::Timestamp;
use wardwatch_wire::limits::{MAX_RECORD_BYTES, MAX_SOURCE_BYTES, USUAL_BYTES, USUAL_RECORDS};
use wardwatch_wire::{Frame, Receipt, RecordShape};

use super::Sent;
use crate::remote::client::{Client, FrameAnswer};
use crate::remote::error::RemoteError;

/// Times that a frame is sent before it is given up.
const TRIES: u32 = 30;
/// Longest wait between two of them, in seconds.
const MAX_WAIT: u32 = 60;

/// The way to a server.
pub struct Way<'c> {
    client: &'c Client,
    frame: Frame,
    bytes: usize,
    /// Number of the next record.
    next: u64,
    /// Everything up to here was safe before.
    known: u64,
    sent: Sent,
}

impl<'c> Way<'c> {
    /// Asks the server how much it has.
    ///
    /// # Errors
    /// When it refuses or cannot be reached.
    pub fn begin(client: &'c Client, device: String, boot: u64) -> Result<Self> {
        let sent = Sent { device: device.clone(), boot, ..Sent::default() };
        let frame = Frame {
            device,
            boot,
            sequence: 1,
            shape: RecordShape::Json,
            source: String::new(),
            records: Vec::new(),
            sent: now(),
        };
        let mut way = Way { client, frame, bytes: 0, next: 1, known: 0, sent };
        way.known = way.settle()?.accepted_through;
        Ok(way)
    }

    /// Names what the next records are read from.
    pub fn source(&mut self, source: &str) {
        let plain = source.chars().filter(|letter| !letter.is_control());
        let mut name: String = plain.collect();
        while name.len() > MAX_SOURCE_BYTES {
            name.pop();
        }
        // A frame that is not full yet goes on: its records say less than their numbers.
        if self.frame.records.is_empty() {
            self.frame.source = name;
        }
    }

    /// Adds a record; sends what is full.
    ///
    /// # Errors
    /// When the record is too long, or the server refuses or cannot be reached.
    pub fn add(&mut self, shape: RecordShape, record: Vec<u8>) -> Result<()> {
        ensure!(
            record.len() <= MAX_RECORD_BYTES,
            "a record of {} bytes: at most {MAX_RECORD_BYTES} are sent",
            record.len()
        );
        let number = self.next;
        self.next += 1;
        self.sent.records += 1;
        if number <= self.known {
            self.sent.known += 1;
            return Ok(());
        }
        let full = self.frame.records.len() >= USUAL_RECORDS
            || self.bytes + record.len() > USUAL_BYTES
            || self.frame.shape != shape;
        if full {
            self.flush()?;
        }
        if self.frame.records.is_empty() {
            (self.frame.sequence, self.frame.shape) = (number, shape);
        }
        self.bytes += record.len();
        self.frame.records.push(record.into());
        Ok(())
    }

    /// Sends what is left.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub fn end(mut self) -> Result<Sent> {
        self.flush()?;
        Ok(self.sent)
    }

    fn flush(&mut self) -> Result<()> {
        if self.frame.records.is_empty() {
            return Ok(());
        }
        let receipt = self.settle()?;
        self.sent.frames += 1;
        self.sent.duplicates += u64::from(receipt.duplicate);
        self.frame.records.clear();
        self.bytes = 0;
        Ok(())
    }

    /// Sends the frame until it is acknowledged.
    fn settle(&mut self) -> Result<Receipt> {
        let mut tries = 0;
        loop {
            self.frame.sent = now();
            let answer = self.client.frame(&self.frame.encode()?);
            tries += 1;
            let (wait, error) = match answer {
                Ok(FrameAnswer::Kept(receipt)) => return Ok(receipt),
                Ok(FrameAnswer::Later { seconds, problem }) => {
                    (seconds, RemoteError::Busy(problem))
                }
                Err(error @ RemoteError::Unreachable { .. }) => (1 << tries.min(5), error),
                Err(error) => return Err(error.into()),
            };
            if tries >= TRIES {
                return Err(error.into());
            }
            sleep(Duration::from_secs(wait.clamp(1, MAX_WAIT).into()));
        }
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let micros = since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
    Timestamp { micros }
}
