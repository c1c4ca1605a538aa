//! Long values that cannot hold any of a field's literals, told without decoding them.
//!
//! Each literal contains a run of four bytes that a JSON encoder writes as it is. Where none of
//! these runs stands in the raw value, no literal stands in the decoded one. In: a value as it is
//! in the record. Out: "cannot match", or nothing known. Never: a wrong "cannot match"; a value
//! with `\u` escapes is not judged.

use aho_corasick::packed::{Config, MatchKind, Searcher};
use memchr::memmem;
use wardwatch_model::{Event, Value};

use super::weight::gram_weight;
use crate::predicate::Place;

/// Values shorter than this are looked at directly.
const MIN_BYTES: usize = 64;
/// More runs than this are not searched for at once by vector instructions.
pub(crate) const MAX_RUNS: usize = 64;
/// More literals at the ends than this are not compared one by one.
const MAX_ENDS: usize = 8;
/// A decoded character takes at most six bytes of JSON.
const MAX_GROWTH: usize = 6;

/// A field's prefilter.
#[derive(Debug)]
pub(crate) struct Prefilter {
    searcher: Searcher,
    /// Literals at the ends that contain no fitting run, as JSON writes them.
    ends: Vec<(Place, String)>,
}

impl Prefilter {
    /// For a field's literals; `None` when one of them has no fitting run, or there are too many.
    pub fn new<'l>(literals: impl Iterator<Item = (&'l str, Place)>) -> Option<Self> {
        let mut runs: Vec<&[u8]> = Vec::new();
        let mut ends = Vec::new();
        for (literal, place) in literals {
            if place == Place::Whole && literal.len() < MIN_BYTES / MAX_GROWTH {
                continue;
            }
            let plain = |run: &&[u8]| {
                run.iter().all(|byte| byte.is_ascii_graphic() && !b"\"\\/".contains(byte))
            };
            let windows = || literal.as_bytes().windows(4).filter(plain);
            if windows().any(|run| runs.contains(&run)) {
                continue;
            }
            match windows().min_by_key(|run| gram_weight(run)) {
                Some(run) => runs.push(run),
                None if matches!(place, Place::Start | Place::End) => {
                    ends.push((place, escaped(literal)?));
                }
                None => return None,
            }
        }
        if ends.len() > MAX_ENDS || runs.is_empty() || runs.len() > MAX_RUNS {
            return None;
        }
        let mut builder = Config::new().match_kind(MatchKind::LeftmostFirst).builder();
        builder.extend(runs);
        builder.build().map(|searcher| Prefilter { searcher, ends })
    }

    /// Whether none of the literals can stand in the value. `buffer` is working memory.
    pub fn rules_out(&self, value: Value<'_>, buffer: &mut Vec<u8>) -> bool {
        let raw = match value {
            Value::Text(raw) | Value::Escaped(raw) if raw.len() >= MIN_BYTES => raw.as_bytes(),
            _ => return false,
        };
        buffer.clear();
        buffer.extend_from_slice(raw);
        if !is_judged(buffer, matches!(value, Value::Escaped(_))) {
            return false;
        }
        buffer.make_ascii_lowercase();
        let at_end = self.ends.iter().any(|(place, literal)| match place {
            Place::Start => buffer.starts_with(literal.as_bytes()),
            _ => buffer.ends_with(literal.as_bytes()),
        });
        !at_end && self.searcher.find(&*buffer).is_none()
    }

    /// Whether none of the literals can stand in any text of the event: all of its texts are
    /// searched at once. Only for literals that may stand anywhere.
    pub fn rules_out_event(&self, event: &Event<'_>, buffer: &mut Vec<u8>) -> bool {
        buffer.clear();
        let mut escaped = false;
        for field in event.fields {
            if let Value::Text(raw) | Value::Escaped(raw) = field.value {
                escaped |= matches!(field.value, Value::Escaped(_));
                buffer.extend_from_slice(raw.as_bytes());
                buffer.push(0);
            }
        }
        if !self.ends.is_empty() || buffer.len() < MIN_BYTES || !is_judged(buffer, escaped) {
            return false;
        }
        buffer.make_ascii_lowercase();
        self.searcher.find(&*buffer).is_none()
    }
}

/// Whether ASCII in the decoded and folded text also stands in the raw text: not where it may be
/// written as `\u` escapes, and not beside the two letters whose lower case is ASCII (U+212A, the
/// Kelvin sign, and U+0130, the dotted capital I).
fn is_judged(raw: &[u8], escaped: bool) -> bool {
    let folds_to_ascii = !raw.is_ascii()
        && (memmem::find(raw, "\u{212a}".as_bytes()).is_some()
            || memmem::find(raw, "\u{130}".as_bytes()).is_some());
    let hides_ascii = escaped && has_unicode_escape(raw);
    !folds_to_ascii && !hides_ascii
}

/// A literal as every JSON encoder writes it; `None` where encoders differ.
fn escaped(literal: &str) -> Option<String> {
    let mut text = String::new();
    for c in literal.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            ' '..='~' if c != '/' => text.push(c),
            _ => return None,
        }
    }
    Some(text)
}

/// Whether a `\u` in the raw text is an escape, and not a backslash pair before a `u`.
fn has_unicode_escape(raw: &[u8]) -> bool {
    memmem::find_iter(raw, b"\\u")
        .any(|at| raw[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_escape_is_told_from_a_path() {
        assert!(has_unicode_escape(br"C:\\Program\u0026"));
        assert!(!has_unicode_escape(br"C:\\users\\u"));
        assert!(has_unicode_escape(br"C:\\\u0041"));
    }

    proptest! {
        #[test]
        fn never_rules_out_an_end(
            literal in "[ab.\\\\\"]{1,3}",
            before in "[abcdABCD.\\\\\" \nKİ®]{60,70}",
        ) {
            let text = format!("{before}{literal}");
            let quoted = serde_json::to_string(&text).unwrap();
            let literals = [(&*literal, Place::End), ("zzzz", Place::Anywhere)];
            if let Some(filter) = Prefilter::new(literals.into_iter()) {
                let raw = Value::Escaped(&quoted[1..quoted.len() - 1]);
                prop_assert!(!filter.rules_out(raw, &mut Vec::new()));
            }
        }

        #[test]
        fn never_rules_out_what_is_there(
            literal in "[abcd.\\\\\"]{4,9}",
            before in "[abcdABCD.\\\\\" \nKİ®]{40,60}",
            after in "[abcd.\\\\\" \n]{30,40}",
        ) {
            let text = format!("{before}{}{after}", literal.to_uppercase());
            let quoted = serde_json::to_string(&text).unwrap();
            if let Some(filter) = Prefilter::new([(&*literal, Place::Anywhere)].into_iter()) {
                let raw = Value::Escaped(&quoted[1..quoted.len() - 1]);
                prop_assert!(!filter.rules_out(raw, &mut Vec::new()));
                prop_assert!(!filter.rules_out(Value::Text(&text), &mut Vec::new()));
            }
        }
    }
}
