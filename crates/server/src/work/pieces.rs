//! A block in its smallest pieces, to find the record on which the work panics.
//!
//! In: a block that cannot be worked through as a whole. Out: blocks that each hold as little as its
//! shape allows, and a row that keeps what is in one of them. Never: a byte left out.

use std::any::Any;

use serde_json::json;
use wardwatch_model::Columns;
use wardwatch_normalise::block::{Block, Shape};
use wardwatch_normalise::evtx::CHUNK_BYTES;
use wardwatch_store::{Entry, LakeRow};

use super::identity;

/// Class of rows that hold what did not become an event.
pub const UNPARSED: &str = "unparsed";
/// Characters that are kept of a piece.
const MAX_KEPT: usize = 64 * 1024;
/// Characters of a reason.
const MAX_REASON: usize = 300;

/// The pieces of a block, in its order.
pub fn of(block: &Block) -> Vec<Block> {
    let piece = |bytes: &[u8], first| Block { shape: block.shape, bytes: bytes.to_vec(), first };
    match block.shape {
        Shape::JsonLines | Shape::Lines | Shape::Inventory => {
            let lines = block.bytes.split(|byte| *byte == b'\n').zip(block.first..);
            lines
                .filter(|(line, _)| !line.trim_ascii().is_empty())
                .map(|(line, number)| piece(line, number))
                .collect()
        }
        Shape::EvtxChunks => {
            let chunks = block.bytes.chunks(CHUNK_BYTES).zip(block.first..);
            chunks.map(|(chunk, number)| piece(chunk, number)).collect()
        }
        Shape::Audit => {
            serials(&block.bytes).into_iter().map(|lines| piece(lines, block.first)).collect()
        }
        Shape::JsonDocuments | Shape::Wer => vec![piece(&block.bytes, block.first)],
    }
}

/// Runs of lines of auditd that are of one event.
fn serials(bytes: &[u8]) -> Vec<&[u8]> {
    let mut runs: Vec<(&[u8], usize, usize)> = Vec::new();
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let end = at + line.len();
        match runs.last_mut() {
            Some((serial, _, to)) if *serial == serial_of(line) => *to = end,
            _ => runs.push((serial_of(line), at, end)),
        }
        at = end;
    }
    runs.into_iter().filter_map(|(_, from, to)| bytes.get(from..to)).collect()
}

/// What stands in `audit(…)`.
fn serial_of(line: &[u8]) -> &[u8] {
    let mark = b"audit(";
    let from = line.windows(mark.len()).position(|part| part == mark).unwrap_or(line.len());
    let rest = line.get(from..).unwrap_or_default();
    rest.split(|byte| *byte == b')').next().unwrap_or_default()
}

/// What a panic says.
pub fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    // What follows may be of the record.
    let text = text.split(['`', '"']).next().unwrap_or_default();
    format!("panicked: {}", text.chars().take(MAX_REASON).collect::<String>())
}

/// A row that keeps a piece as it came, with the reason why it is no event.
pub fn unparsed(entry: &Entry, piece: &Block, reason: &str) -> LakeRow {
    let text = String::from_utf8_lossy(&piece.bytes);
    let kept: String = text.chars().take(MAX_KEPT).collect();
    let body = json!({ "unparsed": kept, "reason": reason }).to_string();
    LakeRow {
        org: entry.org.clone(),
        class: UNPARSED.into(),
        time: entry.received,
        received: entry.received,
        device: String::new(),
        event: identity::event(&entry.org, UNPARSED, piece.first, &text),
        source: entry.batch.source.as_str().into(),
        record: piece.first,
        columns: Columns::default(),
        body,
    }
}

/// What tests put into a record on which the work is to panic.
#[cfg(test)]
pub const PANIC_MARK: &str = "zz-panics-here";

/// Panics where a test wants it.
#[cfg(test)]
#[allow(clippy::panic)]
pub fn panic_for_test(body: &str) {
    if body.contains(PANIC_MARK) {
        panic!("as the test wants");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(shape: Shape, text: &str) -> Vec<(String, u64)> {
        let block = Block { shape, bytes: text.as_bytes().to_vec(), first: 5 };
        let text = |piece: Block| (String::from_utf8(piece.bytes).unwrap(), piece.first);
        of(&block).into_iter().map(text).collect()
    }

    #[test]
    fn lines_keep_their_numbers_and_audit_events_their_lines() {
        let lines = texts(Shape::JsonLines, "{}\n\n{\"a\":1}\n");
        assert_eq!(lines, [("{}".to_owned(), 5), ("{\"a\":1}".to_owned(), 7)]);
        let audit =
            "type=A msg=audit(1:1): a\ntype=B msg=audit(1:1): b\ntype=C msg=audit(1:2): c\n";
        let found = texts(Shape::Audit, audit);
        assert_eq!(found.len(), 2);
        assert_eq!(found.concat_texts(), audit);
    }

    trait Texts {
        fn concat_texts(&self) -> String;
    }

    impl Texts for Vec<(String, u64)> {
        fn concat_texts(&self) -> String {
            self.iter().map(|(text, _)| text.as_str()).collect()
        }
    }

    #[test]
    fn a_reason_holds_nothing_of_the_record() {
        let panic: Box<dyn Any + Send> = Box::new("byte 1 is inside `secret`".to_owned());
        assert_eq!(reason(panic.as_ref()), "panicked: byte 1 is inside ");
    }
}
