//! JSON walked through without holding it: only one element of a list at a time.
//!
//! In: text, and the names that matter. Out: their values, one by one, in order. Nesting is bounded
//! by the JSON library (128). Never: more of the document in memory than one element.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::ListError;

/// Names of interest.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names {
    /// Their values are gone into; [`Found::Enter`] comes before.
    pub into: &'static [&'static str],
    /// Lists of which each element is wanted.
    pub each: &'static [&'static str],
    /// Values that are wanted whole.
    pub whole: &'static [&'static str],
    /// Whether elements of a list at the top are wanted too.
    pub top: bool,
}

/// Something that was found.
pub enum Found {
    /// A name of `into`: what follows is within it.
    Enter(&'static str),
    /// An element or a value.
    Value(&'static str, Value),
}

/// Takes what is found.
pub type Take<'t> = &'t mut dyn FnMut(Found) -> Result<(), ListError>;

/// Walks through a document.
///
/// # Errors
/// When it is no JSON, or what takes the values refuses.
pub fn walk(text: &str, names: Names, take: Take<'_>) -> Result<(), ListError> {
    let mut refused = None;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let walk = Walk { names, take, refused: &mut refused, depth: 0 };
    let done = walk.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    match (refused, done) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(ListError::NotJson(error.to_string())),
        (None, Ok(())) => Ok(()),
    }
}

/// The names at the top of a document, or of the first element of a list at the top.
///
/// # Errors
/// When it is no JSON up to where they end.
pub fn names(text: &str) -> Result<Vec<String>, ListError> {
    let mut found = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let done = Top { found: &mut found }.deserialize(&mut deserializer);
    // The walk ends early on purpose once enough is known.
    match done {
        Err(error) if found.is_empty() => Err(ListError::NotJson(error.to_string())),
        _ => Ok(found),
    }
}

/// How many names at the top are looked at.
const TOP_NAMES: usize = 64;

struct Top<'w> {
    found: &'w mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            self.found.push(name);
            if self.found.len() >= TOP_NAMES {
                return Err(A::Error::custom("enough"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        list.next_element_seed(Top { found: self.found })?;
        Err(A::Error::custom("enough"))
    }
}

struct Walk<'w, 't> {
    names: Names,
    take: Take<'t>,
    refused: &'w mut Option<ListError>,
    depth: u32,
}

impl Walk<'_, '_> {
    fn give<E: Error>(&mut self, found: Found) -> Result<(), E> {
        (self.take)(found).map_err(|error| {
            *self.refused = Some(error);
            E::custom("refused")
        })
    }

    fn within(&mut self) -> Walk<'_, '_> {
        Walk {
            names: self.names,
            take: &mut *self.take,
            refused: self.refused,
            depth: self.depth + 1,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// The name as it stands in a list of names.
fn known(names: &'static [&'static str], name: &str) -> Option<&'static str> {
    names.iter().find(|known| **known == name).copied()
}

/// Values that hold nothing to go into.
macro_rules! nothing_within {
    ($($method:ident: $kind:ty),*) => {$(
        fn $method<E>(self, _: $kind) -> Result<(), E> {
            Ok(())
        }
    )*};
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    nothing_within!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            if let Some(name) = known(self.names.each, &name) {
                map.next_value_seed(Elements { name, walk: self.within() })?;
            } else if let Some(name) = known(self.names.whole, &name) {
                let value = map.next_value::<Value>()?;
                self.give(Found::Value(name, value))?;
            } else if let Some(name) = known(self.names.into, &name) {
                self.give(Found::Enter(name))?;
                map.next_value_seed(self.within())?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        if self.depth == 0 && self.names.top {
            while let Some(value) = list.next_element::<Value>()? {
                self.give(Found::Value("", value))?;
            }
            return Ok(());
        }
        while list.next_element_seed(self.within())?.is_some() {}
        Ok(())
    }
}

/// A list of which each element is wanted; anything else counts as one element.
struct Elements<'w, 't> {
    name: &'static str,
    walk: Walk<'w, 't>,
}

impl<'de> DeserializeSeed<'de> for Elements<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    nothing_within!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, map: A) -> Result<(), A::Error> {
        let value =
            serde::Deserialize::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        self.walk.give(Found::Value(self.name, value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            self.walk.give(Found::Value(self.name, value))?;
        }
        Ok(())
    }
}

/// A text within a value, if it is one.
pub fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A moment within a value, written as text or as seconds.
pub fn time(value: &Value, name: &str) -> Option<wardwatch_model::Timestamp> {
    match value.get(name)? {
        Value::String(text) if !text.is_empty() => wardwatch_model::Timestamp::parse(text),
        Value::Number(number) => wardwatch_model::Timestamp::from_epoch_number(number.as_f64()?),
        _ => None,
    }
}
