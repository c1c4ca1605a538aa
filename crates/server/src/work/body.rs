//! An event as one flat JSON object: what the lake keeps.
//!
//! In: an event. Out: its fields under their native names, in order; a name that stands several
//! times becomes a list. Strings that are still JSON are copied as they are. Never: a field lost.

use std::collections::HashMap;

use wardwatch_model::{Event, Value};

/// Bytes of a name, a value's quotes and what separates them, on average.
const BYTES_A_FIELD: usize = 48;

/// Appends the event to `out`.
pub fn write(event: &Event<'_>, out: &mut String) {
    let values: usize = event.fields.iter().map(|field| length(field.value)).sum();
    out.reserve(values + event.fields.len() * BYTES_A_FIELD);
    out.push('{');
    if repeats(event) {
        with_lists(event, out)
    } else {
        one_by_one(event, out)
    }
    out.push('}');
}

/// With more fields than this, bits say nothing any more, and the slower way is taken.
const MANY_FIELDS: usize = 128;

/// Whether a name stands several times; an answer of yes may be wrong when there are many names.
fn repeats(event: &Event<'_>) -> bool {
    let mut seen = Seen::default();
    let known = |at: usize, name: &str| event.fields[..at].iter().any(|field| field.name == name);
    event.fields.len() > MANY_FIELDS
        || (0..)
            .zip(event.fields)
            .any(|(at, field)| seen.again(field.name) && known(at, field.name))
}

/// Names seen, as bits: an answer of "again" may be wrong, one of "first time" never is.
#[derive(Default)]
struct Seen([u64; 4]);

impl Seen {
    fn again(&mut self, name: &str) -> bool {
        let bytes = name.as_bytes();
        // Short mixing is enough: a wrong "again" only takes the slower way.
        let mixed = bytes.iter().fold(bytes.len() as u64, |mixed, byte| {
            (mixed ^ u64::from(*byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
        });
        let (word, bit) = ((mixed >> 6) as usize & 3, 1 << (mixed & 63));
        let again = self.0[word] & bit != 0;
        self.0[word] |= bit;
        again
    }
}

/// Roughly how long a value is when written.
fn length(value: Value<'_>) -> usize {
    match value {
        Value::Text(text) | Value::Escaped(text) | Value::Number(text) => text.len(),
        Value::Bool(_) | Value::Null => 5,
    }
}

/// Fields whose names all differ.
fn one_by_one(event: &Event<'_>, out: &mut String) {
    for (at, field) in event.fields.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        string(field.name, out);
        out.push(':');
        value(field.value, out);
    }
}

/// Fields of which some may stand several times.
fn with_lists(event: &Event<'_>, out: &mut String) {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, field) in event.fields.iter().enumerate() {
        places.entry(field.name).or_default().push(at);
    }
    let mut first = true;
    for (at, field) in event.fields.iter().enumerate() {
        let Some(all) = places.get(field.name).filter(|all| all.first() == Some(&at)) else {
            continue;
        };
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        string(field.name, out);
        out.push(':');
        if all.len() == 1 {
            value(field.value, out);
            continue;
        }
        out.push('[');
        for (nth, at) in all.iter().enumerate() {
            if nth > 0 {
                out.push(',');
            }
            value(event.fields[*at].value, out);
        }
        out.push(']');
    }
}

fn value(value: Value<'_>, out: &mut String) {
    match value {
        Value::Text(text) => string(text, out),
        // The inside of a JSON string, but it was accepted with less care than others will take.
        Value::Escaped(raw) if is_strict(raw) => {
            out.push('"');
            out.push_str(raw);
            out.push('"');
        }
        Value::Escaped(_) => string(&value.text(), out),
        Value::Number(text) if is_number(text) => out.push_str(text),
        Value::Number(text) => string(text, out),
        Value::Bool(truth) => out.push_str(if truth { "true" } else { "false" }),
        Value::Null => out.push_str("null"),
    }
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = first_special(rest.as_bytes()) {
        out.push_str(&rest[..at]);
        // All of these are one byte long.
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            byte => out.push_str(&format!("\\u{byte:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Where the first byte stands that JSON's strings do not hold bare: a control character, a quote or
/// a backslash. Eight bytes are looked at at once; a wrong mark only follows a right one
/// (Anderson, Bit Twiddling Hacks, public domain).
fn first_special(bytes: &[u8]) -> Option<usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let mut at = 0;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let zero = |word: u64| word.wrapping_sub(EACH) & !word;
        let control = word.wrapping_sub(EACH * 0x20) & !word;
        let quote = zero(word ^ (EACH * u64::from(b'"')));
        let backslash = zero(word ^ (EACH * u64::from(b'\\')));
        let found = (control | quote | backslash) & (EACH * 0x80);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().position(|byte| is_special(*byte)).map(|place| at + place)
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Whether every backslash starts an escape of RFC 8259, surrogates aside, and no control
/// character stands bare.
fn is_strict(raw: &str) -> bool {
    let mut rest = raw.as_bytes();
    while let Some(at) = first_special(rest) {
        rest = match &rest[at..] {
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', after @ ..] => after,
            _ => return false,
        };
    }
    true
}

/// Whether the text is a number by RFC 8259.
fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|part| digits(part.strip_prefix(['+', '-']).unwrap_or(part)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wardwatch_model::{Field, RawTime, SourceSet};

    fn body(fields: &[Field<'_>]) -> String {
        let mut out = String::new();
        let event = Event {
            fields,
            sources: SourceSet::UNKNOWN,
            time: RawTime::Missing,
            device: Value::Null,
            record: 0,
        };
        write(&event, &mut out);
        out
    }

    /// Whether a backslash that starts an escape is followed by `u`.
    fn has_number_escape(raw: &str) -> bool {
        let mut letters = raw.chars();
        while let Some(letter) = letters.next() {
            if letter == '\\' && letters.next() == Some('u') {
                return true;
            }
        }
        false
    }

    #[test]
    fn repeated_names_become_lists_and_odd_values_texts() {
        let fields = [
            Field { name: "a", value: Value::Text("x\"y") },
            Field { name: "b", value: Value::Number("01") },
            Field { name: "a", value: Value::Escaped(r"c:\\d\q") },
            Field { name: "c", value: Value::Null },
        ];
        assert_eq!(body(&fields), r#"{"a":["x\"y","c:\\d\\q"],"b":"01","c":null}"#);
    }

    proptest! {
        #[test]
        fn special_bytes_are_found_as_one_by_one(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let plainly = bytes.iter().position(|byte| is_special(*byte));
            prop_assert_eq!(first_special(&bytes), plainly);
        }

        #[test]
        fn what_is_strict_is_what_serde_reads(raw in r#"[ -~\n\\"/bfnrt]{0,20}"#) {
            let read = serde_json::from_str::<String>(&format!("\"{raw}\""));
            // Escapes by number are read elsewhere.
            prop_assert_eq!(is_strict(&raw), read.is_ok() && !has_number_escape(&raw));
        }

        #[test]
        fn is_always_json_with_the_same_texts(
            values in prop::collection::vec((any::<String>(), 0u8..4), 0..8),
        ) {
            let fields: Vec<Field<'_>> = values
                .iter()
                .map(|(text, kind)| {
                    let value = match kind {
                        0 => Value::Text(text),
                        1 => Value::Escaped(text),
                        2 => Value::Number(text),
                        _ => Value::Bool(text.is_empty()),
                    };
                    Field { name: text, value }
                })
                .collect();
            let text = body(&fields);
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            // The quick way for names that differ gives what the slow way gives.
            let event = Event {
                fields: &fields,
                sources: SourceSet::UNKNOWN,
                time: RawTime::Missing,
                device: Value::Null,
                record: 0,
            };
            let mut slow = String::from("{");
            with_lists(&event, &mut slow);
            slow.push('}');
            prop_assert_eq!(&text, &slow);
            for field in &fields {
                prop_assert!(json.get(field.name).is_some());
            }
        }
    }
}
