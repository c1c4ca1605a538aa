//! Which field stood where in the last events, so that names need not be hashed again.
//!
//! Events of one program with as many fields mostly have the same fields in the same order. In: a
//! field's place and name. Out: what the program calls the field, when it was seen there before.
//! Never: a wrong answer; names are compared in full. Bounded: [`MAX_SHAPES`] shapes, names up to
//! [`MAX_NAME_BYTES`].

use rustc_hash::FxHashMap;
use wardwatch_model::Event;

use super::Program;

/// Shapes that are remembered; with more, all are forgotten.
const MAX_SHAPES: usize = 512;
/// Fields of an event that are remembered.
const MAX_FIELDS: usize = 256;
/// Longer names are not remembered.
const MAX_NAME_BYTES: usize = 64;

/// Names and numbers of fields by their place.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    fields: Vec<(String, u32)>,
}

/// Shapes by program and number of fields.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    known: FxHashMap<(u64, usize), Shape>,
}

impl Shapes {
    /// The shape of events like this one.
    #[inline]
    pub fn of(&mut self, program: &Program, event: &Event<'_>) -> &mut Shape {
        let key = (program.identity, event.fields.len());
        if self.known.len() >= MAX_SHAPES && !self.known.contains_key(&key) {
            self.known.clear();
        }
        self.known.entry(key).or_default()
    }
}

impl Shape {
    /// The number of the field, if this name stood here before.
    #[inline]
    pub fn number(&self, at: usize, name: &str) -> Option<u32> {
        let (known, number) = self.fields.get(at)?;
        same_name(known, name).then_some(*number)
    }

    /// Remembers that this name, with this number, stands here.
    pub fn remember(&mut self, at: usize, name: &str, number: u32) {
        if name.len() > MAX_NAME_BYTES {
            return;
        }
        let next = self.fields.len();
        if let Some((known, slot)) = self.fields.get_mut(at) {
            known.clear();
            known.push_str(name);
            *slot = number;
        } else if at == next && at < MAX_FIELDS {
            self.fields.push((name.to_owned(), number));
        }
    }
}

/// Equality for short texts, without a call: words that overlap are compared.
#[inline]
fn same_name(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        8..=16 => same_ends::<8>(a, b),
        17..=32 => same_ends::<16>(a, b),
        4..=7 => same_ends::<4>(a, b),
        _ => a == b,
    }
}

/// Equality of texts of one length, at least `N` and at most twice that.
#[inline]
fn same_ends<const N: usize>(a: &[u8], b: &[u8]) -> bool {
    a.first_chunk::<N>() == b.first_chunk::<N>() && a.last_chunk::<N>() == b.last_chunk::<N>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_are_the_same_when_they_are_equal(a in "[ab]{0,70}", b in "[ab]{0,70}", at in 0usize..70) {
            prop_assert_eq!(same_name(&a, &b), a == b);
            let mut changed = a.clone().into_bytes();
            if let Some(byte) = changed.get_mut(at) {
                *byte = b'c';
                prop_assert!(!same_name(&a, std::str::from_utf8(&changed).unwrap()));
            }
            prop_assert!(same_name(&a, &a.clone()));
        }
    }
}
