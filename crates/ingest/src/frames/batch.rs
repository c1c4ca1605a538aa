//! Part of a frame as batches of one shape each.
//!
//! In: a frame and which of its records are new. Out: batches that say which numbers they hold, in
//! order and without a number left out. Never: a crash report itself; a record that shifts the
//! numbers of its neighbours.

use std::borrow::Cow;

use wardwatch_model::LogSource;
use wardwatch_normalise::block::Shape;
use wardwatch_normalise::evtx::CHUNK_BYTES;
use wardwatch_store::{Batch, BatchKey};
use wardwatch_wire::{Frame, RecordShape};

use super::DOOR;
use crate::carry::{self, Beside};
use crate::gather::{Gather, Gathered, add_line, named};
use crate::inventory;
use crate::wer::reduce;

/// A batch with the numbers of its first and last record.
type Run = (Gathered, u64, u64);

/// The records from one number to another, and how many of them could not be read.
pub(super) fn runs(frame: &Frame, from: u64, until: u64, base: u64) -> (Vec<Run>, u64) {
    let source = named(DOOR.word(), &frame.source);
    let mut runs: Vec<Run> = Vec::new();
    let mut invalid = 0;
    let total: usize = frame.records.iter().map(|record| record.len() + 1).sum();
    for (record, number) in frame.records.iter().zip(frame.sequence..) {
        if !(from..=until).contains(&number) {
            continue;
        }
        let (shape, bytes) = match as_read(frame, record) {
            Some(read) => read,
            None => {
                invalid += 1;
                // Its place stays, so that it is not missed.
                (Shape::JsonLines, Cow::Borrowed(&b""[..]))
            }
        };
        match runs.last_mut().filter(|(run, ..)| run.batch.shape == shape) {
            Some((run, _, last)) => {
                add(shape, &bytes, &mut run.batch.bytes);
                run.records += 1;
                *last = number;
            }
            None => {
                let reports = frame.shape == RecordShape::CrashReport;
                let mut batch = Batch {
                    shape,
                    source: source.clone(),
                    // Mostly all of them are of one shape.
                    bytes: Vec::with_capacity(if runs.is_empty() { total } else { 0 }),
                    first: number,
                    logsource: reports
                        .then(|| LogSource::new("windows", "application_crash", "wer")),
                    key: None,
                };
                add(shape, &bytes, &mut batch.bytes);
                runs.push((Gathered { batch, records: 1 }, number, number));
            }
        }
    }
    for (run, from, until) in &mut runs {
        run.batch.key = Some(BatchKey {
            device: frame.device.clone(),
            boot: frame.boot,
            sequence: *from,
            records: *until - *from + 1,
            base,
            missing: false,
        });
    }
    (runs, invalid)
}

/// A record as it goes to the log; none when it is not what the frame says.
fn as_read<'r>(frame: &Frame, record: &'r [u8]) -> Option<(Shape, Cow<'r, [u8]>)> {
    match frame.shape {
        RecordShape::Json => {
            let object = record.trim_ascii_start().starts_with(b"{");
            object.then_some((Shape::JsonLines, Cow::Borrowed(record)))
        }
        RecordShape::Line => Some(line(frame, record)),
        RecordShape::Audit => Some((Shape::Audit, Cow::Borrowed(record))),
        RecordShape::EvtxChunk => {
            let fits = record.len() <= CHUNK_BYTES;
            fits.then_some((Shape::EvtxChunks, Cow::Borrowed(record)))
        }
        RecordShape::CrashReport => {
            let report = reduce::report(record, Some(&frame.device), String::new()).ok()?;
            Some((Shape::JsonLines, Cow::Owned(report.batch.bytes)))
        }
        // An agent speaks of the device that it runs on.
        RecordShape::Inventory => {
            let line = inventory::of_device(record, &frame.device).ok()?;
            Some((Shape::Inventory, Cow::Owned(line)))
        }
    }
}

/// A line of a kind that is read as it is; any other as the message of an object.
fn line<'r>(frame: &Frame, record: &'r [u8]) -> (Shape, Cow<'r, [u8]>) {
    let text = String::from_utf8_lossy(record);
    if wardwatch_normalise::Normaliser::is_line(text.trim()) {
        return (Shape::Lines, Cow::Borrowed(record));
    }
    let mut gather = Gather::new(String::new(), usize::MAX);
    let beside = Beside { time: None, host: Some(&frame.device), more: Vec::new() };
    carry::text(&text, &beside, &mut gather);
    match gather.take().pop() {
        Some(one) => (one.batch.shape, Cow::Owned(one.batch.bytes)),
        None => (Shape::Lines, Cow::Borrowed(record)),
    }
}

/// Adds a record so that the next one starts where it should.
fn add(shape: Shape, record: &[u8], out: &mut Vec<u8>) {
    match shape {
        Shape::EvtxChunks => {
            let end = out.len() + CHUNK_BYTES;
            out.extend_from_slice(record);
            out.resize(end, 0);
        }
        // An event of auditd has several lines.
        Shape::Audit => {
            out.extend_from_slice(record.trim_ascii());
            out.push(b'\n');
        }
        _ => add_line(record, out),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use wardwatch_model::Timestamp;

    use super::*;

    fn told(shape: RecordShape, records: &[&str], from: u64, until: u64) -> Vec<String> {
        let frame = Frame {
            device: "ZZ1-PC-1".to_owned(),
            boot: 1,
            sequence: 10,
            shape,
            source: "zz.log".to_owned(),
            records: records.iter().map(|one| Bytes::copy_from_slice(one.as_bytes())).collect(),
            sent: Timestamp { micros: 0 },
        };
        let (runs, invalid) = runs(&frame, from, until, 1);
        let mut told: Vec<String> = runs
            .iter()
            .map(|(run, from, until)| {
                let text = String::from_utf8_lossy(&run.batch.bytes).into_owned();
                let (batch, records) = (&run.batch, run.records);
                format!("{from}-{until} {records} {:?} {}: {text:?}", batch.shape, batch.first)
            })
            .collect();
        if invalid > 0 {
            told.push(format!("{invalid} invalid"));
        }
        told
    }

    #[test]
    fn records_keep_their_numbers_whatever_they_hold() {
        assert_eq!(
            told(RecordShape::Json, &["{\"a\":\n1}", "no object", "", "{\"b\":2}"], 10, 13),
            [r#"10-13 4 JsonLines 10: "{\"a\": 1}\n\n\n{\"b\":2}\n""#, "2 invalid"]
        );
        assert_eq!(
            told(RecordShape::Json, &["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"], 11, 11),
            [r#"11-11 1 JsonLines 11: "{\"b\":2}\n""#]
        );
        assert_eq!(
            told(RecordShape::Line, &["<34>Nov 24 03:05:01 h su: a", "words", "<34>x: b"], 10, 12),
            [
                r#"10-10 1 Lines 10: "<34>Nov 24 03:05:01 h su: a\n""#,
                r#"11-11 1 JsonLines 11: "{\"Hostname\":\"ZZ1-PC-1\",\"message\":\"words\"}\n""#,
                r#"12-12 1 Lines 12: "<34>x: b\n""#,
            ]
        );
    }

    #[test]
    fn chunks_are_made_whole_and_reports_reduced() {
        let frame = told(RecordShape::EvtxChunk, &["ElfChnk\0", "x"], 10, 11);
        assert_eq!(frame.len(), 1);
        assert!(frame[0].starts_with("10-11 2 EvtxChunks 10: \"ElfChnk\\0"), "{}", frame[0]);
        let report = "Version=1\r\nEventType=APPCRASH\r\nEventTime=131000000000000000\r\n\
                      Sig[0].Name=Application Name\r\nSig[0].Value=a.exe\r\n\
                      UserName=zz-nurse\r\n";
        let told = told(RecordShape::CrashReport, &[report, "none"], 10, 11);
        assert_eq!(told[1], "1 invalid");
        assert!(told[0].contains("ZZ1-PC-1") && !told[0].contains("zz-nurse"), "{}", told[0]);
    }
}
