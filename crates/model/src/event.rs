//! The normalised event that rules see.
//!
//! Borrowed throughout: the bytes belong to whoever read the record, so that looking at an event
//! allocates nothing.

use crate::logsource::SourceSet;
use crate::time::RawTime;
use crate::value::Value;

/// One named value of an event. A field with several values occurs several times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field<'a> {
    /// Native field name with spaces stripped, nested names joined by dots.
    pub name: &'a str,
    /// Its value.
    pub value: Value<'a>,
}

impl<'a> Field<'a> {
    /// A field with plain text.
    pub fn text(name: &'a str, text: &'a str) -> Self {
        Field { name, value: Value::Text(text) }
    }
}

/// A normalised event: a record's fields under their native names, and where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// All fields, in the order of the record. On a repeated name every value counts.
    pub fields: &'a [Field<'a>],
    /// The log sources that the event belongs to.
    pub sources: SourceSet,
    /// When it happened, as written in the record.
    pub time: RawTime<'a>,
    /// Name of the device that it happened on; empty when the record does not say.
    pub device: Value<'a>,
    /// Identity of the record within its file or stream: a Windows record id, an audit serial, a
    /// line number.
    pub record: u64,
}

impl<'a> Event<'a> {
    /// The values of a field, in order.
    pub fn values(&self, name: &str) -> impl Iterator<Item = Value<'a>> {
        let fields = self.fields;
        fields.iter().filter(move |field| field.name == name).map(|field| field.value)
    }

    /// The first value of a field that is not null.
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.values(name).find(|value| !matches!(value, Value::Null))
    }
}
