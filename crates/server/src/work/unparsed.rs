//! Records that did not become events, as rows of the lake: kept, so that somebody can look why.
//!
//! In: an entry, and which of its records are broken. Out: a row of class `unparsed` for each, with
//! the record's text as far as it can be told from its neighbours, and the reason. Never: more of
//! one than [`LONGEST`] bytes.

use std::sync::Arc;

use wardwatch_model::{Column, Columns};
use wardwatch_normalise::block::{Block, Shape};
use wardwatch_store::{Entry, LakeRow};

use super::identity;

/// Class of such rows.
const CLASS: &str = "unparsed";
/// Bytes that are kept of one record.
const LONGEST: usize = 16 << 10;

/// A row for each broken record, given by number and reason.
pub(super) fn rows(
    entry: &Entry,
    block: &Block,
    source: &Arc<str>,
    broken: Vec<(u64, String)>,
) -> Vec<LakeRow> {
    if broken.is_empty() {
        return Vec::new();
    }
    let class: Arc<str> = CLASS.into();
    let lines: Vec<&[u8]> = match block.shape {
        Shape::Lines | Shape::JsonLines | Shape::Inventory => {
            block.bytes.split(|byte| *byte == b'\n').collect()
        }
        // Where a record ends is not known of other shapes.
        _ => Vec::new(),
    };
    let row = |(number, reason): (u64, String)| {
        let place = number.checked_sub(block.first).and_then(|at| usize::try_from(at).ok());
        let line = place.and_then(|at| lines.get(at)).copied().unwrap_or_default();
        let text = String::from_utf8_lossy(&line[..line.len().min(LONGEST)]);
        let text = text.trim();
        let body = serde_json::json!({ "reason": reason, "record": text }).to_string();
        let mut columns = Columns::default();
        columns.set(Column::Message, text);
        LakeRow {
            org: entry.org.clone(),
            class: Arc::clone(&class),
            time: entry.received,
            received: entry.received,
            device: String::new(),
            event: identity::event(&entry.org, CLASS, number, &body),
            source: Arc::clone(source),
            record: number,
            columns,
            body,
        }
    };
    broken.into_iter().map(row).collect()
}
