//! Rows to files.
//!
//! In: rows in any order. Out: a durable file for each day, sorted by organisation, class and
//! time. Never: a half file under its final name.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, PoisonError};

use arrow_array::builder::FixedSizeBinaryBuilder;
use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use crate::error::StoreError;
use crate::lake::{Lake, LakeFile, LakeRow};
use crate::secret;

/// So many folders may one call make by event time. A sender with a broken clock, or an ill will,
/// must not make a file for each event.
const MAX_DAYS: usize = 32;
/// Rows of a group: what a reader takes in at once.
const GROUP_ROWS: usize = 128 << 10;
/// Rows of a batch on its way into a file.
const BATCH_ROWS: usize = 8 << 10;
/// Fast; higher levels save little on sorted columns.
const ZSTD_LEVEL: i32 = 1;

/// Writes rows into files by day.
pub(super) fn write(lake: &Lake, rows: Vec<LakeRow>) -> Result<Vec<LakeFile>, StoreError> {
    let mut days: Vec<(String, Vec<LakeRow>)> = by_day(rows).into_iter().collect();
    days.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    days.into_iter().map(|(day, rows)| write_day(lake, &day, rows)).collect()
}

fn by_day(rows: Vec<LakeRow>) -> HashMap<String, Vec<LakeRow>> {
    let mut days: HashMap<String, Vec<LakeRow>> = HashMap::new();
    for row in rows {
        let mut day = day_of(row.time).or_else(|| day_of(row.received)).unwrap_or_else(epoch);
        if days.len() >= MAX_DAYS && !days.contains_key(&day) {
            day = day_of(row.received).unwrap_or_else(epoch);
        }
        days.entry(day).or_default().push(row);
    }
    days
}

/// The day in UTC as `2017-05-12`; none for years that are not of four digits.
pub(super) fn day_of(time: wardwatch_model::Timestamp) -> Option<String> {
    let text = time.to_string();
    let (day, _) = text.split_once('T')?;
    (day.len() == 10 && !day.starts_with('-')).then(|| day.to_owned())
}

fn epoch() -> String {
    "1970-01-01".to_owned()
}

/// Writes one file of a day.
pub(super) fn write_day(
    lake: &Lake,
    day: &str,
    mut rows: Vec<LakeRow>,
) -> Result<LakeFile, StoreError> {
    rows.sort_by(|one, other| {
        (&one.org, &one.class, one.time, one.event).cmp(&(
            &other.org,
            &other.class,
            other.time,
            other.event,
        ))
    });
    let name: String = secret::id()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let path = format!("day={day}/{name}.parquet");
    let unfinished = format!("{path}.part");
    keep_from_sweep(lake, [&path, &unfinished]);
    let done = write_file(&lake.dir, &path, &unfinished, &rows);
    let mut fresh = lake.fresh.lock().unwrap_or_else(PoisonError::into_inner);
    fresh.remove(&unfinished);
    if done.is_err() {
        fresh.remove(&path);
    }
    let times = || rows.iter().map(|row| row.time);
    let nothing = wardwatch_model::Timestamp { micros: 0 };
    Ok(LakeFile {
        path,
        day: day.to_owned(),
        rows: rows.len() as u64,
        bytes: done?,
        first: times().min().unwrap_or(nothing),
        last: times().max().unwrap_or(nothing),
    })
}

fn keep_from_sweep(lake: &Lake, paths: [&String; 2]) {
    let mut fresh = lake.fresh.lock().unwrap_or_else(PoisonError::into_inner);
    fresh.extend(paths.map(String::clone));
}

/// Writes under a name that readers do not take, syncs, renames, syncs the folder.
fn write_file(
    dir: &Path,
    path: &str,
    unfinished: &str,
    rows: &[LakeRow],
) -> Result<u64, StoreError> {
    let (path, unfinished) = (dir.join(path), dir.join(unfinished));
    let failed = |error| StoreError::file(&path, error);
    let folder = path.parent().unwrap_or(dir);
    if !folder.exists() {
        std::fs::create_dir_all(folder).map_err(failed)?;
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed)?;
    }
    let file = File::create(&unfinished).map_err(failed)?;
    let file = fill(file, rows)
        .map_err(|error| StoreError::Parquet { path: path.clone(), reason: error.to_string() })?;
    file.sync_all().map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    std::fs::rename(&unfinished, &path).map_err(failed)?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(bytes)
}

fn fill(file: File, rows: &[LakeRow]) -> Result<File, ParquetError> {
    let schema = Arc::new(schema());
    let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties()?))?;
    for part in rows.chunks(BATCH_ROWS) {
        writer.write(&batch(&schema, part)?)?;
    }
    writer.into_inner()
}

fn properties() -> Result<WriterProperties, ParquetError> {
    let sorted = [0, 1, 2].map(|column_idx| SortingColumn {
        column_idx,
        descending: false,
        nulls_first: false,
    });
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_column_dictionary_enabled(ColumnPath::from("body"), false)
        .set_column_dictionary_enabled(ColumnPath::from("event"), false)
        .set_sorting_columns(Some(sorted.to_vec()))
        .build())
}

/// The columns, in order; the documented view of hunts is made of them.
fn schema() -> Schema {
    let time = || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let columns = [
        ("org", DataType::Utf8),
        ("class", DataType::Utf8),
        ("time", time()),
        ("received", time()),
        ("device", DataType::Utf8),
        ("event", DataType::FixedSizeBinary(16)),
        ("source", DataType::Utf8),
        ("record", DataType::UInt64),
        ("body", DataType::Utf8),
    ];
    Schema::new(
        columns.map(|(name, kind)| Field::new(name, kind, false)).into_iter().collect::<Vec<_>>(),
    )
}

fn batch(schema: &Arc<Schema>, rows: &[LakeRow]) -> Result<RecordBatch, ParquetError> {
    let text = |of: fn(&LakeRow) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(of)))
    };
    let time = |of: fn(&LakeRow) -> i64| -> ArrayRef {
        let times = TimestampMicrosecondArray::from_iter_values(rows.iter().map(of));
        Arc::new(times.with_timezone("UTC"))
    };
    let mut events = FixedSizeBinaryBuilder::with_capacity(rows.len(), 16);
    for row in rows {
        events.append_value(row.event.0)?;
    }
    let columns = vec![
        text(|row| row.org.as_str()),
        text(|row| &row.class),
        time(|row| row.time.micros),
        time(|row| row.received.micros),
        text(|row| &row.device),
        Arc::new(events.finish()),
        text(|row| &row.source),
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.record))),
        text(|row| &row.body),
    ];
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}
