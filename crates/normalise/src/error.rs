//! Why a record could not become an event.

use thiserror::Error;

/// Why one record could not become an event. Its neighbours are not affected.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// The text is not valid JSON.
    #[error("not valid JSON at byte {at}: {reason}")]
    Json {
        /// Offset within the record.
        at: usize,
        /// What was expected or found.
        reason: &'static str,
    },
    /// The record is nested deeper than the limit.
    #[error("nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// The record holds more fields than the limit.
    #[error("more than {limit} fields")]
    TooManyFields {
        /// The limit.
        limit: usize,
    },
    /// The record is not of the format that its file is of.
    #[error("not a {format} record: {reason}")]
    Format {
        /// Name of the format, such as `auditd`.
        format: &'static str,
        /// What was expected or found.
        reason: &'static str,
    },
    /// An EVTX record that could not be decoded.
    #[error("EVTX record cannot be decoded: {0}")]
    Evtx(String),
}
