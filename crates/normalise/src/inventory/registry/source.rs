//! Keys and values in the text of a `.reg` file or of `reg query`.
//!
//! In: text. Out: keys of the machine, with values that are read when asked for. Never: a key that
//! the file takes away (`[-HKEY…]`), a value of one user.
//!
//! Format of `.reg`: Microsoft's "How to add, modify, or delete registry subkeys and values by
//! using a .reg file".

use std::borrow::Cow;

use rustc_hash::FxHashMap;

/// One key of the machine.
#[derive(Debug)]
pub(super) struct Key<'a> {
    /// Its path below the machine's root, small letters: `software\microsoft\…`.
    pub(super) path: String,
    /// The path as written.
    pub(super) written: &'a str,
    /// The lines below it, at each place where the text has it.
    bodies: Vec<&'a str>,
    /// Whether texts in numbers have one byte a letter (`REGEDIT4`).
    narrow: bool,
}

/// What a value holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Data {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// Bytes; texts with variables and lists are written so in `.reg` files.
    Bytes(Vec<u8>),
}

/// Whether a line opens a key.
pub(super) fn is_key(line: &str) -> bool {
    opened(line).is_some()
}

/// A key's path, with whether the file takes the key away.
fn opened(line: &str) -> Option<(&str, bool)> {
    let line = line.trim_end();
    let (path, away) = match line.trim_start().strip_prefix('[') {
        Some(inside) => {
            let inside = inside.strip_suffix(']')?;
            (inside.trim_start_matches('-'), inside.starts_with('-'))
        }
        None => (line, false),
    };
    (path.starts_with("HKEY_") && path.contains('\\')).then_some((path, away))
}

/// Every key of the machine, in the text's order. One that comes again, as each answer of
/// `reg query … /v` repeats it, is one key.
pub(super) fn keys<'a>(text: &'a str) -> Vec<Key<'a>> {
    let narrow = text.lines().take(12).any(|line| line.trim() == "REGEDIT4");
    let mut keys: Vec<Key> = Vec::new();
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    let mut open: Option<(&str, usize)> = None;
    let mut close = |open: Option<(&'a str, usize)>, end: usize| {
        let Some((written, start)) = open else { return };
        let Some(below) = written.strip_prefix(r"HKEY_LOCAL_MACHINE\") else { return };
        let path = below.to_lowercase();
        let place = *places.entry(path.clone()).or_insert(keys.len());
        match keys.get_mut(place) {
            Some(key) => key.bodies.push(&text[start..end]),
            None => keys.push(Key { path, written, bodies: vec![&text[start..end]], narrow }),
        }
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some((written, away)) = opened(line) {
            close(open.take(), at);
            open = Some((written, at + line.len())).filter(|_| !away);
        }
        at += line.len();
    }
    close(open, at);
    keys
}

impl Key<'_> {
    /// The last part of its path, as written.
    pub(super) fn name(&self) -> &str {
        self.written.rsplit('\\').next().unwrap_or_default()
    }

    /// How many values the report has of it.
    pub(super) fn len(&self) -> usize {
        let count = |body: &&str| lines(body).iter().filter(|line| value(line).is_some()).count();
        self.bodies.iter().map(count).sum()
    }

    /// The value of that name, in any case of letters.
    pub(super) fn data(&self, name: &str) -> Option<Data> {
        let named = |line: &Cow<'_, str>| {
            let (found, data) = value(line)?;
            found.eq_ignore_ascii_case(name).then_some(data)
        };
        self.bodies.iter().find_map(|body| lines(body).iter().find_map(named))
    }

    /// The value as a text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.data(name)? {
            Data::Text(text) => Some(text),
            Data::Number(_) => None,
            Data::Bytes(bytes) if self.narrow => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Data::Bytes(bytes) => {
                let units =
                    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
                Some(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect())
            }
        }
        .map(|text: String| text.trim_matches(['\0', ' ']).to_owned())
    }

    /// The value as a number; bytes count from the lowest.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        match self.data(name)? {
            Data::Number(number) => Some(number),
            Data::Text(text) => text.trim().parse().ok(),
            Data::Bytes(bytes) if (1..=8).contains(&bytes.len()) => {
                Some(bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
            }
            Data::Bytes(_) => None,
        }
    }

    /// Whether it has that value with anything in it.
    pub(super) fn holds(&self, name: &str) -> bool {
        match self.data(name) {
            Some(Data::Text(text)) => !text.replace(r"\0", "").trim().is_empty(),
            Some(Data::Bytes(bytes)) => bytes.iter().any(|&byte| byte != 0),
            Some(Data::Number(_)) => true,
            None => false,
        }
    }
}

/// Lines, those of bytes that end in `\` joined with the next.
fn lines(body: &str) -> Vec<Cow<'_, str>> {
    let mut joined: Vec<Cow<'_, str>> = Vec::new();
    let mut goes_on = false;
    for line in body.lines().map(str::trim_end) {
        let (part, more) = match line.strip_suffix('\\') {
            Some(part) if goes_on || line.contains("=hex") => (part, true),
            _ => (line, false),
        };
        match joined.last_mut() {
            Some(last) if goes_on => last.to_mut().push_str(part.trim()),
            _ => joined.push(Cow::Borrowed(part)),
        }
        goes_on = more;
    }
    joined
}

/// A value's name and what it holds; the unnamed value has the name `@`.
fn value(line: &str) -> Option<(Cow<'_, str>, Data)> {
    let line = line.trim_start();
    match line.strip_prefix('"') {
        Some(rest) => {
            let end = closing(rest)?;
            let data = exported(rest[end + 1..].trim_start().strip_prefix('=')?)?;
            Some((unescaped(&rest[..end]), data))
        }
        None => match line.strip_prefix("@=") {
            Some(rest) => exported(rest).map(|data| (Cow::Borrowed("@"), data)),
            None => queried(line),
        },
    }
}

/// Where a quoted text ends.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

fn unescaped(text: &str) -> Cow<'_, str> {
    match text.contains('\\') {
        true => Cow::Owned(text.replace(r#"\""#, "\"").replace(r"\\", r"\")),
        false => Cow::Borrowed(text),
    }
}

/// `"text"`, `dword:0000000a`, `hex(7):61,00`.
fn exported(text: &str) -> Option<Data> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('"') {
        let end = closing(rest)?;
        return Some(Data::Text(unescaped(&rest[..end]).into_owned()));
    }
    if let Some(digits) = text.strip_prefix("dword:") {
        // A report that was cut short must not end in a smaller number.
        let number = u64::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 8);
        return number.map(Data::Number);
    }
    let (kind, bytes) = text.strip_prefix("hex")?.split_once(':')?;
    let bytes = bytes.split(',').map(str::trim).filter(|byte| !byte.is_empty());
    let bytes: Vec<u8> =
        bytes.map(|byte| u8::from_str_radix(byte, 16)).collect::<Result<_, _>>().ok()?;
    match (kind, <[u8; 8]>::try_from(bytes.as_slice())) {
        ("(b)", Ok(eight)) => Some(Data::Number(u64::from_le_bytes(eight))),
        _ => Some(Data::Bytes(bytes)),
    }
}

/// `Name    REG_DWORD    0x1`; Windows XP has tabs between.
fn queried(line: &str) -> Option<(Cow<'_, str>, Data)> {
    let place = line
        .match_indices("REG_")
        .map(|(place, _)| place)
        .find(|&place| line[..place].ends_with(['\t', ' ']) && !line[..place].trim().is_empty())?;
    let rest = &line[place..];
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (kind, data) = (&rest[..end], rest[end..].trim());
    let data = match kind {
        "REG_DWORD" | "REG_QWORD" => {
            let digits = data.strip_prefix("0x");
            let number = digits.map_or_else(|| data.parse(), |hex| u64::from_str_radix(hex, 16));
            Data::Number(number.ok()?)
        }
        "REG_BINARY" => {
            let digits = data.as_bytes().chunks_exact(2);
            let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
            Data::Bytes(digits.map(byte).collect::<Option<_>>()?)
        }
        _ => Data::Text(data.to_owned()),
    };
    Some((Cow::Borrowed(line[..place].trim()), data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_as_each_tool_writes_them() {
        let text = |text: &str| Data::Text(text.to_owned());
        for (line, name, data) in [
            (r#""ProductName"="ZZ \"One\" C:\\x""#, "ProductName", text(r#"ZZ "One" C:\x"#)),
            (r#""UBR"=dword:00000edb"#, "UBR", Data::Number(3803)),
            (r#""Run"=hex:ff,00,00,00"#, "Run", Data::Bytes(vec![0xff, 0, 0, 0])),
            (r#""Time"=hex(b):01,00,00,00,00,00,00,00"#, "Time", Data::Number(1)),
            (r#"@="x""#, "@", text("x")),
            ("    UBR    REG_DWORD    0xedb", "UBR", Data::Number(3803)),
            ("    Product Name\tREG_SZ\tZZ One", "Product Name", text("ZZ One")),
            ("    CSDVersion    REG_SZ    ", "CSDVersion", text("")),
            ("    Run    REG_BINARY    FF000000", "Run", Data::Bytes(vec![0xff, 0, 0, 0])),
        ] {
            assert_eq!(value(line), Some((Cow::Borrowed(name), data)), "{line}");
        }
        for line in [
            "",
            "; a note",
            r#""x"=-"#,
            r#""x"#,
            r#""x"="190"#,
            r#""x"=dword:0ed"#,
            "! REG.EXE VERSION 3.0",
            "REG_SZ",
        ] {
            assert_eq!(value(line), None, "{line}");
        }
    }

    #[test]
    fn keys_of_the_machine_only_and_bytes_over_lines() {
        let file = "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\Software]\r\n\"A\"=\"1\"\r\n\
                    [HKEY_LOCAL_MACHINE\\SOFTWARE\\ZZ]\r\n\"A\"=hex(2):5a,\\\r\n  5a,00\r\n\
                    [-HKEY_LOCAL_MACHINE\\SOFTWARE\\Gone]\r\n\"B\"=\"1\"\r\n";
        let keys = keys(file);
        assert_eq!(keys.len(), 1);
        assert_eq!((keys[0].path.as_str(), keys[0].name()), (r"software\zz", "ZZ"));
        assert_eq!(keys[0].text("a").as_deref(), Some("ZZ"));
        assert_eq!((keys[0].len(), keys[0].data("B")), (1, None));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), line in "[\"@=hex:,\\\\ 0-9aREG_SZ]{0,30}") {
            let body = format!("[HKEY_LOCAL_MACHINE\\A]\n{text}\n{line}\\\n{line}");
            for key in keys(&body) {
                let _ = (key.len(), key.text("A"), key.number("A"), key.holds("A"));
            }
            let _ = (keys(&text), value(&line), value(&text));
        }
    }
}
