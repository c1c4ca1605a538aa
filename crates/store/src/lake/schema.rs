//! The columns of the lake's files, and how they are written.
//!
//! In: nothing. Out: schema and writer's properties; the documented view of hunts is made of these
//! columns. Files from before a column was added do not have it: their rows have nothing there.

use std::sync::{Arc, LazyLock};

use arrow_array::{RecordBatch, new_null_array};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use wardwatch_model::Column;

/// Most rows of a row group.
const GROUP_ROWS: usize = 128 << 10;
/// Rows of a page: what a reader can pass over.
const PAGE_ROWS: usize = 8 << 10;
/// Fast; higher levels save little on sorted columns.
const ZSTD_LEVEL: i32 = 1;
/// Columns whose values are looked for as a whole and are too mixed for least and greatest to say
/// anything.
const BLOOM: [Column; 2] = [Column::Sha256, Column::Md5];
/// Distinct values that such a filter is made for at first; it is folded to what it holds.
const BLOOM_VALUES: u64 = 64 << 10;

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| Arc::new(make()));

/// The columns, in order: identity, promoted values, body.
pub fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

fn make() -> Schema {
    let time = || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let mut fields: Vec<Field> = [
        ("org", DataType::Utf8),
        ("class", DataType::Utf8),
        ("time", time()),
        ("received", time()),
        ("device", DataType::Utf8),
        ("event", DataType::FixedSizeBinary(16)),
        ("source", DataType::Utf8),
        ("record", DataType::UInt64),
    ]
    .into_iter()
    .map(|(name, kind)| Field::new(name, kind, false))
    .collect();
    for column in Column::ALL {
        let kind = if column.is_number() { DataType::Int32 } else { DataType::Utf8 };
        fields.push(Field::new(column.name(), kind, true));
    }
    fields.push(Field::new("body", DataType::Utf8, false));
    Schema::new(fields)
}

pub(super) fn properties() -> Result<WriterProperties, ParquetError> {
    let sorted = [0, 1, 2].map(|column_idx| SortingColumn {
        column_idx,
        descending: false,
        nulls_first: false,
    });
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_sorting_columns(Some(sorted.to_vec()))
        .set_column_dictionary_enabled(ColumnPath::from("body"), false)
        .set_column_statistics_enabled(ColumnPath::from("body"), EnabledStatistics::None)
        .set_column_dictionary_enabled(ColumnPath::from("event"), false)
        .set_column_statistics_enabled(ColumnPath::from("event"), EnabledStatistics::None);
    for name in ["time", "received", "record"] {
        properties = properties
            .set_column_dictionary_enabled(ColumnPath::from(name), false)
            .set_column_encoding(ColumnPath::from(name), Encoding::DELTA_BINARY_PACKED);
    }
    for column in BLOOM {
        properties = properties
            .set_column_bloom_filter_enabled(ColumnPath::from(column.name()), true)
            .set_column_bloom_filter_fpp(ColumnPath::from(column.name()), 0.01)
            .set_column_bloom_filter_max_ndv(ColumnPath::from(column.name()), BLOOM_VALUES);
    }
    Ok(properties.build())
}

/// A batch of a file, older ones included, with today's columns; an error names the column that is
/// not as it should be.
pub(super) fn today(batch: &RecordBatch) -> Result<RecordBatch, String> {
    let schema = schema();
    let columns = schema.fields().iter().map(|field| match batch.column_by_name(field.name()) {
        Some(column) if column.data_type() == field.data_type() => Ok(Arc::clone(column)),
        None if field.is_nullable() => Ok(new_null_array(field.data_type(), batch.num_rows())),
        _ => Err(format!("its column {}", field.name())),
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|error| error.to_string())
}
