//! A stream of bytes to syslog messages.
//!
//! In: bytes as they come. Out: messages. Each message tells by its first byte how it ends: after
//! a count (RFC 6587 section 3.4.1) when it starts with a digit other than 0 and the digits are
//! followed by a blank, otherwise at an end of line (section 3.4.2; NUL ends one, too). Bounded:
//! a message over the limit is skipped to its end and counted; the next one is read.

/// Most digits of a count.
const MAX_DIGITS: usize = 9;

/// Cuts a stream into messages.
#[derive(Debug)]
pub struct Framer {
    limit: usize,
    pending: Vec<u8>,
    at: usize,
    skip: Skip,
}

/// What is left of a message that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skip {
    Nothing,
    Bytes(usize),
    Line,
}

/// What comes out of the stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Framed<'a> {
    /// A message.
    Message(&'a [u8]),
    /// A message was longer than the limit and is skipped.
    TooLong,
}

/// How the next message ends.
enum Ending {
    /// After so many bytes behind so many bytes of header.
    Count {
        header: usize,
        bytes: usize,
    },
    Line,
    /// Not told yet.
    Unknown,
}

impl Framer {
    /// Messages of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Framer { limit, pending: Vec::new(), at: 0, skip: Skip::Nothing }
    }

    /// Adds bytes of the stream. Take all messages before adding more: then no more than a
    /// message and these bytes are ever held.
    pub fn push(&mut self, bytes: &[u8]) {
        self.pending.drain(..self.at);
        self.at = 0;
        self.pending.extend_from_slice(bytes);
    }

    /// Bytes that wait here.
    pub fn pending_bytes(&self) -> usize {
        self.pending.len() - self.at
    }

    /// The next whole message; `None` when more bytes are needed.
    #[allow(clippy::should_implement_trait, reason = "a message borrows from the framer")]
    pub fn next(&mut self) -> Option<Framed<'_>> {
        loop {
            if !self.skipped() {
                return None;
            }
            let rest = self.pending.get(self.at..).unwrap_or_default();
            match rest.first() {
                None => return None,
                Some(b'\n' | b'\r' | 0 | b' ') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
            }
            let (start, length, used) = match ending(rest) {
                Ending::Unknown => return None,
                Ending::Count { header, bytes } if bytes > self.limit => {
                    self.at += header;
                    self.skip = Skip::Bytes(bytes);
                    return Some(Framed::TooLong);
                }
                Ending::Count { header, bytes } => {
                    if rest.len() < header + bytes {
                        return None;
                    }
                    (header, bytes, header + bytes)
                }
                Ending::Line => {
                    let end = memchr::memchr2(b'\n', 0, rest);
                    match end {
                        Some(end) if end <= self.limit => (0, end, end + 1),
                        None if rest.len() <= self.limit => return None,
                        _ => {
                            self.skip = Skip::Line;
                            return Some(Framed::TooLong);
                        }
                    }
                }
            };
            let begin = self.at + start;
            self.at += used;
            return self.pending.get(begin..begin + length).map(Framed::Message);
        }
    }

    /// Goes on skipping; false when more bytes are needed for it.
    fn skipped(&mut self) -> bool {
        let waiting = self.pending_bytes();
        match self.skip {
            Skip::Nothing => {}
            Skip::Bytes(bytes) if bytes > waiting => {
                self.skip = Skip::Bytes(bytes - waiting);
                self.at += waiting;
                return false;
            }
            Skip::Bytes(bytes) => {
                self.skip = Skip::Nothing;
                self.at += bytes;
            }
            Skip::Line => match memchr::memchr2(b'\n', 0, &self.pending[self.at..]) {
                None => {
                    self.at += waiting;
                    return false;
                }
                Some(end) => {
                    self.skip = Skip::Nothing;
                    self.at += end + 1;
                }
            },
        }
        true
    }

    /// What is left when the stream ends: a last line without its end.
    pub fn finish(&mut self) -> Option<&[u8]> {
        let rest = self.pending.get(self.at..).unwrap_or_default().trim_ascii();
        self.at = self.pending.len();
        let whole = self.skip == Skip::Nothing && matches!(ending(rest), Ending::Line);
        (whole && !rest.is_empty()).then_some(rest)
    }
}

fn ending(rest: &[u8]) -> Ending {
    if !matches!(rest.first(), Some(b'1'..=b'9')) {
        return Ending::Line;
    }
    let digits = rest.iter().take(MAX_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
    match rest.get(digits) {
        _ if digits > MAX_DIGITS => Ending::Line,
        None => Ending::Unknown,
        Some(b' ') => {
            let value = |sum: usize, digit: &u8| sum * 10 + usize::from(digit - b'0');
            let bytes = rest.iter().take(digits).fold(0, value);
            Ending::Count { header: digits + 1, bytes }
        }
        Some(_) => Ending::Line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All messages of a stream that comes in pieces of `step` bytes.
    fn told(stream: &[u8], limit: usize, step: usize) -> Vec<String> {
        let mut framer = Framer::new(limit);
        let mut all = Vec::new();
        for piece in stream.chunks(step.max(1)) {
            framer.push(piece);
            while let Some(framed) = framer.next() {
                all.push(match framed {
                    Framed::Message(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                    Framed::TooLong => "too long".to_owned(),
                });
            }
            assert!(framer.pending_bytes() <= limit + step + MAX_DIGITS + 1);
        }
        all.extend(framer.finish().map(|rest| String::from_utf8_lossy(rest).into_owned()));
        all
    }

    #[test]
    fn both_framings_may_take_turns() {
        let stream = b"7 <1>a\nb\n<2>c\r\n12 <3>twelve...2026-11-24T03:05:01Z h p: m\n\0<4>last";
        for step in [1, 2, 7, 100] {
            assert_eq!(
                told(stream, 60, step),
                ["<1>a\nb\n", "<2>c\r", "<3>twelve...", "2026-11-24T03:05:01Z h p: m", "<4>last"],
                "{step}"
            );
        }
    }

    #[test]
    fn what_is_too_long_is_skipped_to_its_end() {
        let stream = b"<1>0123456789\n<2>ok\n20 <3>x0123456789012345<4>ok\n999999999 <5>";
        for step in [1, 3, 100] {
            let found = told(stream, 8, step);
            assert_eq!(found, ["too long", "<2>ok", "too long", "<4>ok", "too long"], "{step}");
        }
        assert_eq!(told(b"<1>cut off at the end", 8, 100), ["too long"]);
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(stream in "([1-9]{1,2} |<1>|[a-c0-9]{0,9}|\n|\0){0,20}", limit in 1..20usize, step in 1..9usize) {
            let whole = told(stream.as_bytes(), limit, stream.len());
            prop_assert_eq!(told(stream.as_bytes(), limit, step), whole);
        }

        #[test]
        fn never_panics(stream in prop::collection::vec(any::<u8>(), 0..200), step in 1..50usize) {
            told(&stream, 30, step);
        }
    }
}
