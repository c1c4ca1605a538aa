//! The columns of the view `events`.
//!
//! In: the lake's columns. Out: the same, with texts in the form that is compared fastest. What
//! they mean is written down in `docs/hunt.md`.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

/// Place of the organisation.
pub(crate) const ORG: usize = 0;
/// Place of the time.
pub(crate) const TIME: usize = 2;

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let lake = wardwatch_store::lake::schema();
    let fields = lake.fields().iter().map(|field| {
        let kind = match field.data_type() {
            DataType::Utf8 => DataType::Utf8View,
            other => other.clone(),
        };
        Field::new(field.name(), kind, field.is_nullable() || field.name() == "body")
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
});

/// The view's columns. `body` may be nothing: outside the caller's organisation it is.
pub(crate) fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// Place of a column.
pub(crate) fn place(name: &str) -> Option<usize> {
    SCHEMA.index_of(name).ok()
}
