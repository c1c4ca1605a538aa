//! The fields of an audit record: `name=value` in its four spellings, and hex-encoded values.
//!
//! In: what follows `msg=audit(…):`. Out: pairs, borrowed; decoded text in the arena.
//! Format: audit-userspace `auparse/ellist.c` (pairs) and `auparse/typetab.h` (encoded names).

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

/// What auditd puts between a record and its enriched part.
const ENRICHED: char = '\u{1d}';

/// A value as it is spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Raw<'a> {
    /// `"text"`: never encoded.
    Quoted(&'a str),
    /// `'…'` or `{ … }`: pairs within.
    Group(&'a str),
    /// Up to the next blank: plain, or hex-encoded where [`is_encoded`] says so.
    Bare(&'a str),
}

/// The pairs of a record, in order. Words without `=`, as in AVC records, are passed over.
pub(super) struct Pairs<'a> {
    rest: &'a str,
}

impl<'a> Pairs<'a> {
    pub(super) fn of(body: &'a str) -> Self {
        Pairs { rest: body }
    }

    /// The value at the front of `tail`, and what follows it.
    fn value(tail: &'a str) -> (Raw<'a>, &'a str) {
        if let Some(inside) = tail.strip_prefix('"') {
            let (text, rest) = inside.split_once('"').unwrap_or((inside, ""));
            return (Raw::Quoted(text), rest);
        }
        if let Some(inside) = tail.strip_prefix('\'') {
            let limit = inside.find(ENRICHED).unwrap_or(inside.len());
            let (part, rest) = inside.split_at_checked(limit).unwrap_or((inside, ""));
            // The last quote ends it, because quoted text may hold one.
            return (Raw::Group(part.rsplit_once('\'').map_or(part, |(text, _)| text)), rest);
        }
        if let Some(inside) = tail.strip_prefix('{') {
            let (text, rest) = inside.split_once('}').unwrap_or((inside, ""));
            return (Raw::Group(text), rest);
        }
        let end = tail.find([' ', ENRICHED]).unwrap_or(tail.len());
        let (word, rest) = tail.split_at_checked(end).unwrap_or((tail, ""));
        let word = word.trim_end_matches(',');
        let unopened = word.ends_with(')') && !word.contains('(');
        (Raw::Bare(if unopened { word.trim_end_matches(')') } else { word }), rest)
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, Raw<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let text = self.rest.trim_start_matches([' ', ',', '(', ENRICHED]);
            let at = text.find(['=', ' ', ENRICHED])?;
            let (name, tail) = text.split_at_checked(at)?;
            let Some(tail) = tail.strip_prefix('=') else {
                self.rest = tail;
                continue;
            };
            let (raw, rest) = Pairs::value(tail);
            self.rest = rest;
            if !name.is_empty() {
                return Some((name, raw));
            }
        }
    }
}

/// Whether the audit format hex-encodes this field's value when it holds blanks, quotes or
/// control characters.
pub(super) fn is_encoded(name: &str) -> bool {
    matches!(
        name,
        "acct"
            | "apparmor"
            | "cgroup"
            | "cmd"
            | "comm"
            | "cwd"
            | "data"
            | "denied_mask"
            | "device"
            | "dir"
            | "exe"
            | "file"
            | "grp"
            | "info"
            | "invalid_context"
            | "key"
            | "name"
            | "new-chardev"
            | "new-disk"
            | "new-fs"
            | "new-net"
            | "new-rng"
            | "new_group"
            | "ocomm"
            | "old-chardev"
            | "old-disk"
            | "old-fs"
            | "old-net"
            | "old-rng"
            | "operation"
            | "path"
            | "proctitle"
            | "profile"
            | "requested_mask"
            | "root_dir"
            | "sw"
            | "vm"
            | "watch"
    )
}

/// Bytes of hexadecimal digits as the kernel writes them: pairs, in capitals.
pub(super) fn bytes_of<'b>(arena: &'b Bump, digits: &str) -> Option<BumpVec<'b, u8>> {
    let nibble = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let mut out = BumpVec::with_capacity_in(digits.len() / 2, arena);
    for pair in digits.as_bytes().chunks_exact(2) {
        let [high, low] = pair else { return None };
        out.push(nibble(*high)? << 4 | nibble(*low)?);
    }
    Some(out)
}

/// Text of hexadecimal digits; `None` when they are none. Bytes that are not UTF-8 become
/// U+FFFD.
pub(super) fn unhex<'b>(arena: &'b Bump, digits: &str) -> Option<&'b str> {
    let bytes = bytes_of(arena, digits)?.into_bump_slice();
    Some(match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => arena.alloc_str(&String::from_utf8_lossy(bytes)),
    })
}

/// A command line whose words are divided by NUL, with blanks for them.
pub(super) fn blanks_for_nul<'b>(arena: &'b Bump, text: &'b str) -> &'b str {
    let text = text.trim_end_matches('\0');
    if text.contains('\0') { arena.alloc_str(&text.replace('\0', " ")) } else { text }
}
