//! ArcSight's Common Event Format, as firewalls and other appliances send it.
//!
//! In: a record from its `CEF:` on. Out: an event with the header's fields and every extension
//! under its native name; custom extensions also under the name that their label gives.
//! Never: a date without its year taken for a time.
//! Format: "Micro Focus Security ArcSight Common Event Format", version 25.

use bumpalo::collections::String as BumpString;
use wardwatch_model::{RawTime, Value};

use crate::aliases;
use crate::draft::Draft;
use crate::error::RecordError;
use crate::sources_network::NetworkSources;
use crate::syslog::stamp;

/// What the extension that names a custom extension ends with, as in `cs1Label`.
const LABEL: &str = "Label";

/// What FortiGate puts before its own names.
const FORTIGATE_PREFIX: &str = "FTNTFGT";

/// The header's fields behind the version.
const HEADER: [&str; 6] =
    ["DeviceVendor", "DeviceProduct", "DeviceVersion", "SignatureId", "Name", "Severity"];

/// Whether the text is a CEF record.
pub fn recognise(text: &str) -> bool {
    text.starts_with("CEF:")
}

/// Makes an event of a CEF record. Time and device that a syslog header has given the draft
/// stay where the record itself names none.
///
/// # Errors
/// When the header is not complete, or the record has too many fields.
pub fn normalise<'b>(
    record: &'b str,
    draft: &mut Draft<'b>,
    sources: &NetworkSources,
) -> Result<(), RecordError> {
    let broken = |reason| RecordError::Format { format: "CEF", reason };
    let rest = record.strip_prefix("CEF:").ok_or(broken("does not start with CEF:"))?;
    let (_, mut rest) = split_header(rest).ok_or(broken("no version"))?;
    let mut header = [""; 6];
    for (at, (name, slot)) in HEADER.iter().zip(&mut header).enumerate() {
        let last = at + 1 == HEADER.len();
        let (raw, behind) = match split_header(rest) {
            Some(split) => split,
            None if last => (rest, ""),
            None => return Err(broken("fewer than seven header fields")),
        };
        *slot = unescape(raw, false, draft);
        draft.push_text(name, slot)?;
        rest = behind;
    }
    let first = draft.fields.len();
    push_extensions(rest, draft)?;
    push_labelled(first, draft)?;
    let [vendor, product, _, signature, name, _] = header;
    conclude(draft)?;
    let connection = draft.get("src").is_some() && draft.get("dst").is_some();
    // Palo Alto puts the kind of log where others put the event's name.
    let kind = if vendor.starts_with("Palo") && name.is_empty() { signature } else { name };
    draft.sources = sources.cef(vendor, product, kind, connection);
    Ok(())
}

/// Splits at the first bar that is not escaped.
fn split_header(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'|' => return Some((text.get(..at)?, text.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

/// Adds the extensions. A value runs up to the word before the next `=`, because values hold
/// blanks and are not quoted.
fn push_extensions<'b>(text: &'b str, draft: &mut Draft<'b>) -> Result<(), RecordError> {
    let text = text.trim_end();
    let Some(mut equals) = next_equals(text, 0) else { return Ok(()) };
    let mut name = text.get(..equals.at).unwrap_or_default().trim();
    loop {
        let start = equals.at + 1;
        let next = next_equals(text, start);
        let end = next.as_ref().map_or(text.len(), |next| next.name_at);
        let raw = text.get(start..end).unwrap_or_default();
        // Blanks in front belong to the value; the one behind divides it from the next name.
        let raw = raw.trim_end();
        if !name.is_empty() {
            let value = unescape(raw, true, draft);
            draft.push(name, aliases::number_or_text(value))?;
        }
        let Some(next) = next else { return Ok(()) };
        name = text.get(next.name_at..next.at).unwrap_or_default();
        equals = next;
    }
}

/// Where a name and its `=` stand.
struct Equals {
    name_at: usize,
    at: usize,
}

/// The next `=` from `from` on that is not escaped and has a name before it.
fn next_equals(text: &str, from: usize) -> Option<Equals> {
    let bytes = text.as_bytes();
    let mut name_at = Some(from);
    let mut escaped = false;
    for (offset, byte) in bytes.get(from..)?.iter().enumerate() {
        let at = from + offset;
        match *byte {
            _ if escaped => (escaped, name_at) = (false, None),
            b'\\' => (escaped, name_at) = (true, None),
            b' ' => name_at = Some(at + 1),
            b'=' => match name_at {
                // At the very start of a value a name can not stand: the value would be lost.
                Some(name_at) if name_at < at && (name_at > from || from == 0) => {
                    return Some(Equals { name_at, at });
                }
                _ => name_at = None,
            },
            byte if byte.is_ascii_alphanumeric() || b"_.-[]".contains(&byte) => {}
            _ => name_at = None,
        }
    }
    None
}

/// Takes the escapes from a header field (`\|`, `\\`) or an extension (also `\=`, `\n`, `\r`).
fn unescape<'b>(raw: &'b str, extension: bool, draft: &Draft<'b>) -> &'b str {
    if !raw.contains('\\') {
        return raw;
    }
    let mut out = BumpString::with_capacity_in(raw.len(), draft.arena);
    let mut letters = raw.chars().peekable();
    while let Some(letter) = letters.next() {
        let plain = match letters.peek() {
            Some(next @ ('|' | '\\')) if letter == '\\' => Some(*next),
            Some('=') if letter == '\\' && extension => Some('='),
            Some('n') if letter == '\\' && extension => Some('\n'),
            Some('r') if letter == '\\' && extension => Some('\r'),
            _ => None,
        };
        if plain.is_some() {
            letters.next();
        }
        out.push(plain.unwrap_or(letter));
    }
    out.into_bump_str()
}

/// Adds `cs1` under the name in `cs1Label`, without its blanks; and FortiGate's own names
/// without their prefix.
fn push_labelled<'b>(first: usize, draft: &mut Draft<'b>) -> Result<(), RecordError> {
    for index in first..draft.fields.len() {
        let Some(field) = draft.fields.get(index).copied() else { break };
        if let Some(name) = field.name.strip_prefix(FORTIGATE_PREFIX)
            && !name.is_empty()
        {
            draft.push(name, field.value)?;
        }
        let Some(labelled) = field.name.strip_suffix(LABEL) else { continue };
        let label = aliases::text_of(draft, field.value);
        let value = draft.fields.iter().skip(first).find(|other| other.name == labelled);
        if let Some(value) = value.map(|other| other.value) {
            let name = without_blanks(label, draft);
            if !name.is_empty() {
                draft.push(name, value)?;
            }
        }
    }
    Ok(())
}

fn without_blanks<'b>(text: &'b str, draft: &Draft<'b>) -> &'b str {
    if !text.contains(' ') {
        return text;
    }
    let mut out = BumpString::with_capacity_in(text.len(), draft.arena);
    out.extend(text.chars().filter(|letter| *letter != ' '));
    out.into_bump_str()
}

/// Sets device and time, and adds the names of Sigma's firewall category.
fn conclude(draft: &mut Draft<'_>) -> Result<(), RecordError> {
    for (alias, name) in [
        ("src_ip", "src"),
        ("dst_ip", "dst"),
        ("src_port", "spt"),
        ("dst_port", "dpt"),
        ("action", "act"),
    ] {
        draft.alias(alias, name)?;
    }
    if let Some(host) = draft.get("dvchost").or_else(|| draft.get("deviceHostName")) {
        draft.device = host;
    }
    if draft.device.is_null()
        && let Some(address) = draft.get("dvc")
    {
        draft.device = address;
    }
    let time = ["rt", "end", "start"].into_iter().find_map(|name| time(draft.get(name)?));
    draft.time = time.unwrap_or(draft.time);
    Ok(())
}

/// A time as milliseconds since 1970, in ISO 8601, or as `Nov 24 2026 03:05:01`.
fn time(value: Value<'_>) -> Option<RawTime<'_>> {
    match value {
        Value::Number(_) => Some(RawTime::Written(value)),
        Value::Text(text) if stamp::iso(text).is_some() => Some(RawTime::Written(value)),
        Value::Text(text) => stamp::rfc3164(text, None).map(|(time, _)| RawTime::Known(time)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
