//! JSON that is not one object a line: objects over several lines, lists of them, the envelopes
//! that cloud services put around them, and the headings that `evtx_dump` puts above each.
//!
//! In: a file's text. Out: the text of each object, in order. Never: recursion; the rest of a
//! broken file is reported, what came before it is kept.

use crate::error::RecordError;

/// Names under which exports keep the list of their records.
const ENVELOPES: &[&str] = &["Records", "value", "records", "events", "Events"];

/// The objects of a text. With them, what is wrong where splitting had to stop.
pub fn split(text: &str) -> (Vec<&str>, Option<RecordError>) {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = text.find(['{', '[', 'R']).unwrap_or(text.len());
    if bytes.get(at) == Some(&b'[') {
        at += 1;
    }
    loop {
        while let Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b']') = bytes.get(at) {
            at += 1;
        }
        match bytes.get(at) {
            None => return (found, None),
            Some(b'{') => match end_of(bytes, at) {
                Some(end) => {
                    push(&text[at..end], &mut found);
                    at = end;
                }
                None => return (found, Some(broken(at, "the object has no end"))),
            },
            Some(_) => match heading(&bytes[at..]) {
                Some(length) => at += length,
                None => return (found, Some(broken(at, "an object was expected"))),
            },
        }
    }
}

/// Length of a line `Record 17`, as `evtx_dump` writes above each record.
pub(crate) fn heading(bytes: &[u8]) -> Option<usize> {
    let digits = bytes.strip_prefix(b"Record ")?;
    let end = digits.iter().position(|byte| *byte == b'\n')?;
    let number = digits[..end].trim_ascii_end();
    let is_number = !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    is_number.then_some(b"Record ".len() + end + 1)
}

fn broken(at: usize, reason: &'static str) -> RecordError {
    RecordError::Json { at, reason }
}

/// Adds an object, or what is in it when it is only an envelope.
fn push<'t>(object: &'t str, found: &mut Vec<&'t str>) {
    let inside = object[1..].trim_start();
    for name in ENVELOPES {
        let list = inside
            .strip_prefix('"')
            .and_then(|rest| rest.strip_prefix(name))
            .and_then(|rest| rest.strip_prefix('"'))
            .and_then(|rest| rest.trim_start().strip_prefix(':'))
            .map(str::trim_start)
            .filter(|list| list.starts_with('['));
        if let Some(list) = list {
            let mut at = 1;
            while let Some(next) = list[at..].find(['{', ']']) {
                let start = at + next;
                if list.as_bytes()[start] == b']' {
                    return;
                }
                let Some(end) = end_of(list.as_bytes(), start) else { return };
                found.push(&list[start..end]);
                at = end;
            }
            return;
        }
    }
    found.push(object);
}

/// Where the object that starts at `start` ends.
fn end_of(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut in_string, mut at) = (0usize, false, start);
    while let Some(byte) = bytes.get(at) {
        match (in_string, byte) {
            (true, b'\\') => at += 1,
            (true, b'"') => in_string = false,
            (true, _) => {}
            (false, b'"') => in_string = true,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            (false, _) => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn objects_are_found_in_every_wrapping() {
        for (text, expected) in [
            ("{\n \"a\": \"}\\\"\"\n}\n{\"b\":1}", vec!["{\n \"a\": \"}\\\"\"\n}", "{\"b\":1}"]),
            ("[ {\"a\":[1]} ,\n{\"b\":2}]", vec!["{\"a\":[1]}", "{\"b\":2}"]),
            ("{\"Records\": [{\"a\":1}, {\"b\":2}]}", vec!["{\"a\":1}", "{\"b\":2}"]),
            ("[]", vec![]),
            ("Record 1\r\n{\n\"a\":1}\nRecord 2\n{\"b\":2}\n", vec!["{\n\"a\":1}", "{\"b\":2}"]),
        ] {
            assert_eq!(split(text), (expected, None), "{text}");
        }
        let (found, error) = split("{\"a\":1} {\"b\":");
        assert_eq!(found, ["{\"a\":1}"]);
        assert!(error.is_some());
    }

    proptest! {
        #[test]
        fn never_panics(text in "[{}\\[\\]\",:\\\\a1 é\n]{0,40}|(Record [1é]?\n?[{}a]?){0,9}") {
            split(&text);
        }
    }
}
