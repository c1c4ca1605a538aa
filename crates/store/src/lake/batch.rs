//! Rows to batches of columns, in the order of the lake.
//!
//! In: rows in any order. Out: their order by organisation, class and time, and batches of it.
//! Never: a row copied to be sorted; a batch of more text than one array can hold.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{FixedSizeBinaryBuilder, Int32Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch, TimestampMicrosecondArray, UInt64Array};
use arrow_schema::ArrowError;
use wardwatch_model::Column;

use crate::lake::{LakeRow, schema};

/// Rows of a batch on its way into a file.
pub(super) const BATCH_ROWS: usize = 8 << 10;
/// Bytes of bodies from which on a batch is full: far below what an array can hold.
pub(super) const BATCH_BYTES: usize = 64 << 20;

/// The rows' places, sorted by organisation, class, time and identity.
pub(super) fn order(rows: &[LakeRow]) -> Vec<u32> {
    let ranks = ranks(rows);
    let mut order: Vec<(u32, i64, u32)> = (0u32..)
        .zip(rows)
        .zip(ranks)
        .map(|((at, row), rank)| (rank, row.time.micros, at))
        .collect();
    order.sort_unstable_by(|one, other| {
        (one.0, one.1).cmp(&(other.0, other.1)).then_with(|| {
            rows[one.2 as usize].event.cmp(&rows[other.2 as usize].event).then(one.2.cmp(&other.2))
        })
    });
    order.into_iter().map(|(.., at)| at).collect()
}

/// For each row the rank of its organisation and class among all of them.
fn ranks(rows: &[LakeRow]) -> Vec<u32> {
    let mut numbers: HashMap<(&str, &str), u32> = HashMap::new();
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let mut last: Option<((&str, &str), u32)> = None;
    let mut of_rows = Vec::with_capacity(rows.len());
    for row in rows {
        let pair = (row.org.as_str(), &*row.class);
        let number = match last {
            Some((known, number)) if known == pair => number,
            _ => *numbers.entry(pair).or_insert_with(|| {
                pairs.push(pair);
                u32::try_from(pairs.len() - 1).unwrap_or(u32::MAX)
            }),
        };
        last = Some((pair, number));
        of_rows.push(number);
    }
    let mut sorted: Vec<u32> = (0u32..).take(pairs.len()).collect();
    sorted.sort_unstable_by_key(|number| pairs[*number as usize]);
    let mut rank = vec![0u32; pairs.len()];
    for (at, number) in (0u32..).zip(sorted) {
        rank[number as usize] = at;
    }
    of_rows.into_iter().map(|number| rank[number as usize]).collect()
}

/// The order cut into batches.
pub(super) fn parts<'o>(rows: &[LakeRow], mut order: &'o [u32]) -> Vec<&'o [u32]> {
    let mut parts = Vec::new();
    while !order.is_empty() {
        let mut bytes = 0;
        let fits = order.iter().take(BATCH_ROWS).take_while(|at| {
            let full = bytes > BATCH_BYTES;
            bytes += rows[**at as usize].body.len();
            !full
        });
        let (part, rest) = order.split_at(fits.count());
        parts.push(part);
        order = rest;
    }
    parts
}

/// The rows at these places.
pub(super) fn batch(rows: &[LakeRow], places: &[u32]) -> Result<RecordBatch, ArrowError> {
    let chosen = || places.iter().map(|at| &rows[*at as usize]);
    let text = |of: fn(&LakeRow) -> &str| -> ArrayRef {
        // Asked for once: a batch's bodies are many megabytes.
        let bytes = chosen().map(|row| of(row).len()).sum();
        let mut texts = StringBuilder::with_capacity(places.len(), bytes);
        chosen().for_each(|row| texts.append_value(of(row)));
        Arc::new(texts.finish())
    };
    let time = |of: fn(&LakeRow) -> i64| -> ArrayRef {
        let times = TimestampMicrosecondArray::from_iter_values(chosen().map(of));
        Arc::new(times.with_timezone("UTC"))
    };
    let mut events = FixedSizeBinaryBuilder::with_capacity(places.len(), 16);
    for row in chosen() {
        events.append_value(row.event.0)?;
    }
    let mut columns: Vec<ArrayRef> = vec![
        text(|row| row.org.as_str()),
        text(|row| &row.class),
        time(|row| row.time.micros),
        time(|row| row.received.micros),
        text(|row| &row.device),
        Arc::new(events.finish()),
        text(|row| &row.source),
        Arc::new(UInt64Array::from_iter_values(chosen().map(|row| row.record))),
    ];
    for column in Column::ALL {
        columns.push(promoted(column, chosen()));
    }
    columns.push(text(|row| &row.body));
    RecordBatch::try_new(schema(), columns)
}

fn promoted<'r>(
    column: Column,
    rows: impl ExactSizeIterator<Item = &'r LakeRow> + Clone,
) -> ArrayRef {
    let length = rows.len();
    if column.is_number() {
        let mut numbers = Int32Builder::with_capacity(length);
        rows.for_each(|row| numbers.append_option(row.columns.number(column)));
        return Arc::new(numbers.finish());
    }
    let bytes = rows.clone().filter_map(|row| row.columns.get(column)).map(str::len).sum();
    let mut texts = StringBuilder::with_capacity(length, bytes);
    rows.for_each(|row| texts.append_option(row.columns.get(column)));
    Arc::new(texts.finish())
}
