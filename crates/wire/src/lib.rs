//! What agents and server say to each other.
//!
//! In: records of one device, numbered since its start. Out: frames as bytes for the way, and the
//! same frames again; receipts that say how much is safe. Never: a socket, a clock, more memory
//! than the limits say, whatever the bytes promise.
//!
//! A frame is one protobuf message packed with Zstandard. A receipt is one protobuf message, not
//! packed. Both carry the number of their form, so that old agents and new servers know each other.

mod error;
mod frame;
pub mod limits;
mod pack;
mod receipt;
mod shape;

pub use error::WireError;
pub use frame::Frame;
pub use pack::unpacked_bytes;
pub use receipt::Receipt;
pub use shape::RecordShape;

/// Media type of a frame.
pub const FRAME_MEDIA_TYPE: &str = "application/x-wardwatch-frame";
/// Media type of a receipt.
pub const RECEIPT_MEDIA_TYPE: &str = "application/x-wardwatch-receipt";
/// Path of the door that takes frames.
pub const FRAMES_PATH: &str = "/wire/v1/frames";
/// Number of the form of frames and receipts.
pub const VERSION: u32 = 1;
