//! The columns of the view `events`.
//!
//! In: the lake's columns. Out: the same, with texts in the form that is compared fastest, and two that are worked
//! out of bodies. What they mean is written down in `docs/hunt.md`.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

/// Place of the organisation.
pub(crate) const ORG: usize = 0;
/// Place of the time.
pub(crate) const TIME: usize = 2;

/// Columns that no file has: the process, and the one that started it.
const COMPUTED: [&str; 2] = ["process", "parent_process"];

static FILES: LazyLock<SchemaRef> = LazyLock::new(|| {
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

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let own = COMPUTED.map(|name| Arc::new(Field::new(name, DataType::Utf8View, true)));
    Arc::new(Schema::new(FILES.fields().iter().cloned().chain(own).collect::<Vec<_>>()))
});

/// What a column is worked out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The files' column at this place.
    File(usize),
    /// The body: the process.
    Process,
    /// The body: the process that started it.
    Parent,
}

/// What the view's column at a place is worked out of.
pub(crate) fn source(place: usize) -> Source {
    match place.checked_sub(FILES.fields().len()) {
        None => Source::File(place),
        Some(0) => Source::Process,
        Some(_) => Source::Parent,
    }
}

/// Whether a column is worked out, and in no file.
pub(crate) fn is_computed(name: &str) -> bool {
    COMPUTED.contains(&name)
}

/// The files' columns, in the order of the view's.
pub(crate) fn files() -> SchemaRef {
    Arc::clone(&FILES)
}

/// The view's columns. `body` may be nothing: outside the caller's organisation it is.
pub(crate) fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// Place of a column; of a file's, among the files' too.
pub(crate) fn place(name: &str) -> Option<usize> {
    SCHEMA.index_of(name).ok()
}
