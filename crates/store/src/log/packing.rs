//! A batch's bytes packed with Zstandard: logs repeat themselves, and disks are slower than packing.
//!
//! In: bytes, or packed bytes and how many they are unpacked. Out: the other. Never: bytes that grow
//! by packing; more memory than the stated size, or than any record may have.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};

/// Shorter batches are kept as they are: they are written in the time that packing takes.
const LEAST_BYTES: usize = 4 << 10;
/// Fast; events of one batch are so alike that higher levels gain little.
const LEVEL: i32 = 1;
/// No batch is larger unpacked; a size above it is damage.
const MAX_BYTES: usize = 256 << 20;

thread_local! {
    /// Its tables are large, so each thread keeps one; none where there is no memory for it.
    static PACKER: RefCell<Option<Compressor<'static>>> =
        RefCell::new(Compressor::new(LEVEL).ok());
    static UNPACKER: RefCell<Option<Decompressor<'static>>> =
        RefCell::new(Decompressor::new().ok());
}

/// The bytes packed; none when they are better kept as they are.
pub(super) fn pack(bytes: &[u8]) -> Option<Vec<u8>> {
    // What could not be unpacked again is not packed.
    if !(LEAST_BYTES..=MAX_BYTES).contains(&bytes.len()) {
        return None;
    }
    // What does not shrink by an eighth is not worth unpacking. Room for that is given back.
    let room = bytes.len() - bytes.len() / 8;
    let mut packed = Vec::with_capacity(room);
    let size = PACKER
        .with_borrow_mut(|packer| packer.as_mut()?.compress_to_buffer(bytes, &mut packed).ok())?;
    debug_assert_eq!(size, packed.len());
    packed.shrink_to_fit();
    Some(packed)
}

/// The bytes again; an error's text says what is wrong.
pub(super) fn unpack(packed: &[u8], size: usize) -> Result<Vec<u8>, &'static str> {
    if size > MAX_BYTES {
        return Err("its size is impossible");
    }
    let unpacked = UNPACKER.with_borrow_mut(|unpacker| {
        let unpacker = unpacker.as_mut().ok_or("there is no memory to unpack it")?;
        unpacker.decompress(packed, size).map_err(|_| "it cannot be unpacked")
    })?;
    if unpacked.len() == size { Ok(unpacked) } else { Err("it has not the size that it states") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_does_not_shrink_is_kept_as_it_is() {
        let mut state = 1_u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        };
        let noise: Vec<u8> = (0..20_000).map(|_| noise()).collect();
        assert_eq!(pack(&noise), None);
        assert_eq!(pack(b"short"), None);
        let alike = b"one line as any other\n".repeat(1_000);
        let packed = pack(&alike).unwrap();
        assert_eq!(unpack(&packed, alike.len()).as_deref(), Ok(&alike[..]));
        for wrong in [alike.len() - 1, alike.len() + 1, usize::MAX] {
            assert!(unpack(&packed, wrong).is_err());
        }
    }

    proptest! {
        #[test]
        fn comes_back(piece in prop::collection::vec(any::<u8>(), 1..300), times in 1usize..200) {
            let bytes = piece.repeat(times);
            if let Some(packed) = pack(&bytes) {
                prop_assert!(packed.len() < bytes.len());
                prop_assert_eq!(unpack(&packed, bytes.len()), Ok(bytes));
            }
        }

        #[test]
        fn never_panics(packed in prop::collection::vec(any::<u8>(), 0..300), size in 0usize..9_999) {
            let _ = unpack(&packed, size);
        }
    }
}
