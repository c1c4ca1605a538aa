//! Bytes of a report to text, whatever wrote it: Windows' tools write UTF-16, OEM code pages, or
//! one after the other into one file.
//!
//! In: bytes. Out: text; nothing that a parser needs depends on the code page being guessed right.
//! Never: an error for a wrong guess, only for what is no text at all.

use super::codepage;
use super::error::InventoryError;

/// Bytes that are looked at to tell what they are.
const SAMPLE_BYTES: usize = 64 << 10;
/// So many plain bytes in a row cannot be UTF-16.
const PLAIN_RUN: usize = 16;

/// Decodes a whole report.
pub(super) fn text(content: &[u8]) -> Result<String, InventoryError> {
    if content.starts_with(b"regf") {
        return Err(InventoryError::Hive);
    }
    let text = match content {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xFF, 0xFE, rest @ ..] => realigned(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => without_mark(content)?,
    };
    let text = text.replace('\0', "");
    if is_binary(&text) {
        return Err(InventoryError::Binary);
    }
    match text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}') {
        "" => Err(InventoryError::Empty),
        trimmed if trimmed.len() == text.len() => Ok(text),
        _ => Ok(text.trim_start_matches('\u{feff}').to_owned()),
    }
}

fn without_mark(content: &[u8]) -> Result<String, InventoryError> {
    let sample = &content[..content.len().min(SAMPLE_BYTES)];
    let noughts = |rest: usize| sample.iter().skip(rest).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (noughts(0), noughts(1));
    if even + odd == 0 {
        return Ok(match std::str::from_utf8(content) {
            Ok(text) => realigned(text.to_owned()),
            Err(_) => codepage::decode(content),
        });
    }
    let share = |count: usize| count * 100 / sample.len().max(1);
    if content.first() == Some(&0) && even > odd * 4 && share(even) >= 15 {
        return Ok(utf16(content, u16::from_be_bytes));
    }
    if share(even + odd) >= 5 {
        return Ok(mixed(content));
    }
    Err(InventoryError::Binary)
}

fn utf16(bytes: &[u8], order: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| order([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect()
}

/// Text that was read as UTF-16 one byte off (`䌀愀瀀` for `Cap`) is read again.
fn realigned(text: String) -> String {
    let sample: Vec<u32> = text.chars().take(SAMPLE_BYTES).map(u32::from).collect();
    let shifted = |c: &&u32| **c >= 0x0900 && **c & 0xFF == 0 && **c >> 8 < 0x7F;
    if sample.iter().filter(shifted).count() * 4 < sample.len().max(1) {
        return text;
    }
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    mixed(&bytes)
}

/// Text of eight bits a character and UTF-16 (little end first) behind each other.
fn mixed(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let wide = rest.windows(6).position(starts_wide).unwrap_or(rest.len());
        if wide > 0 {
            out.push_str(&narrow(&rest[..wide]));
            rest = &rest[wide..];
            continue;
        }
        let mut end = 0;
        while end + 1 < rest.len() && !starts_plain(&rest[end..]) {
            end += 2;
        }
        if end == 0 {
            out.push_str(&narrow(rest));
            break;
        }
        out.push_str(&utf16(&rest[..end], u16::from_le_bytes));
        rest = &rest[end..];
    }
    out
}

fn narrow(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => codepage::decode(bytes),
    }
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7E | b'\r' | b'\n' | b'\t')
}

fn starts_wide(window: &[u8]) -> bool {
    window.chunks_exact(2).all(|pair| is_plain(pair[0]) && pair[1] == 0)
}

fn starts_plain(bytes: &[u8]) -> bool {
    bytes.len() >= PLAIN_RUN && bytes[..PLAIN_RUN].iter().all(|&byte| is_plain(byte))
}

/// Whether too much of it is neither a letter nor a blank.
fn is_binary(text: &str) -> bool {
    let mut odd = 0;
    let mut all = 0;
    for c in text.chars().take(SAMPLE_BYTES) {
        all += 1;
        let fine = matches!(c, '\t' | '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{1b}' | '\u{8}');
        odd += usize::from(!fine && (c.is_control() || c == '\u{fffd}'));
    }
    odd * 20 > all && odd > 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn one_text_in_each_encoding() {
        let told = "Nom de l'hôte:  ZZ-HOST\r\nNom du système:  Windows\r\n";
        let big: Vec<u8> = told.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let dos: Vec<u8> = told
            .chars()
            .map(|c| match c {
                'ô' => 0x93,
                'è' => 0x8A,
                plain => plain as u8,
            })
            .collect();
        let ansi: Vec<u8> = told.chars().map(|c| c as u8).collect();
        let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        for (name, bytes) in [
            ("utf-8", told.as_bytes().to_vec()),
            ("utf-8 with mark", marked(&[0xEF, 0xBB, 0xBF], told.as_bytes())),
            ("utf-16le", wide(told)),
            ("utf-16le with mark", marked(&[0xFF, 0xFE], &wide(told))),
            ("utf-16be", big.clone()),
            ("utf-16be with mark", marked(&[0xFE, 0xFF], &big)),
            ("850", dos),
            ("1252", ansi),
        ] {
            assert_eq!(text(&bytes).as_deref(), Ok(told), "{name}");
        }
    }

    #[test]
    fn two_encodings_behind_each_other() {
        let table = "Caption  CSName  HotFixID\r\n         ZZ-HOST  KB1000001\r\n";
        for start in ["cat q\r\n", "Please wait while WMIC is being installed.", "x"] {
            let bytes = [start.as_bytes(), &wide(table)].concat();
            assert_eq!(text(&bytes), Ok(format!("{start}{table}")));
            let marked = [&[0xFF, 0xFE], bytes.as_slice()].concat();
            let marked = text(&marked).unwrap_or_default();
            assert!(marked.ends_with(table), "{marked}");
            let read_wrong = utf16(&bytes, u16::from_le_bytes);
            let again = text(read_wrong.as_bytes()).unwrap_or_default();
            assert!(again.contains("KB1000001"), "{again}");
        }
    }

    #[test]
    fn what_is_no_text() {
        assert_eq!(text(b""), Err(InventoryError::Empty));
        assert_eq!(text(b" \r\n"), Err(InventoryError::Empty));
        assert_eq!(text(b"regf\x01\0\0\0"), Err(InventoryError::Hive));
        let image: Vec<u8> = (0..=255).cycle().take(4096).map(|n: u8| n.wrapping_mul(37)).collect();
        assert_eq!(text(&image), Err(InventoryError::Binary));
    }

    proptest! {
        #[test]
        fn never_panics(content in any::<Vec<u8>>()) {
            let _ = text(&content);
        }
    }
}
