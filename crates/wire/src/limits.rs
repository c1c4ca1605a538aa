//! How large a frame and its parts may be. Both sides hold to them: who builds a larger frame gets
//! an error before it is sent.

/// Bytes of a frame as it goes over the wire.
pub const MAX_PACKED_BYTES: usize = 4 << 20;
/// Bytes of a frame unpacked.
pub const MAX_UNPACKED_BYTES: usize = 8 << 20;
/// Records of a frame.
pub const MAX_RECORDS: usize = 5_000;
/// Bytes of a record.
pub const MAX_RECORD_BYTES: usize = 1 << 20;
/// Bytes of a device's name.
pub const MAX_DEVICE_BYTES: usize = 255;
/// Bytes of the name of what records were read from.
pub const MAX_SOURCE_BYTES: usize = 255;
/// Bytes of a receipt.
pub const MAX_RECEIPT_BYTES: usize = 256;
/// Largest number of a boot or a record: what a signed number of 64 bits holds.
pub const MAX_NUMBER: u64 = i64::MAX as u64;
/// Records that a good sender puts into a frame.
pub const USUAL_RECORDS: usize = 500;
/// Bytes of records after which a good sender closes a frame.
pub const USUAL_BYTES: usize = 1 << 20;
