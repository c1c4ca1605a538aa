//! Files to rows.
//!
//! In: a file of the lake. Out: its rows of the organisations that are wanted. Never: a row of
//! another one.

use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{TimestampMicrosecondType, UInt64Type};
use arrow_array::{Array, RecordBatch, StringArray};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use wardwatch_model::{EventId, OrgId, Timestamp};

use crate::error::StoreError;
use crate::lake::LakeRow;

/// The rows of a file whose organisation is wanted, in their order.
pub(super) fn read(
    path: &Path,
    wanted: &dyn Fn(&OrgId) -> bool,
) -> Result<Vec<LakeRow>, StoreError> {
    let bad = |reason: String| StoreError::Parquet { path: path.to_owned(), reason };
    let file = File::open(path).map_err(|error| StoreError::file(path, error))?;
    let batches = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.build())
        .map_err(|error| bad(error.to_string()))?;
    let mut rows = Vec::new();
    for batch in batches {
        let batch = batch.map_err(|error| bad(error.to_string()))?;
        take(&batch, wanted, &mut rows).map_err(|column| bad(format!("its column {column}")))?;
    }
    Ok(rows)
}

/// Adds the wanted rows of a batch; an error names the column that is not as it should be.
fn take(
    batch: &RecordBatch,
    wanted: &dyn Fn(&OrgId) -> bool,
    rows: &mut Vec<LakeRow>,
) -> Result<(), &'static str> {
    let texts = |name| text_column(batch, name).ok_or(name);
    let (orgs, classes, devices) = (texts("org")?, texts("class")?, texts("device")?);
    let (sources, bodies) = (texts("source")?, texts("body")?);
    let times = |name| {
        let column = batch.column_by_name(name).ok_or(name)?;
        column.as_primitive_opt::<TimestampMicrosecondType>().ok_or(name)
    };
    let (happened, received) = (times("time")?, times("received")?);
    let events = batch
        .column_by_name("event")
        .and_then(|column| column.as_fixed_size_binary_opt())
        .ok_or("event")?;
    let records = batch
        .column_by_name("record")
        .and_then(|column| column.as_primitive_opt::<UInt64Type>())
        .ok_or("record")?;
    for at in 0..batch.num_rows() {
        let org: OrgId = orgs.value(at).parse().map_err(|_| "org")?;
        if !wanted(&org) {
            continue;
        }
        rows.push(LakeRow {
            org,
            class: classes.value(at).to_owned(),
            time: Timestamp { micros: happened.value(at) },
            received: Timestamp { micros: received.value(at) },
            device: devices.value(at).to_owned(),
            event: EventId(events.value(at).try_into().map_err(|_| "event")?),
            source: sources.value(at).to_owned(),
            record: records.value(at),
            body: bodies.value(at).to_owned(),
        });
    }
    Ok(())
}

/// A column of text without gaps.
fn text_column<'b>(batch: &'b RecordBatch, name: &str) -> Option<&'b StringArray> {
    let column = batch.column_by_name(name)?.as_string_opt::<i32>()?;
    (column.null_count() == 0).then_some(column)
}
