//! Frames around records, so that a torn or damaged one is known.
//!
//! In: a record's bytes, or a stream. Out: a frame, or the next record. Never: a record whose sum
//! is wrong. The form: length as four bytes (little endian), the first eight bytes of the blake3
//! hash over length and record, the record.

use std::io::{self, Read};

/// Bytes before the record.
pub(super) const BEFORE: usize = 12;
/// No record is longer; a length above it is damage.
const MAX_RECORD: usize = 256 << 20;

/// What a stream holds next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A record.
    Record(Vec<u8>),
    /// Nothing more.
    End,
    /// Something that is no whole frame.
    Bad(&'static str),
}

/// A record, given as its head and the rest, in its frame; none when it is too long for one.
pub(super) fn wrap(head: &[u8], rest: &[u8]) -> Option<Vec<u8>> {
    let size = head.len() + rest.len();
    if size > MAX_RECORD {
        return None;
    }
    let length = u32::try_from(size).ok()?.to_le_bytes();
    let mut frame = Vec::with_capacity(BEFORE + size);
    frame.extend_from_slice(&length);
    frame.extend_from_slice(&[0; 8]);
    frame.extend_from_slice(head);
    frame.extend_from_slice(rest);
    let sum = sum(length, &frame[BEFORE..]);
    frame[4..BEFORE].copy_from_slice(&sum);
    Some(frame)
}

/// Reads the next record out of a stream of which `left` bytes remain.
pub(super) fn read(stream: &mut impl Read, left: u64) -> io::Result<Found> {
    if left == 0 {
        return Ok(Found::End);
    }
    if left < BEFORE as u64 {
        return Ok(Found::Bad("its frame is cut off"));
    }
    let (mut length, mut expected) = ([0; 4], [0; 8]);
    stream.read_exact(&mut length)?;
    stream.read_exact(&mut expected)?;
    let size = u32::from_le_bytes(length) as usize;
    if size == 0 || size > MAX_RECORD {
        return Ok(Found::Bad("its length is impossible"));
    }
    if size as u64 > left - BEFORE as u64 {
        return Ok(Found::Bad("it is cut off"));
    }
    let mut record = vec![0; size];
    stream.read_exact(&mut record)?;
    if sum(length, &record) == expected {
        Ok(Found::Record(record))
    } else {
        Ok(Found::Bad("its sum is wrong"))
    }
}

fn sum(length: [u8; 4], record: &[u8]) -> [u8; 8] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&length);
    hasher.update(record);
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_all(bytes: &[u8]) -> Found {
        read(&mut &*bytes, bytes.len() as u64).unwrap()
    }

    #[test]
    fn any_change_of_a_frame_is_noticed() {
        let frame = wrap(b"rec", b"ord").unwrap();
        assert_eq!(read_all(&frame), Found::Record(b"record".to_vec()));
        for at in 0..frame.len() {
            let mut damaged = frame.clone();
            damaged[at] ^= 1;
            assert!(matches!(read_all(&damaged), Found::Bad(_)), "byte {at}");
            assert!(!matches!(read_all(&frame[..at]), Found::Record(_)), "cut at {at}");
        }
        assert!(matches!(read_all(&[0; 64]), Found::Bad(_)), "a hole in the file");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = read_all(&bytes);
        }
    }
}
