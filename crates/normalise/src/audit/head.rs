//! The front of an audit record: node, type, time and serial.
//!
//! In: a line, bare or wrapped by syslog. Out: its parts, borrowed. Never: a look at the fields.

use memchr::memmem;

/// What stands before the identity of a record.
const MARK: &[u8] = b"msg=audit(";

/// An audit record, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// What stands before the record: a syslog header, or nothing.
    pub wrapper: &'a str,
    /// The node's name, or nothing.
    pub node: &'a str,
    /// The record's type, such as `EXECVE`.
    pub kind: &'a str,
    /// Time and serial, such as `1364481363.243:24287`.
    pub id: &'a str,
    /// The fields.
    pub body: &'a str,
}

/// Takes a line apart; `None` when it holds no audit record.
pub(super) fn parse(line: &str) -> Option<Head<'_>> {
    let at = memmem::find(line.as_bytes(), MARK)?;
    let (before, rest) = (line.get(..at)?, line.get(at + MARK.len()..)?);
    let (id, body) = rest.split_once(')')?;
    if !is_id(id.as_bytes()) {
        return None;
    }
    let type_at = before.rfind("type=")?;
    let kind = before.get(type_at + "type=".len()..)?.trim_end();
    if kind.is_empty() || kind.contains(' ') || !at_word(before, type_at) {
        return None;
    }
    let front = before.get(..type_at)?;
    let (wrapper, node) = match front.rfind("node=") {
        Some(node_at) if at_word(front, node_at) => {
            (front.get(..node_at)?, front.get(node_at + "node=".len()..)?.trim())
        }
        _ => (front, ""),
    };
    let body = body.strip_prefix(':').unwrap_or(body);
    Some(Head { wrapper: wrapper.trim_end(), node, kind, id, body })
}

/// What records of one event have in common: the bytes of node, and of time and serial.
pub(super) fn key(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memmem::find(line, MARK)?;
    let rest = line.get(at + MARK.len()..)?;
    let id = rest.get(..memchr::memchr(b')', rest)?)?;
    let before = line.get(..at)?;
    let type_at = memmem::rfind(before, b"type=")?;
    let front = before.get(..type_at)?;
    let node = memmem::rfind(front, b"node=").and_then(|at| front.get(at..)).unwrap_or_default();
    is_id(id).then_some((node, id))
}

/// Whether `at` in `text` is where a word starts.
fn at_word(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes().get(at - 1) == Some(&b' ')
}

/// `seconds.milliseconds:serial`.
fn is_id(id: &[u8]) -> bool {
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let mut halves = id.splitn(2, |byte| *byte == b':');
    let (stamp, serial) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
    digits(serial) && stamp.splitn(2, |byte| *byte == b'.').all(digits)
}
