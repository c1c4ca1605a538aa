//! Records packed for the doors that are measured.
//!
//! In: records as text, how many are wanted. Out: requests that only need to be sent, so that the
//! sender's work does not count. Never: a record of another length than it was recorded with.

use anyhow::{Context, Result};
use wardwatch_model::Timestamp;
use wardwatch_wire::{FRAME_MEDIA_TYPE, FRAMES_PATH, Frame, RecordShape};

/// Records of one `_bulk` request.
const BULK_RECORDS: usize = 1_000;
/// Records of one frame.
const FRAME_RECORDS: usize = 1_000;

/// A door of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Elastic's `_bulk`.
    Bulk,
    /// Frames, as agents send them.
    Wire,
}

impl Door {
    /// By its word.
    pub fn parse(word: &str) -> Option<Door> {
        [Door::Bulk, Door::Wire].into_iter().find(|door| door.word() == word)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Door::Bulk => "bulk",
            Door::Wire => "wire",
        }
    }
}

/// A request that is ready to go.
pub struct Parcel {
    /// Path of the door.
    pub path: &'static str,
    /// What the body is.
    pub media_type: &'static str,
    /// The body.
    pub bytes: Vec<u8>,
    /// How many records it holds.
    pub records: u64,
}

/// Parcels with at least so many records, for senders of this name.
pub fn parcels(door: Door, text: &str, wanted: u64, name: &str) -> Result<Vec<Parcel>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut parcels = Vec::new();
    let (mut held, mut round) = (0, 0_u64);
    while held < wanted {
        round += 1;
        let mut sequence = 1;
        let at_once = if door == Door::Bulk { BULK_RECORDS } else { FRAME_RECORDS };
        for part in lines.chunks(at_once) {
            let parcel = match door {
                Door::Bulk => bulk(part),
                // Each round is another device, with the same records under the same numbers.
                Door::Wire => frame(part, &format!("{name}-{round}"), sequence)?,
            };
            sequence += parcel.records;
            held += parcel.records;
            parcels.push(parcel);
            if held >= wanted {
                break;
            }
        }
    }
    Ok(parcels)
}

fn bulk(part: &[&str]) -> Parcel {
    let body: String = part.iter().map(|line| format!("{{\"index\":{{}}}}\n{line}\n")).collect();
    Parcel {
        path: "/_bulk?filter_path=errors",
        media_type: "application/x-ndjson",
        bytes: body.into_bytes(),
        records: part.len() as u64,
    }
}

fn frame(part: &[&str], device: &str, sequence: u64) -> Result<Parcel> {
    let frame = Frame {
        device: device.to_owned(),
        boot: 1,
        sequence,
        shape: RecordShape::Json,
        source: "bench".to_owned(),
        records: part.iter().map(|line| line.as_bytes().to_vec().into()).collect(),
        sent: Timestamp { micros: 0 },
    };
    Ok(Parcel {
        path: FRAMES_PATH,
        media_type: FRAME_MEDIA_TYPE,
        bytes: frame.encode().context("a frame is beyond a limit")?,
        records: part.len() as u64,
    })
}
