//! The frames of Lumberjack, version 2, as Beats and Logstash speak it.
//!
//! In: bytes. Out: the frame at their start and its length, or that more are needed. Never: more
//! read than the limits allow; a length is checked before it is believed.
//! Format: the protocol description of go-lumber and of logstash-input-beats.

/// Limits of frames.
#[derive(Debug, Clone, Copy)]
pub struct FrameLimits {
    /// Most events of a window.
    pub window_events: u32,
    /// Largest packed frame.
    pub packed_bytes: usize,
    /// Largest event.
    pub event_bytes: usize,
}

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame<'a> {
    /// So many events come until an acknowledgement is due.
    Window(u32),
    /// An event as JSON.
    Json {
        /// Its number.
        sequence: u32,
        /// Its text.
        text: &'a [u8],
    },
    /// An event as names and values.
    Pairs {
        /// Its number.
        sequence: u32,
        /// Names and values.
        pairs: Vec<(&'a [u8], &'a [u8])>,
    },
    /// Frames packed with zlib.
    Packed(&'a [u8]),
}

/// Why a stream cannot be read further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Not version 2.
    #[error("version byte {0:#04x}: only version 2 is spoken")]
    Version(u8),
    /// No frame that a client sends.
    #[error("frame of unknown type {0:#04x}")]
    Type(u8),
    /// Over a limit.
    #[error("{what} of {size}, at most {limit} are taken")]
    TooLarge {
        /// What.
        what: &'static str,
        /// How large it claims to be.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// A packed frame is broken.
    #[error("packed frame: {0}")]
    Packed(String),
    /// A packed frame ends within a frame.
    #[error("packed frame ends within a frame")]
    CutOff,
    /// A packed frame within a packed frame.
    #[error("frame of type {0:#04x} within a packed frame")]
    Nested(u8),
}

/// Most names of one event.
const MAX_PAIRS: u32 = 4_096;

/// Reads big-endian numbers and slices; `None` when the bytes end.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.take(4)?;
        bytes.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes))
    }
}

fn within(what: &'static str, size: u32, limit: usize) -> Result<usize, FrameError> {
    match usize::try_from(size) {
        Ok(size) if size <= limit => Ok(size),
        _ => Err(FrameError::TooLarge { what, size: size.into(), limit: limit as u64 }),
    }
}

/// The frame at the start of `bytes` and its length; `None` when more bytes are needed.
///
/// # Errors
/// When it is no frame, or over a limit. The stream cannot be read further then.
pub fn parse<'a>(
    bytes: &'a [u8],
    limits: &FrameLimits,
) -> Result<Option<(Frame<'a>, usize)>, FrameError> {
    let mut reader = Reader { bytes, at: 0 };
    let Some(head) = reader.take(bytes.len().min(2)) else { return Ok(None) };
    match head {
        [] => return Ok(None),
        [version, ..] if *version != b'2' => return Err(FrameError::Version(*version)),
        [_] => return Ok(None),
        _ => {}
    }
    let kind = head.get(1).copied().unwrap_or_default();
    let Some(number) = reader.number() else {
        return match kind {
            b'W' | b'J' | b'D' | b'C' => Ok(None),
            kind => Err(FrameError::Type(kind)),
        };
    };
    let frame = match kind {
        b'W' => {
            within("window", number, limits.window_events as usize)?;
            Some(Frame::Window(number))
        }
        b'C' => {
            let length = within("packed frame in bytes", number, limits.packed_bytes)?;
            reader.take(length).map(Frame::Packed)
        }
        b'J' => match reader.number() {
            None => None,
            Some(length) => {
                let length = within("event in bytes", length, limits.event_bytes)?;
                reader.take(length).map(|text| Frame::Json { sequence: number, text })
            }
        },
        b'D' => {
            parse_pairs(&mut reader, limits)?.map(|pairs| Frame::Pairs { sequence: number, pairs })
        }
        kind => return Err(FrameError::Type(kind)),
    };
    Ok(frame.map(|frame| (frame, reader.at)))
}

type Pairs<'a> = Vec<(&'a [u8], &'a [u8])>;

fn parse_pairs<'a>(
    reader: &mut Reader<'a>,
    limits: &FrameLimits,
) -> Result<Option<Pairs<'a>>, FrameError> {
    let Some(count) = reader.number() else { return Ok(None) };
    within("event in names", count, MAX_PAIRS as usize)?;
    let mut pairs = Vec::new();
    let mut left = limits.event_bytes;
    for _ in 0..count {
        let mut part = || -> Result<Option<&'a [u8]>, FrameError> {
            let Some(length) = reader.number() else { return Ok(None) };
            let length = within("event in bytes", length, left)?;
            left -= length;
            Ok(reader.take(length))
        };
        let (Some(name), Some(value)) = (part()?, part()?) else { return Ok(None) };
        pairs.push((name, value));
    }
    Ok(Some(pairs))
}

/// The acknowledgement of every event up to `sequence`.
pub fn acknowledgement(sequence: u32) -> [u8; 6] {
    let [a, b, c, d] = sequence.to_be_bytes();
    [b'2', b'A', a, b, c, d]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: FrameLimits =
        FrameLimits { window_events: 1_000, packed_bytes: 100, event_bytes: 50 };

    fn frame(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
        let mut bytes = vec![b'2', kind];
        parts.iter().for_each(|part| bytes.extend_from_slice(part));
        bytes
    }

    #[test]
    fn frames_are_read_when_they_are_whole() {
        let number = |number: u32| number.to_be_bytes();
        let pairs = [&number(3)[..], &number(1), &number(4), b"line", &number(2), b"hi"];
        for (bytes, expected) in [
            (frame(b'W', &[&number(7)]), Frame::Window(7)),
            (
                frame(b'J', &[&number(1), &number(2), b"{}"]),
                Frame::Json { sequence: 1, text: b"{}" },
            ),
            (
                frame(b'D', &pairs),
                Frame::Pairs { sequence: 3, pairs: vec![(&b"line"[..], &b"hi"[..])] },
            ),
            (frame(b'C', &[&number(3), b"abc"]), Frame::Packed(b"abc")),
        ] {
            for cut in 0..bytes.len() {
                assert_eq!(parse(&bytes[..cut], &LIMITS), Ok(None), "{expected:?} cut at {cut}");
            }
            let longer = [&bytes[..], b"2"].concat();
            assert_eq!(parse(&longer, &LIMITS), Ok(Some((expected, bytes.len()))));
        }
        assert_eq!(acknowledgement(258), [b'2', b'A', 0, 0, 1, 2]);
    }

    #[test]
    fn lengths_are_checked_before_they_are_believed() {
        let most = u32::MAX.to_be_bytes();
        let one = 1u32.to_be_bytes();
        for bytes in [
            frame(b'W', &[&most]),
            frame(b'C', &[&most]),
            frame(b'J', &[&one, &most]),
            frame(b'D', &[&one, &most]),
            frame(b'D', &[&one, &one, &most]),
        ] {
            assert!(matches!(parse(&bytes, &LIMITS), Err(FrameError::TooLarge { .. })));
        }
        assert_eq!(parse(b"1W", &LIMITS), Err(FrameError::Version(b'1')));
        assert_eq!(parse(b"2A", &LIMITS), Err(FrameError::Type(b'A')));
    }

    proptest! {
        #[test]
        fn never_panics(tail in prop::collection::vec(any::<u8>(), 0..40), kind in prop::sample::select(vec![b'W', b'J', b'D', b'C', b'x'])) {
            let _ = parse(&[&[b'2', kind][..], &tail].concat(), &LIMITS);
            let _ = parse(&tail, &LIMITS);
        }
    }
}
