//! A field's value, borrowed from the record and decoded only when somebody looks at it.

use std::borrow::Cow;

/// One scalar value of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Text that needs no decoding.
    Text(&'a str),
    /// The inside of a JSON string that holds at least one backslash escape.
    Escaped(&'a str),
    /// A number as written.
    Number(&'a str),
    /// A truth value.
    Bool(bool),
    /// Explicitly nothing.
    Null,
}

impl<'a> Value<'a> {
    /// The value as text: numbers as written, booleans as `true` and `false`, null as nothing.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Value::Text(text) | Value::Number(text) => Cow::Borrowed(text),
            Value::Escaped(raw) => {
                let mut bytes = Vec::new();
                unescape_bytes_into(raw, &mut bytes);
                Cow::Owned(text_of(bytes))
            }
            Value::Bool(true) => Cow::Borrowed("true"),
            Value::Bool(false) => Cow::Borrowed("false"),
            Value::Null => Cow::Borrowed(""),
        }
    }

    /// True for a JSON string (what field-less keywords look at).
    pub fn is_string(self) -> bool {
        matches!(self, Value::Text(_) | Value::Escaped(_))
    }

    /// True for null.
    pub fn is_null(self) -> bool {
        matches!(self, Value::Null)
    }
}

/// Decodes the inside of a JSON string (RFC 8259 section 7) and appends it to `out`.
///
/// A lone surrogate becomes U+FFFD; a backslash before anything but an escape letter is kept as
/// it stands, so that nothing of an odd record is lost.
pub fn unescape_into(raw: &str, out: &mut String) {
    let mut bytes = Vec::new();
    unescape_bytes_into(raw, &mut bytes);
    out.push_str(&text_of(bytes));
}

/// Decoded bytes as text, checked once and not copied: they are UTF-8.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// As [`unescape_into`], into a buffer of bytes that is emptied first; what it then holds is
/// UTF-8.
pub fn unescape_bytes_into(raw: &str, out: &mut Vec<u8>) {
    decode(raw, out, |word| word);
}

/// As [`unescape_bytes_into`], with ASCII letters in lower case.
pub fn unescape_lower_into(raw: &str, out: &mut Vec<u8>) {
    decode(raw, out, lower);
}

/// Bytes handled at once.
const WORD: usize = 8;

/// Decodes word by word; `change` is applied to what is copied (never to what escapes stand for,
/// which has no letters but in `\u`).
#[inline(always)]
fn decode(raw: &str, out: &mut Vec<u8>, change: impl Fn(u64) -> u64) {
    let bytes = raw.as_bytes();
    // Whole words are copied and the surplus overwritten, so there must be room behind.
    out.clear();
    out.resize(bytes.len() + 2 * WORD, 0);
    let (mut from, mut to) = (0, 0);
    while let Some(word) = bytes.get(from..).and_then(|rest| rest.first_chunk::<WORD>()) {
        let word = u64::from_le_bytes(*word);
        out[to..to + WORD].copy_from_slice(&change(word).to_le_bytes());
        let plain = before_backslash(word);
        let next = bytes.get(from + plain + 1).copied().unwrap_or(0);
        if plain == WORD || next == b'\\' {
            // A pair of backslashes: the copied first one stands for both. No branch between
            // these two cases, since neither is rare.
            let pair = usize::from(plain < WORD);
            from += plain + 2 * pair;
            to += plain + pair;
        } else {
            to += plain;
            from += plain + 1 + unescape_one(&bytes[from + plain + 1..], out, &mut to, &change);
        }
    }
    while from < bytes.len() {
        let byte = bytes[from];
        from += 1;
        if byte == b'\\' {
            from += unescape_one(&bytes[from..], out, &mut to, &change);
        } else {
            out[to] = change(u64::from(byte)).to_le_bytes()[0];
            to += 1;
        }
    }
    out.truncate(to);
}

/// How many bytes of a word stand before its first backslash, 8 when it has none ("determine if a
/// word has a byte equal to n", Sean Anderson's bit hacks, public domain).
#[inline]
fn before_backslash(word: u64) -> usize {
    let differs = word ^ 0x5c5c_5c5c_5c5c_5c5c;
    let found = differs.wrapping_sub(0x0101_0101_0101_0101) & !differs & 0x8080_8080_8080_8080;
    found.trailing_zeros() as usize / 8
}

/// The ASCII letters of a word in lower case; other bytes as they are.
#[inline]
fn lower(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let seven = word & (0x7f * EACH);
    let from_a = seven + (0x80 - u64::from(b'A')) * EACH;
    let above_z = seven + (0x7f - u64::from(b'Z')) * EACH;
    let is_upper = (from_a & !above_z) & !word & (0x80 * EACH);
    word | is_upper >> 2
}

/// Decodes the escape whose backslash stands before `tail`, writing at `to`; returns how many
/// bytes of `tail` it took.
fn unescape_one(
    tail: &[u8],
    out: &mut [u8],
    to: &mut usize,
    change: &impl Fn(u64) -> u64,
) -> usize {
    let plain = match tail.first() {
        Some(letter @ (b'"' | b'\\' | b'/')) => *letter,
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'u') => {
            // Six bytes of text become at most four, twelve at most four.
            let mut decoded = Vec::with_capacity(4);
            let taken = unescape_unicode(&tail[1..], &mut decoded);
            for byte in decoded {
                out[*to] = change(u64::from(byte)).to_le_bytes()[0];
                *to += 1;
            }
            return 1 + taken;
        }
        _ => {
            out[*to] = b'\\';
            *to += 1;
            return 0;
        }
    };
    out[*to] = plain;
    *to += 1;
    1
}

/// Decodes what follows `\u`, joining surrogate pairs; returns how many bytes it took.
fn unescape_unicode(tail: &[u8], out: &mut Vec<u8>) -> usize {
    let mut push = |c: char| out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    let Some(first) = hex(tail) else {
        out.extend_from_slice(b"\\u");
        return 0;
    };
    if let Some(plain) = char::from_u32(first) {
        push(plain);
        return 4;
    }
    if (0xd800..0xdc00).contains(&first)
        && let Some(low) = tail.get(4..).and_then(|rest| rest.strip_prefix(b"\\u")).and_then(hex)
        && (0xdc00..0xe000).contains(&low)
        && let Some(joined) = char::from_u32(0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00))
    {
        push(joined);
        return 10;
    }
    push(char::REPLACEMENT_CHARACTER);
    4
}

/// Four hexadecimal digits.
fn hex(text: &[u8]) -> Option<u32> {
    text.first_chunk::<4>()?
        .iter()
        .try_fold(0, |sum, digit| Some(sum << 4 | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(raw: &str) -> String {
        let mut out = String::new();
        unescape_into(raw, &mut out);
        out
    }

    #[test]
    fn escapes_decode_and_odd_ones_are_kept() {
        assert_eq!(decoded(r"C:\\Windows\\cmd.exe"), r"C:\Windows\cmd.exe");
        assert_eq!(decoded(r#"a\"b\n\u0041\ud83d\ude00"#), "a\"b\nA😀");
        assert_eq!(decoded(r"\ud83d x"), "\u{fffd} x");
        assert_eq!(decoded(r"\q \u12 end\"), r"\q \u12 end\");
    }

    proptest! {
        #[test]
        fn lower_case_is_that_of_the_decoded_text(text in any::<String>()) {
            let quoted = serde_json::to_string(&text).unwrap();
            let mut found = Vec::new();
            unescape_lower_into(&quoted[1..quoted.len() - 1], &mut found);
            prop_assert_eq!(found, text.to_ascii_lowercase().into_bytes());
        }

        #[test]
        fn agrees_with_serde_json(text in any::<String>()) {
            let quoted = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(decoded(&quoted[1..quoted.len() - 1]), text);
        }

        #[test]
        fn never_panics(raw in r#"[\\\\unaA0-9d-f\"é]{0,40}"#) {
            decoded(&raw);
            unescape_lower_into(&raw, &mut Vec::new());
        }
    }
}
