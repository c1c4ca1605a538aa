//! Why bytes are no frame or receipt, or a frame cannot be sent.

/// A frame or receipt that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Larger than may go over the wire.
    #[error("a packed frame has at most {limit} bytes, this one has {bytes}")]
    PackedTooLarge {
        /// Bytes that it has.
        bytes: usize,
        /// Most bytes.
        limit: usize,
    },
    /// Unpacks to more than is allowed.
    #[error("a frame unpacks to at most {limit} bytes: send fewer records at once")]
    TooLarge {
        /// Most bytes.
        limit: usize,
    },
    /// The Zstandard around it is broken.
    #[error("the frame cannot be unpacked: {0}")]
    Packing(String),
    /// The protobuf in it is broken.
    #[error("the message cannot be read: {0}")]
    Message(String),
    /// Made for another form.
    #[error("form {found} of the wire is not spoken here, only {known}")]
    Version {
        /// Form that it says.
        found: u32,
        /// Form that is spoken.
        known: u32,
    },
    /// Too many records.
    #[error("a frame holds at most {limit} records")]
    TooManyRecords {
        /// Most records.
        limit: usize,
    },
    /// A record is too long.
    #[error("record {number} of the frame has {bytes} bytes, at most {limit} are taken")]
    RecordTooLong {
        /// Its place in the frame, from 1.
        number: usize,
        /// Bytes that it has.
        bytes: usize,
        /// Most bytes.
        limit: usize,
    },
    /// A name is missing, too long, or holds what could disturb a screen.
    #[error("the {what} is {problem}")]
    Name {
        /// Which name.
        what: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
    /// A number is out of its range.
    #[error("the {what} must be from {least} to {most}")]
    Number {
        /// Which number.
        what: &'static str,
        /// Smallest value.
        least: u64,
        /// Largest value.
        most: u64,
    },
    /// The word for what records look like is not known.
    #[error("shape {0} of records is not known here")]
    Shape(i32),
}
