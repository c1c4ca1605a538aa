//! One spelling for each kind of value.
//!
//! In: a value's text. Out: the text as columns hold it; none where it is no such value.

use std::net::IpAddr;

use crate::value::Value;

/// Longest name of the domain name system.
const LONGEST_DOMAIN: usize = 253;

/// Whether a value says anything: Windows writes `-` for nothing.
pub(super) fn is_there(value: Value<'_>) -> bool {
    match value {
        Value::Null => false,
        Value::Text(text) | Value::Number(text) | Value::Escaped(text) => {
            !matches!(text.trim(), "" | "-" | "(null)" | "(empty)")
        }
        Value::Bool(_) => true,
    }
}

/// About how many bytes a value's text takes in a column.
pub(super) fn length(value: Value<'_>) -> usize {
    match value {
        Value::Text(text) | Value::Number(text) | Value::Escaped(text) => {
            text.len().min(super::LONGEST)
        }
        Value::Bool(_) | Value::Null => 5,
    }
}

/// A bare hash of so many hexadecimal digits, in lower case.
pub(super) fn hash(text: &str, digits: usize) -> Option<String> {
    let fits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase())
}

/// A kind of hash in a list such as `MD5=…,SHA256=…`, or alone.
pub(super) fn hash_in(text: &str, kind: &str) -> Option<String> {
    let digits = if kind == "sha256" { 64 } else { 32 };
    text.split([',', ';', ' ']).find_map(|part| match part.split_once(['=', ':']) {
        Some((name, value)) if name.eq_ignore_ascii_case(kind) => hash(value, digits),
        // A bare value of 32 digits may be of another kind, of 64 hardly.
        None if kind == "sha256" => hash(part, digits),
        _ => None,
    })
}

/// An address in its canonical form, without a zone.
pub(super) fn address(text: &str) -> Option<String> {
    let bare = text.split('%').next().unwrap_or_default().trim_matches(['[', ']']);
    let address = bare.parse::<IpAddr>().ok()?;
    Some(address.to_canonical().to_string())
}

/// A domain name in lower case without its last dot.
pub(super) fn domain(text: &str) -> Option<String> {
    let name = text.trim_end_matches('.');
    let fits = !name.is_empty()
        && name.len() <= LONGEST_DOMAIN
        && !name.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    fits.then(|| name.to_lowercase())
}
