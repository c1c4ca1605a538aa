//! A packed request body unpacked, within a limit.
//!
//! In: bytes and how they are packed. Out: the bytes that were packed. Never: more than the limit
//! in memory, whatever the packed bytes promise.

use std::io::{self, Read};

/// How a body is packed, by its `Content-Encoding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    None,
    /// gzip (RFC 1952), also several one behind the other.
    Gzip,
    /// What HTTP calls deflate: zlib (RFC 1950), or as some clients send it, without its frame.
    Deflate,
    /// Zstandard (RFC 8878).
    Zstd,
}

/// Why a body could not be unpacked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// It would be larger than is allowed.
    #[error("unpacks to more than {limit} bytes")]
    TooLarge {
        /// Most bytes.
        limit: usize,
    },
    /// The packed bytes are broken.
    #[error("cannot be unpacked: {0}")]
    Broken(String),
    /// No memory at the moment.
    #[error("no room to unpack it: try again later")]
    NoRoom,
}

impl Packing {
    /// From the value of `Content-Encoding`; `None` when it is one that is not read.
    pub fn of(word: &str) -> Option<Packing> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Packing::None,
            "gzip" | "x-gzip" => Packing::Gzip,
            "deflate" => Packing::Deflate,
            "zstd" => Packing::Zstd,
            _ => return None,
        })
    }
}

/// Log2 of the largest Zstandard window; RFC 8878 asks decoders for 8 MiB.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Unpacks `packed`; `grow` is asked before memory is taken and may refuse it.
///
/// # Errors
/// When the result would be too large, the bytes are broken, or there is no room.
pub fn unpack(
    packing: Packing,
    packed: &[u8],
    limit: usize,
    grow: &mut dyn FnMut(usize) -> bool,
) -> Result<Vec<u8>, UnpackError> {
    let broken = |error: io::Error| UnpackError::Broken(error.to_string());
    match packing {
        Packing::None => {
            if packed.len() > limit {
                return Err(UnpackError::TooLarge { limit });
            }
            Ok(packed.to_vec())
        }
        Packing::Gzip => drain(flate2::read::MultiGzDecoder::new(packed), limit, grow),
        // A zlib frame starts with a byte of method 8 and is divisible by 31 with its next.
        Packing::Deflate => match packed {
            [method, check, ..]
                if method & 0x0f == 8
                    && u16::from_be_bytes([*method, *check]).is_multiple_of(31) =>
            {
                drain(flate2::read::ZlibDecoder::new(packed), limit, grow)
            }
            _ => drain(flate2::read::DeflateDecoder::new(packed), limit, grow),
        },
        Packing::Zstd => {
            let mut decoder = zstd::Decoder::with_buffer(packed).map_err(broken)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(broken)?;
            drain(decoder, limit, grow)
        }
    }
}

fn drain(
    mut from: impl Read,
    limit: usize,
    grow: &mut dyn FnMut(usize) -> bool,
) -> Result<Vec<u8>, UnpackError> {
    const STEP: usize = 64 << 10;
    let mut out = Vec::new();
    loop {
        if !grow(STEP) {
            return Err(UnpackError::NoRoom);
        }
        let read = from.by_ref().take(STEP as u64).read_to_end(&mut out);
        let read = read.map_err(|error| UnpackError::Broken(error.to_string()))?;
        if out.len() > limit {
            return Err(UnpackError::TooLarge { limit });
        }
        if read < STEP {
            return Ok(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;

    use super::*;

    fn packed(kind: &str, bytes: &[u8]) -> Vec<u8> {
        let level = Compression::default();
        match kind {
            "gzip" => {
                let mut out = GzEncoder::new(Vec::new(), level);
                out.write_all(bytes).unwrap();
                out.finish().unwrap()
            }
            "zlib" => {
                let mut out = ZlibEncoder::new(Vec::new(), level);
                out.write_all(bytes).unwrap();
                out.finish().unwrap()
            }
            "deflate" => {
                let mut out = DeflateEncoder::new(Vec::new(), level);
                out.write_all(bytes).unwrap();
                out.finish().unwrap()
            }
            _ => zstd::encode_all(bytes, 1).unwrap(),
        }
    }

    #[test]
    fn every_packing_is_undone() {
        let bytes = b"{\"a\":1}\n".repeat(30_000);
        for (kind, packing) in [
            ("gzip", Packing::Gzip),
            ("zlib", Packing::Deflate),
            ("deflate", Packing::Deflate),
            ("zstd", Packing::Zstd),
        ] {
            let packed = packed(kind, &bytes);
            assert_eq!(unpack(packing, &packed, 1 << 20, &mut |_| true).as_ref(), Ok(&bytes));
            let cut = &packed[..packed.len() / 2];
            let broken = unpack(packing, cut, 1 << 20, &mut |_| true);
            assert!(matches!(broken, Err(UnpackError::Broken(_))), "{kind}");
        }
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let bomb = packed("gzip", &vec![0; 8 << 20]);
        let mut taken = 0;
        let found = unpack(Packing::Gzip, &bomb, 100_000, &mut |more| {
            taken += more;
            true
        });
        assert_eq!(found, Err(UnpackError::TooLarge { limit: 100_000 }));
        assert!(taken <= 200_000, "{taken}");
        assert_eq!(unpack(Packing::Gzip, &bomb, 1, &mut |_| false), Err(UnpackError::NoRoom));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0..4usize) {
            let kinds = [Packing::None, Packing::Gzip, Packing::Deflate, Packing::Zstd];
            let _ = unpack(kinds[kind], &bytes, 10_000, &mut |_| true);
        }
    }
}
