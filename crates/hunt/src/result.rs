//! What a hunt found: a bounded table.

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::error::Result;
use std::sync::Arc;

/// What a hunt found.
#[derive(Debug, Clone)]
pub struct HuntResult {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
    pub(crate) rows: usize,
    pub(crate) bytes: usize,
    pub(crate) cut: bool,
}

impl HuntResult {
    pub(crate) fn new(schema: &SchemaRef) -> Self {
        let fields = schema
            .fields()
            .iter()
            .map(|field| Field::new(field.name(), kept(field.data_type()), field.is_nullable()));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        HuntResult { schema, batches: Vec::new(), rows: 0, bytes: 0, cut: false }
    }

    /// Adds a batch as far as the limits go; false when there is no room for more.
    pub(crate) fn add(&mut self, batch: &RecordBatch, rows: usize, bytes: usize) -> Result<bool> {
        let room = rows.saturating_sub(self.rows);
        self.cut |= batch.num_rows() > room;
        let batch = batch.slice(0, batch.num_rows().min(room));
        let columns = batch.columns().iter().zip(self.schema.fields());
        let columns: Vec<ArrayRef> = columns
            .map(|(column, field)| cast(column, field.data_type()))
            .collect::<std::result::Result<_, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        let size: usize = batch.columns().iter().map(|column| column.get_array_memory_size()).sum();
        if self.bytes + size > bytes {
            self.cut = true;
            return Ok(false);
        }
        self.bytes += size;
        self.rows += batch.num_rows();
        if batch.num_rows() > 0 {
            self.batches.push(batch);
        }
        Ok(!self.cut)
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether there were more rows than are kept.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.schema.fields().iter().map(|field| field.name().as_str())
    }
}

/// Types that every reader of Arrow knows.
fn kept(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, value) => kept(value),
        other => other.clone(),
    }
}
