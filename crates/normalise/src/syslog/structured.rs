//! The structured data of RFC 5424 (section 6.3): `[id name="value" …]`, any number of times.

use bumpalo::collections::String as BumpString;

use crate::aliases::concat;
use crate::draft::Draft;
use crate::error::RecordError;

/// Adds every parameter as `sd.<id>.<name>`; returns the message behind the data, without its
/// byte order mark. What is not well formed is left in the message.
///
/// # Errors
/// When the event has too many fields.
pub(super) fn push<'b>(text: &'b str, draft: &mut Draft<'b>) -> Result<&'b str, RecordError> {
    let mut rest = match text.strip_prefix('-') {
        Some(rest) => rest,
        None => text,
    };
    while let Some(element) = rest.strip_prefix('[') {
        match push_element(element, draft)? {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    let message = rest.trim_start_matches(' ');
    // rsyslog puts the blank that stood behind the tag in front of the message.
    Ok(message.strip_prefix('\u{feff}').unwrap_or(message).trim_start_matches(' '))
}

/// Adds the parameters of one element, up to its bracket; `None` when it does not end.
fn push_element<'b>(text: &'b str, draft: &mut Draft<'b>) -> Result<Option<&'b str>, RecordError> {
    let Some((id, mut rest)) = text.find([' ', ']']).and_then(|end| text.split_at_checked(end))
    else {
        return Ok(None);
    };
    loop {
        rest = rest.trim_start_matches(' ');
        if let Some(behind) = rest.strip_prefix(']') {
            return Ok(Some(behind));
        }
        let Some((name, tail)) = rest.split_once("=\"") else { return Ok(None) };
        let Some((raw, behind)) = split_value(tail) else { return Ok(None) };
        let name = concat(draft, &["sd.", id, ".", name]);
        let value = unescape(raw, draft);
        draft.push_text(name, value)?;
        rest = behind;
    }
}

/// Splits at the quote that is not escaped.
fn split_value(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some((text.get(..at)?, text.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

/// Takes the backslash from `\"`, `\\` and `\]`; before anything else it stays.
fn unescape<'b>(raw: &'b str, draft: &Draft<'b>) -> &'b str {
    if !raw.contains('\\') {
        return raw;
    }
    let mut out = BumpString::with_capacity_in(raw.len(), draft.arena);
    let mut letters = raw.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        match next {
            Some(plain @ ('"' | '\\' | ']')) if letter == '\\' => {
                letters.next();
                out.push(plain);
            }
            _ => out.push(letter),
        }
    }
    out.into_bump_str()
}
