//! What a file is, told by its first bytes and never by its name.

use crate::evtx::{CHUNK_MAGIC, FILE_MAGIC};

/// How many first bytes [`sniff`] wants to see.
pub const SNIFF_BYTES: usize = 64 * 1024;

/// Kind of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Windows event log file, or chunks of one without its header.
    Evtx,
    /// One JSON object a line.
    JsonLines,
    /// JSON objects that span lines, or lists of objects.
    JsonDocuments,
    /// Linux auditd.
    Audit,
    /// Syslog, CEF and other lines of text.
    Lines,
    /// A Windows Error Reporting report.
    Wer,
    /// Text in UTF-16 that has to be decoded before it is looked at again.
    Utf16,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// Nothing in it.
    Empty,
    /// None of these.
    Unknown,
}

/// Tells what content is from its first bytes (up to [`SNIFF_BYTES`]).
pub fn sniff(head: &[u8]) -> Kind {
    if head.starts_with(FILE_MAGIC) || head.starts_with(CHUNK_MAGIC) {
        return Kind::Evtx;
    }
    if head.starts_with(&[0x1f, 0x8b]) {
        return Kind::Gzip;
    }
    if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Kind::Zstd;
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Kind::Utf16;
    }
    let text = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head).trim_ascii_start();
    if text.is_empty() {
        return if head.contains(&0) { Kind::Unknown } else { Kind::Empty };
    }
    match text[0] {
        b'{' => json_kind(text),
        b'[' if text[1..].trim_ascii_start().starts_with(b"{") => Kind::JsonDocuments,
        b'R' if crate::documents::heading(text)
            .is_some_and(|length| text[length..].trim_ascii_start().starts_with(b"{")) =>
        {
            Kind::JsonDocuments
        }
        _ if text.iter().take(4096).any(|byte| *byte == 0) => Kind::Unknown,
        _ => text_kind(text),
    }
}

/// One object a line, unless the first line is not a whole object.
fn json_kind(text: &[u8]) -> Kind {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or(text);
    if line.len() == text.len() || line.trim_ascii_end().ends_with(b"}") {
        Kind::JsonLines
    } else {
        Kind::JsonDocuments
    }
}

fn text_kind(text: &[u8]) -> Kind {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.next().unwrap_or(text);
    let has = |needle: &[u8]| memchr::memmem::find(first, needle).is_some();
    if has(b"msg=audit(") && (first.starts_with(b"type=") || has(b" type=") || has(b"node=")) {
        return Kind::Audit;
    }
    let is_wer = |line: &[u8]| line.starts_with(b"EventType=") || line.starts_with(b"EventTime=");
    if first.starts_with(b"Version=") && lines.take(4).any(is_wer) {
        return Kind::Wer;
    }
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let is_log = lines.by_ref().filter(|line| !line.is_empty()).take(50).any(|line| {
        let line = String::from_utf8_lossy(line.get(..4096).unwrap_or(line));
        crate::cef::recognise(&line) || crate::syslog::recognise(&line)
    });
    if is_log { Kind::Lines } else { Kind::Unknown }
}

/// UTF-16 with a byte order mark to text; whether some of it was not valid.
pub fn decode_utf16(bytes: &[u8]) -> (String, bool) {
    let (text, _, broken) = encoding_rs::UTF_16LE.decode(bytes);
    (text.into_owned(), broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_kind() {
        for (head, kind) in [
            (&b"ElfFile\0rest"[..], Kind::Evtx),
            (b"\x1f\x8b\x08", Kind::Gzip),
            (b"\x28\xb5\x2f\xfd", Kind::Zstd),
            (b"\xef\xbb\xbf{\"a\":1}\n{\"a\":2}\n", Kind::JsonLines),
            (b"{\n  \"a\": 1\n}\n", Kind::JsonDocuments),
            (b" [ {\"a\":1} ]", Kind::JsonDocuments),
            (b"Record 1\n{\n  \"Event\": {}\n}\n", Kind::JsonDocuments),
            (b"type=SYSCALL msg=audit(1.2:3): x=1\n", Kind::Audit),
            (b"node=h type=CWD msg=audit(1.2:3): cwd=\"/\"\n", Kind::Audit),
            (b"<34>1 2026-11-24T03:05:00Z h a - - - m\n", Kind::Lines),
            (b"Version=1\r\nEventType=APPCRASH\r\n", Kind::Wer),
            (b"\xff\xfeV\0", Kind::Utf16),
            (b"# Read me\n\nThis is no log.\n", Kind::Unknown),
            (b"", Kind::Empty),
            (b"\x7fELF\x02\x01\0\0", Kind::Unknown),
            (b"MZ\x90\0\x03\0", Kind::Unknown),
        ] {
            assert_eq!(sniff(head), kind, "{head:?}");
        }
    }
}
