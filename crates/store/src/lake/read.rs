//! Files to rows.
//!
//! In: a file of the lake, older ones included. Out: its rows of the organisations that are
//! wanted. Never: a row of another one.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, TimestampMicrosecondType, UInt64Type};
use arrow_array::{Array, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use wardwatch_model::{Column, Columns, EventId, OrgId, Timestamp};

use crate::error::StoreError;
use crate::lake::{LakeRow, schema};

/// Rows that are read at once. Bodies are bounded each, so this bounds memory.
const BATCH_ROWS: usize = 512;
/// Rows that are read at once of narrow columns.
const NARROW_ROWS: usize = 16 << 10;

/// The batches of a file, with today's columns.
pub(super) struct Batches {
    path: Arc<Path>,
    reader: ParquetRecordBatchReader,
}

/// Opens a file.
pub(super) fn open(path: &Path) -> Result<Batches, StoreError> {
    let file = File::open(path).map_err(|error| StoreError::file(path, error))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(BATCH_ROWS).build())
        .map_err(|error| bad(path, error))?;
    Ok(Batches { path: path.into(), reader })
}

/// The batches of a file, with no columns but these, which every file has.
pub(super) fn open_some(
    path: &Path,
    names: &[&str],
) -> Result<impl Iterator<Item = Result<RecordBatch, StoreError>> + use<>, StoreError> {
    let file = File::open(path).map_err(|error| StoreError::file(path, error))?;
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| bad(path, error))?;
    let chosen = ProjectionMask::columns(builder.parquet_schema(), names.iter().copied());
    let reader = builder
        .with_projection(chosen)
        .with_batch_size(NARROW_ROWS)
        .build()
        .map_err(|error| bad(path, error))?;
    let path: Arc<Path> = path.into();
    Ok(reader.map(move |batch| batch.map_err(|error| bad(&path, error))))
}

fn bad(path: &Path, reason: impl ToString) -> StoreError {
    StoreError::Parquet { path: path.to_owned(), reason: reason.to_string() }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.reader.next()?;
        let batch = batch.map_err(|error| bad(&self.path, error));
        Some(
            batch.and_then(|batch| schema::today(&batch).map_err(|reason| bad(&self.path, reason))),
        )
    }
}

/// The rows of a file whose organisation is wanted, in their order.
pub(super) fn read(
    path: &Path,
    wanted: &dyn Fn(&OrgId) -> bool,
) -> Result<Vec<LakeRow>, StoreError> {
    let mut rows = Vec::new();
    for batch in open(path)? {
        take(&batch?, wanted, &mut rows)
            .ok_or_else(|| bad(path, "a value that the lake never writes"))?;
    }
    Ok(rows)
}

/// Adds the wanted rows of a batch; none when a value is not as it should be.
fn take(
    batch: &RecordBatch,
    wanted: &dyn Fn(&OrgId) -> bool,
    rows: &mut Vec<LakeRow>,
) -> Option<()> {
    let texts = |name| batch.column_by_name(name)?.as_string_opt::<i32>();
    let (orgs, classes, devices) = (texts("org")?, texts("class")?, texts("device")?);
    let (sources, bodies) = (texts("source")?, texts("body")?);
    let times = |name| batch.column_by_name(name)?.as_primitive_opt::<TimestampMicrosecondType>();
    let (happened, received) = (times("time")?, times("received")?);
    let events = batch.column_by_name("event")?.as_fixed_size_binary_opt()?;
    let records = batch.column_by_name("record")?.as_primitive_opt::<UInt64Type>()?;
    for at in 0..batch.num_rows() {
        let org: OrgId = orgs.value(at).parse().ok()?;
        if !wanted(&org) {
            continue;
        }
        rows.push(LakeRow {
            org,
            class: classes.value(at).into(),
            time: Timestamp { micros: happened.value(at) },
            received: Timestamp { micros: received.value(at) },
            device: devices.value(at).to_owned(),
            event: EventId(events.value(at).try_into().ok()?),
            source: sources.value(at).into(),
            record: records.value(at),
            columns: columns(batch, at)?,
            body: bodies.value(at).to_owned(),
        });
    }
    Some(())
}

/// The promoted values of one row.
fn columns(batch: &RecordBatch, at: usize) -> Option<Columns> {
    let mut columns = Columns::default();
    for column in Column::ALL {
        let values = batch.column_by_name(column.name())?;
        if values.is_null(at) {
            continue;
        }
        if column.is_number() {
            let number = values.as_primitive_opt::<Int32Type>()?.value(at);
            columns.set(column, &number.to_string());
        } else {
            columns.set(column, values.as_string_opt::<i32>()?.value(at));
        }
    }
    Some(columns)
}
