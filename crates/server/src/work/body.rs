//! An event as one flat JSON object: what the lake keeps.
//!
//! In: an event. Out: its fields under their native names, in order; a name that stands several
//! times becomes a list. Strings that are still JSON are copied as they are. Never: a field lost.

use std::collections::HashMap;

use wardwatch_model::{Event, Value};

/// Appends the event to `out`.
pub fn write(event: &Event<'_>, out: &mut String) {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, field) in event.fields.iter().enumerate() {
        places.entry(field.name).or_default().push(at);
    }
    out.push('{');
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
    out.push('}');
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
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1f => {
                out.push_str(&text[from..at]);
                out.push_str(&format!("\\u{byte:04x}"));
                from = at + 1;
                continue;
            }
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(escape);
        from = at + 1;
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// Whether every backslash starts an escape of RFC 8259, surrogates aside, and no control
/// character stands bare.
fn is_strict(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'\\', Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')) => at += 2,
            (b'\\' | b'"' | 0..=0x1f, _) => return false,
            _ => at += 1,
        }
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
            let json: serde_json::Value = serde_json::from_str(&body(&fields)).unwrap();
            for field in &fields {
                prop_assert!(json.get(field.name).is_some());
            }
        }
    }
}
