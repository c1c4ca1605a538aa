//! The event while it is being made: fields collect in an arena that is emptied between records.

use bumpalo::Bump;
use wardwatch_model::{Event, Field, RawTime, SourceSet, Value};

use crate::error::RecordError;

/// Most fields that one event may have; more is an attack or a defect.
pub const MAX_FIELDS: usize = 4_096;

/// An event in the making.
pub struct Draft<'b> {
    /// Holds every string that is not borrowed from the record itself.
    pub arena: &'b Bump,
    /// Fields so far.
    pub fields: bumpalo::collections::Vec<'b, Field<'b>>,
    /// Where the event comes from.
    pub sources: SourceSet,
    /// When it happened.
    pub time: RawTime<'b>,
    /// The device that it happened on; `Value::Null` when the record does not say.
    pub device: Value<'b>,
    /// Identity within the file or stream.
    pub record: u64,
}

impl<'b> Draft<'b> {
    /// An empty draft for record number `record`.
    pub fn new(arena: &'b Bump, record: u64) -> Self {
        Draft {
            arena,
            fields: bumpalo::collections::Vec::with_capacity_in(64, arena),
            sources: SourceSet::UNKNOWN,
            time: RawTime::Missing,
            device: Value::Null,
            record,
        }
    }

    /// Adds a field.
    ///
    /// # Errors
    /// When the event already has [`MAX_FIELDS`].
    pub fn push(&mut self, name: &'b str, value: Value<'b>) -> Result<(), RecordError> {
        if self.fields.len() >= MAX_FIELDS {
            return Err(RecordError::TooManyFields { limit: MAX_FIELDS });
        }
        self.fields.push(Field { name, value });
        Ok(())
    }

    /// Adds a field with text.
    ///
    /// # Errors
    /// When the event already has [`MAX_FIELDS`].
    pub fn push_text(&mut self, name: &'b str, text: &'b str) -> Result<(), RecordError> {
        self.push(name, Value::Text(text))
    }

    /// Copies text into the arena, so that it lives as long as the event.
    pub fn keep(&self, text: &str) -> &'b str {
        self.arena.alloc_str(text)
    }

    /// The first non-null value of a field so far.
    pub fn get(&self, name: &str) -> Option<Value<'b>> {
        self.fields
            .iter()
            .find(|field| field.name == name && !field.value.is_null())
            .map(|field| field.value)
    }

    /// Adds `alias` with the value of `name`, unless `alias` is there or `name` is not.
    ///
    /// # Errors
    /// When the event already has [`MAX_FIELDS`].
    pub fn alias(&mut self, alias: &'b str, name: &str) -> Result<(), RecordError> {
        match self.get(name) {
            Some(value) if self.get(alias).is_none() => self.push(alias, value),
            _ => Ok(()),
        }
    }

    /// The finished event.
    pub fn finish(self) -> Event<'b> {
        Event {
            fields: self.fields.into_bump_slice(),
            sources: self.sources,
            time: self.time,
            device: self.device,
            record: self.record,
        }
    }
}
