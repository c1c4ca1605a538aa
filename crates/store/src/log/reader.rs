//! Reads the log in order.
//!
//! In: the place to go on from, the end of what is durable. Out: entries with the place after
//! each. Never: a record beyond the durable end; a damaged record passed over in silence.

use std::io::{BufReader, Seek, SeekFrom};
use std::path::Path;

use crate::log::entry::{Entry, Opened};
use crate::log::frame::{self, Found};
use crate::log::{LogError, LogPosition, segment};

/// The records after a place, as many as fit, at least one when there is one.
pub(super) fn read(
    dir: &Path,
    after: Option<LogPosition>,
    end: LogPosition,
    max_bytes: usize,
) -> Result<Vec<(LogPosition, Entry)>, LogError> {
    let segments = segment::list(dir)?;
    let first = segments.first().copied().unwrap_or(end.segment);
    let mut at = after.unwrap_or(LogPosition { segment: first, offset: segment::HEAD });
    if at > end {
        // A log that was lost or put back from a copy: going on in silence would skip batches.
        return Err(LogError::Missing(at));
    }
    let mut found = Vec::new();
    let mut left = max_bytes;
    while at < end && (left > 0 || found.is_empty()) {
        at = read_segment(dir, at, end, &mut left, &mut found)?;
        if at.segment < end.segment && left > 0 {
            let next = segments.iter().find(|segment| **segment > at.segment);
            let segment = *next.ok_or(LogError::Missing(at))?;
            at = LogPosition { segment, offset: segment::HEAD };
        }
    }
    Ok(found)
}

/// Reads on within one segment; gives the place that was reached.
fn read_segment(
    dir: &Path,
    mut at: LogPosition,
    end: LogPosition,
    left: &mut usize,
    found: &mut Vec<(LogPosition, Entry)>,
) -> Result<LogPosition, LogError> {
    let (mut file, length) = segment::open(dir, at.segment)?;
    let until = if at.segment == end.segment { end.offset } else { length };
    if at.offset < segment::HEAD || at.offset > until {
        return Err(LogError::Missing(at));
    }
    let path = segment::path(dir, at.segment);
    let error = |error| LogError::file(&path, error);
    file.seek(SeekFrom::Start(at.offset)).map_err(error)?;
    let mut stream = BufReader::with_capacity(1 << 18, file);
    while *left > 0 || found.is_empty() {
        match frame::read(&mut stream, until - at.offset).map_err(error)? {
            Found::End => return Ok(at),
            Found::Bad(reason) => return Err(LogError::Damaged { at, reason }),
            Found::Record(record) => {
                let damaged = |reason| LogError::Damaged { at, reason };
                let size = frame::BEFORE + record.len();
                let opened = Opened::read(record).map_err(damaged)?;
                let held = opened.bytes().saturating_add(frame::BEFORE);
                if held > *left && !found.is_empty() {
                    *left = 0;
                    return Ok(at);
                }
                *left = left.saturating_sub(held);
                let entry = opened.entry().map_err(damaged)?;
                at.offset += size as u64;
                found.push((at, entry));
            }
        }
    }
    Ok(at)
}
