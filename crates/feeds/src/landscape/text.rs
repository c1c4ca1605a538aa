//! Bytes to text, whichever of the usual encodings they are in.
//!
//! In: a stream. Out: a stream of UTF-8 without a byte order mark, or the whole as one text.
//! Windows' tools save tables as UTF-16 (The Unicode Standard, 23.8); that is read whole.

use std::io::{self, BufReader, Cursor, Read};

use super::error::FeedError;

/// Bytes at the start that are looked at.
const HEAD_BYTES: u64 = 64 << 10;
/// Bytes of a text in UTF-16.
const MAX_WHOLE_BYTES: u64 = 768 << 20;

/// A text whose start is known.
pub struct Text<'a> {
    /// Its first bytes: UTF-8, may end within a character.
    pub head: Vec<u8>,
    rest: Box<dyn Read + 'a>,
}

impl<'a> Text<'a> {
    /// Looks at the start of a stream.
    ///
    /// # Errors
    /// When it cannot be read, or is no text.
    pub fn open(stream: &'a mut dyn Read) -> Result<Self, FeedError> {
        let mut head = Vec::new();
        stream.take(HEAD_BYTES).read_to_end(&mut head)?;
        if let Some(big) = wide(&head) {
            let text = Text { head, rest: Box::new(stream) };
            let units = bytes_of(text.reader(), MAX_WHOLE_BYTES)?;
            let decoded = from_wide(&units, big)?;
            return Ok(Text { head: decoded.into_bytes(), rest: Box::new(io::empty()) });
        }
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        if head.contains(&0) {
            return Err(FeedError::NotText);
        }
        Ok(Text { head, rest: Box::new(BufReader::new(stream)) })
    }

    /// The start as text, without what may be cut in two.
    pub fn start(&self) -> &str {
        let cut = self.head.len().min(HEAD_BYTES as usize);
        match std::str::from_utf8(&self.head[..cut]) {
            Ok(text) => text,
            Err(error) => {
                std::str::from_utf8(&self.head[..error.valid_up_to()]).unwrap_or_default()
            }
        }
    }

    /// The whole as a stream.
    pub fn reader(self) -> Box<dyn Read + 'a> {
        Box::new(Cursor::new(self.head).chain(self.rest))
    }

    /// The whole as one text of so many bytes at most.
    ///
    /// # Errors
    /// When it cannot be read, is too long, or is no text.
    pub fn whole(self, max_bytes: u64) -> Result<String, FeedError> {
        let bytes = bytes_of(self.reader(), max_bytes)?;
        String::from_utf8(bytes).map_err(|_| FeedError::NotText)
    }
}

fn bytes_of(stream: impl Read, limit: u64) -> Result<Vec<u8>, FeedError> {
    let mut bytes = Vec::new();
    stream.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(FeedError::TooMuch { limit, what: "bytes of text" });
    }
    Ok(bytes)
}

/// Whether it is UTF-16, and whether its big halves come first.
fn wide(head: &[u8]) -> Option<bool> {
    match head {
        [0xff, 0xfe, ..] => Some(false),
        [0xfe, 0xff, ..] => Some(true),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(false),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(true),
        _ => None,
    }
}

fn from_wide(bytes: &[u8], big: bool) -> Result<String, FeedError> {
    let (pairs, left) = bytes.as_chunks::<2>();
    if !left.is_empty() {
        return Err(FeedError::NotText);
    }
    let read = if big { u16::from_be_bytes } else { u16::from_le_bytes };
    let units = pairs.iter().map(|pair| read(*pair)).skip_while(|unit| *unit == 0xfeff);
    char::decode_utf16(units).collect::<Result<_, _>>().map_err(|_| FeedError::NotText)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, String> {
        let mut stream = bytes;
        Text::open(&mut stream)
            .and_then(|text| text.whole(1 << 20))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn reads_what_tools_of_windows_save() {
        let wide = |order: fn(u16) -> [u8; 2], mark: &str| {
            format!("{mark}Zeit,\u{fc}\u{1f3e5}").encode_utf16().flat_map(order).collect::<Vec<_>>()
        };
        for mark in ["", "\u{feff}"] {
            assert_eq!(read(format!("{mark}a").as_bytes()), Ok("a".to_owned()));
            for bytes in [wide(u16::to_le_bytes, mark), wide(u16::to_be_bytes, mark)] {
                assert_eq!(read(&bytes), Ok("Zeit,\u{fc}\u{1f3e5}".to_owned()));
            }
        }
        assert!(read(b"\xff\xfea").unwrap_err().contains("UTF-8"));
        assert!(read(b"a\xfc").unwrap_err().contains("UTF-8"));
        let error = Text::open(&mut &b"abc"[..]).and_then(|text| text.whole(2)).unwrap_err();
        assert!(error.to_string().contains("more than 2 bytes"), "{error}");
        assert!(read(b"MZ\0\0\0").unwrap_err().contains("UTF-8"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes: Vec<u8>) {
            let mut stream = &bytes[..];
            if let Ok(text) = Text::open(&mut stream) {
                let _ = text.start().len();
                let _ = text.whole(1 << 20);
            }
        }
    }
}
