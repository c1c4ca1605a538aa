//! Which process an event is of, and which one started it, from the event's body.
//!
//! In: bodies as flat JSON. Out: two texts for each, by which events of the same device can be joined. Never: a
//! name of a person: these are identifiers that a system or a sensor made.

use std::borrow::Cow;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringViewBuilder};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;
use std::sync::Arc;

/// Longest identifier that is taken.
const LONGEST: usize = 64;

/// The two of one event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ids {
    /// The process that acted, or that was started.
    pub process: Option<String>,
    /// The process that started it.
    pub parent: Option<String>,
}

/// A text or a whole number.
#[derive(Debug, Default)]
struct Word<'a>(Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Word<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Word<'de>, E> {
                Ok(Word(Some(Cow::Borrowed(text))))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Word<'de>, E> {
                Ok(Word(Some(Cow::Owned(text.to_owned()))))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Word<'de>, E> {
                Ok(Word(Some(Cow::Owned(number.to_string()))))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Word<'de>, E> {
                Ok(Word(Some(Cow::Owned(number.to_string()))))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Word<'de>, E> {
                Ok(Word(None))
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Word<'de>, E> {
                Ok(Word(None))
            }

            fn visit_unit<E: Error>(self) -> Result<Word<'de>, E> {
                Ok(Word(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Members that tell of processes, as Sysmon, Windows' security log, ECS and auditd write them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told<'a> {
    #[serde(borrow, rename = "ProcessGuid", alias = "SourceProcessGUID")]
    guid: Word<'a>,
    #[serde(borrow, rename = "ParentProcessGuid")]
    parent_guid: Word<'a>,
    #[serde(borrow, rename = "process.entity_id")]
    entity: Word<'a>,
    #[serde(borrow, rename = "process.parent.entity_id")]
    parent_entity: Word<'a>,
    #[serde(borrow, rename = "NewProcessId")]
    new: Word<'a>,
    #[serde(borrow, rename = "ProcessId", alias = "process.pid", alias = "pid")]
    number: Word<'a>,
    #[serde(borrow, rename = "ParentProcessId", alias = "process.parent.pid", alias = "ppid")]
    parent_number: Word<'a>,
}

/// The identifiers in a body; none where it is no flat JSON, or says nothing of processes.
pub(crate) fn ids(body: &str) -> Ids {
    // A member that comes twice is an error, and then nothing is known.
    let told: Told<'_> = serde_json::from_str(body).unwrap_or_default();
    let whole = |word: &Word<'_>| word.0.as_deref().and_then(identifier);
    let number = |word: &Word<'_>| word.0.as_deref().and_then(numbered);
    if let Some(guid) = whole(&told.guid) {
        return Ids { process: Some(guid), parent: whole(&told.parent_guid) };
    }
    if let Some(entity) = whole(&told.entity) {
        return Ids { process: Some(entity), parent: whole(&told.parent_entity) };
    }
    // Of a start in Windows' security log `ProcessId` is that of the one who started it.
    match number(&told.new) {
        Some(new) => Ids { process: Some(new), parent: number(&told.number) },
        None => Ids { process: number(&told.number), parent: number(&told.parent_number) },
    }
}

/// An identifier in one spelling; none when it is empty or only noughts.
fn identifier(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['{', '}']);
    let told = text.bytes().any(|byte| byte.is_ascii_alphanumeric() && byte != b'0');
    (told && text.len() <= LONGEST).then(|| text.to_uppercase())
}

/// A process's number, written with or without a base.
fn numbered(text: &str) -> Option<String> {
    let text = text.trim();
    let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?,
        None => text.parse().ok()?,
    };
    Some(format!("pid {number}"))
}

/// Both columns for a column of bodies.
pub(crate) fn columns(bodies: &ArrayRef) -> (ArrayRef, ArrayRef) {
    let bodies = bodies.as_string_view();
    let mut process = StringViewBuilder::with_capacity(bodies.len());
    let mut parent = StringViewBuilder::with_capacity(bodies.len());
    for at in 0..bodies.len() {
        let found = if bodies.is_null(at) { Ids::default() } else { ids(bodies.value(at)) };
        process.append_option(found.process);
        parent.append_option(found.parent);
    }
    (Arc::new(process.finish()), Arc::new(parent.finish()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(body: &str) -> (String, String) {
        let Ids { process, parent } = ids(body);
        (process.unwrap_or_default(), parent.unwrap_or_default())
    }

    #[test]
    fn who_wrote_the_event_does_not_matter() {
        for (body, process, parent) in [
            (
                r#"{"ProcessGuid":"{5a-1}","ParentProcessGuid":"{5A-0}","ProcessId":7}"#,
                "5A-1",
                "5A-0",
            ),
            (r#"{"ProcessGuid":"{00000000-0000}","ProcessId":7}"#, "pid 7", ""),
            (r#"{"NewProcessId":"0x1f4","ProcessId":"0x4"}"#, "pid 500", "pid 4"),
            (r#"{"process.entity_id":"aB1=","process.parent.entity_id":"x"}"#, "AB1=", "X"),
            (r#"{"pid":"42","ppid":1,"exe":"/bin/sh"}"#, "pid 42", "pid 1"),
            (r#"{"ProcessId":null,"a":1.5,"b":true}"#, "", ""),
            (r#"{"Message":"\"ProcessGuid\":\"{1}\""}"#, "", ""),
            ("no json", "", ""),
        ] {
            assert_eq!(told(body), (process.to_owned(), parent.to_owned()), "{body}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = ids(&text);
            let _ = ids(&format!("{{\"ProcessGuid\":\"{text}\",\"pid\":{text}}}"));
            let _ = (identifier(&text), numbered(&text));
        }
    }
}
