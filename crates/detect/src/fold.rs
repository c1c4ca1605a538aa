//! Case folding: one copy of a value in lower case, made once and shared by all predicates.
//!
//! ASCII is folded byte by byte; text with other characters by Unicode's rules, as rules' own
//! literals are. In: a value. Out: folded text in a buffer that is used again. Never: allocation
//! once the buffer has grown.

use wardwatch_model::Value;
use wardwatch_model::value::{unescape_bytes_into, unescape_lower_into};

/// Lower case as rules' literals and events' values are both folded.
pub fn fold_literal(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}

/// A buffer that is reused from value to value.
#[derive(Debug, Default)]
pub struct FoldBuffer {
    folded: Vec<u8>,
}

impl FoldBuffer {
    /// The bytes of the value's text in lower case; `None` for null.
    #[inline]
    pub fn fold(&mut self, value: Value<'_>) -> Option<&[u8]> {
        match value {
            Value::Text(text) | Value::Number(text) => {
                self.folded.clear();
                self.folded.extend_from_slice(text.as_bytes());
                self.fold_in_place();
            }
            Value::Escaped(raw) => {
                unescape_lower_into(raw, &mut self.folded);
                if !self.folded.is_ascii() {
                    unescape_bytes_into(raw, &mut self.folded);
                    self.fold_in_place();
                }
            }
            Value::Bool(true) => return Some(b"true"),
            Value::Bool(false) => return Some(b"false"),
            Value::Null => return None,
        }
        Some(&self.folded)
    }

    /// The buffer itself, as working memory.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.folded
    }

    fn fold_in_place(&mut self) {
        if !self.folded.is_ascii() {
            let text = String::from_utf8_lossy(&self.folded);
            // Most signs beyond ASCII, such as the (R) of a product's name, have no case.
            let has_case = |c: char| !c.is_ascii() && !c.to_lowercase().eq(std::iter::once(c));
            if text.chars().any(has_case) {
                self.folded = text.to_lowercase().into_bytes();
                return;
            }
        }
        self.folded.make_ascii_lowercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn folds_as_literals_fold(text in any::<String>()) {
            let mut buffer = FoldBuffer::default();
            let quoted = serde_json::to_string(&text).unwrap();
            let folded = buffer.fold(Value::Escaped(&quoted[1..quoted.len() - 1])).unwrap().to_owned();
            let literal = fold_literal(&text);
            prop_assert_eq!(&folded[..], literal.as_bytes());
            prop_assert_eq!(buffer.fold(Value::Text(&text)).unwrap(), &folded[..]);
        }
    }
}
