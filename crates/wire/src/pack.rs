//! Bytes packed with Zstandard for the way, and unpacked within a limit.
//!
//! In: bytes of a message, or packed bytes from outside. Out: the other. Never: more memory than
//! the limit, whatever the packed bytes promise.

use std::io::Read;

use crate::error::WireError;
use crate::limits::{MAX_PACKED_BYTES, MAX_UNPACKED_BYTES};

/// Level: time matters more than the last tenth of size.
const LEVEL: i32 = 1;
/// Log2 of the largest window; RFC 8878 asks decoders for 8 MiB.
const WINDOW_LOG: u32 = 23;

/// Packs a message.
pub(crate) fn pack(message: &[u8]) -> Result<Vec<u8>, WireError> {
    if message.len() > MAX_UNPACKED_BYTES {
        return Err(WireError::TooLarge { limit: MAX_UNPACKED_BYTES });
    }
    let packed = zstd::bulk::compress(message, LEVEL).map_err(broken)?;
    checked(&packed)?;
    Ok(packed)
}

/// How much memory unpacking takes: what the frame says of itself, or the most that is allowed.
///
/// # Errors
/// When the frame is too large, packed or unpacked.
pub fn unpacked_bytes(packed: &[u8]) -> Result<usize, WireError> {
    checked(packed)?;
    match stated(packed)? {
        Some(bytes) if bytes > MAX_UNPACKED_BYTES as u64 => {
            Err(WireError::TooLarge { limit: MAX_UNPACKED_BYTES })
        }
        Some(bytes) => Ok(usize::try_from(bytes).unwrap_or(MAX_UNPACKED_BYTES)),
        None => Ok(MAX_UNPACKED_BYTES),
    }
}

/// Unpacks a message.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, WireError> {
    let bytes = unpacked_bytes(packed)?;
    if stated(packed)?.is_some() {
        // A frame that lies about its size does not fit and is refused.
        return zstd::bulk::decompress(packed, bytes).map_err(broken);
    }
    let mut decoder = zstd::Decoder::with_buffer(packed).map_err(broken)?;
    decoder.window_log_max(WINDOW_LOG).map_err(broken)?;
    let mut message = Vec::new();
    decoder.take(MAX_UNPACKED_BYTES as u64 + 1).read_to_end(&mut message).map_err(broken)?;
    if message.len() > MAX_UNPACKED_BYTES {
        return Err(WireError::TooLarge { limit: MAX_UNPACKED_BYTES });
    }
    Ok(message)
}

/// The size that the first frame states, if it does.
fn stated(packed: &[u8]) -> Result<Option<u64>, WireError> {
    zstd::zstd_safe::get_frame_content_size(packed)
        .map_err(|_| broken("it does not begin as Zstandard does"))
}

fn checked(packed: &[u8]) -> Result<(), WireError> {
    let (bytes, limit) = (packed.len(), MAX_PACKED_BYTES);
    if bytes > limit { Err(WireError::PackedTooLarge { bytes, limit }) } else { Ok(()) }
}

fn broken(error: impl ToString) -> WireError {
    WireError::Packing(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    /// Packed piece by piece: such frames do not state their size.
    fn streamed(message: &[u8]) -> Vec<u8> {
        let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
        encoder.write_all(message).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn bombs_are_refused_stated_or_not() {
        let large = vec![0; MAX_UNPACKED_BYTES + 1];
        let stated = zstd::bulk::compress(&large, 1).unwrap();
        assert!(stated.len() < 10_000);
        let too_large = Err(WireError::TooLarge { limit: MAX_UNPACKED_BYTES });
        assert_eq!(unpack(&stated), too_large);
        assert_eq!(unpacked_bytes(&stated).map(|_| Vec::new()), too_large);
        assert_eq!(unpack(&streamed(&large)), too_large);
        // Two frames behind each other, of which the first states a small size.
        let liar = [zstd::bulk::compress(b"small", 1).unwrap(), stated].concat();
        assert!(matches!(unpack(&liar), Err(WireError::Packing(_))));
        let wide = vec![0; MAX_PACKED_BYTES + 1];
        assert!(matches!(unpack(&wide), Err(WireError::PackedTooLarge { .. })));
    }

    #[test]
    fn what_does_not_state_its_size_is_unpacked_too() {
        let message = b"{\"a\":1}".repeat(1_000);
        assert_eq!(unpack(&streamed(&message)).unwrap(), message);
        assert_eq!(unpack(&pack(&message).unwrap()).unwrap(), message);
    }

    proptest! {
        #[test]
        fn never_panics(packed in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = unpack(&packed);
        }

        #[test]
        fn damage_never_panics(at in 0usize..60, byte in any::<u8>()) {
            let mut packed = pack(&b"0123456789abcdef".repeat(20)).unwrap();
            if let Some(place) = packed.get_mut(at) {
                *place = byte;
            }
            let _ = unpack(&packed);
        }
    }
}
