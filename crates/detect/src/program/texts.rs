//! Texts of an event's fields, made when a woken rule first asks and kept for the event.
//!
//! In: an event and a field. Out: the texts of all its values, folded or as they are. Buffers are
//! used again from event to event.

use wardwatch_model::Event;

use crate::fold::FoldBuffer;

/// Texts by field: all folded, or all as they are.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// Fields that have been asked for, with how many texts they had.
    fields: Vec<(u32, u32)>,
    /// Their texts, one behind the other; only the first `used` are of this event.
    texts: Vec<String>,
    used: usize,
}

impl Texts {
    /// Forgets an event.
    pub fn clear(&mut self) {
        self.fields.clear();
        self.used = 0;
    }

    /// The folded texts of a field's values. `number` tells fields apart.
    pub fn folded(
        &mut self,
        number: u32,
        name: &str,
        event: &Event<'_>,
        fold: &mut FoldBuffer,
    ) -> &[String] {
        let start = match self.known(number) {
            Ok((start, end)) => return &self.texts[start..end],
            Err(start) => start,
        };
        for field in event.fields.iter().filter(|field| field.name == name) {
            if let Some(text) = fold.fold(field.value) {
                self.push(&String::from_utf8_lossy(text));
            }
        }
        self.fields.push((number, (self.used - start) as u32));
        &self.texts[start..self.used]
    }

    /// The texts of a field's values as they are. `number` tells fields apart.
    pub fn decoded(&mut self, number: u32, name: &str, event: &Event<'_>) -> &[String] {
        let start = match self.known(number) {
            Ok((start, end)) => return &self.texts[start..end],
            Err(start) => start,
        };
        for field in event.fields.iter().filter(|field| field.name == name) {
            if !field.value.is_null() {
                self.push(&field.value.text());
            }
        }
        self.fields.push((number, (self.used - start) as u32));
        &self.texts[start..self.used]
    }

    /// Where the texts of a field stand; otherwise where they are to be put.
    fn known(&self, number: u32) -> Result<(usize, usize), usize> {
        let mut start = 0;
        for (known, count) in &self.fields {
            let end = start + *count as usize;
            if *known == number {
                return Ok((start, end));
            }
            start = end;
        }
        Err(start)
    }

    fn push(&mut self, text: &str) {
        if self.used == self.texts.len() {
            self.texts.push(String::new());
        }
        let kept = &mut self.texts[self.used];
        kept.clear();
        kept.push_str(text);
        self.used += 1;
    }
}
