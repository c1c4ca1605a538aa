//! A row of the lake as an event again.
//!
//! In: the flat JSON that `work::body` wrote. Out: its fields in order, texts borrowed where they
//! hold no escape. Never: log sources, which rows need not have to be searched for indicators.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use wardwatch_model::{Event, Field, RawTime, SourceSet, Timestamp, Value};

/// Fields of a row.
pub struct Row<'r>(Vec<(Cow<'r, str>, Held<'r>)>);

/// A value of a row.
enum Held<'r> {
    Text(Cow<'r, str>),
    Number(String),
    Bool(bool),
    Null,
    Several(Vec<Held<'r>>),
}

impl<'r> Row<'r> {
    /// Reads a row's body; none when it is no object.
    pub fn read(body: &'r str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }

    /// Its fields, as an event has them.
    pub fn fields(&self) -> Vec<Field<'_>> {
        let mut fields = Vec::with_capacity(self.0.len());
        for (name, held) in &self.0 {
            match held {
                Held::Several(all) => {
                    fields.extend(all.iter().map(|one| Field { name, value: one.value() }));
                }
                one => fields.push(Field { name, value: one.value() }),
            }
        }
        fields
    }
}

/// An event over fields that were read.
pub fn event<'e>(fields: &'e [Field<'e>], device: &'e str, time: Timestamp) -> Event<'e> {
    Event {
        fields,
        sources: SourceSet::UNKNOWN,
        time: RawTime::Known(time),
        device: Value::Text(device),
        record: 0,
    }
}

impl Held<'_> {
    fn value(&self) -> Value<'_> {
        match self {
            Held::Text(text) => Value::Text(text),
            Held::Number(text) => Value::Number(text),
            Held::Bool(truth) => Value::Bool(*truth),
            Held::Null | Held::Several(_) => Value::Null,
        }
    }
}

impl<'de> Deserialize<'de> for Row<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Rows)
    }
}

struct Rows;

impl<'de> Visitor<'de> for Rows {
    type Value = Row<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row's fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            fields.push((name, map.next_value()?));
        }
        Ok(Row(fields))
    }
}

struct Name<'n>(Cow<'n, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(Values)? {
            Held::Text(text) => Ok(Name(text)),
            _ => Ok(Name(Cow::Borrowed(""))),
        }
    }
}

impl<'de> Deserialize<'de> for Held<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Held<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Held<'de>, E> {
        Ok(Held::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Held<'de>, E> {
        Ok(Held::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Held<'de>, E> {
        Ok(Held::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Held<'de>, E> {
        Ok(Held::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Held<'de>, E> {
        Ok(Held::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Held<'de>, E> {
        Ok(Held::Number(number.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Held<'de>, E> {
        Ok(Held::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Held<'de>, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element()? {
            all.push(one);
        }
        Ok(Held::Several(all))
    }

    /// Rows are flat; whatever this is, it is no value of an event.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Held<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Held::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_body_becomes_the_fields_that_it_was_written_from() {
        let row = Row::read(r#"{"b":"x\"y","a":["1",2],"c":null,"d":true}"#).unwrap();
        let expected = [
            Field { name: "b", value: Value::Text("x\"y") },
            Field { name: "a", value: Value::Text("1") },
            Field { name: "a", value: Value::Number("2") },
            Field { name: "c", value: Value::Null },
            Field { name: "d", value: Value::Bool(true) },
        ];
        assert_eq!(row.fields(), expected);
        assert!(Row::read("[]").is_none());
    }

    proptest! {
        #[test]
        fn texts_come_back(pairs in prop::collection::vec((any::<String>(), any::<String>()), 0..6)) {
            let fields: Vec<Field<'_>> =
                pairs.iter().enumerate().map(|(at, (_, text))| {
                    Field::text(["a", "b", "c", "d", "e", "f"][at], text)
                }).collect();
            let event = event(&fields, "", Timestamp { micros: 0 });
            let mut body = String::new();
            crate::work::body::write(&event, &mut body);
            let row = Row::read(&body).unwrap();
            prop_assert_eq!(row.fields(), fields);
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Row::read(&text).map(|row| row.fields().len());
        }
    }
}
