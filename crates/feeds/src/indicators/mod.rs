//! Lists of indicators: STIX 2.1, MISP, CSV and plain text.
//!
//! In: a list's bytes, its format or [`Format::Auto`], the time. Out: [`Parsed`]: indicators in one
//! spelling, and everything that was not taken, by place and reason. One bad row never takes its
//! neighbours with it. Never: a list cut short; one that is too large or broken off is refused
//! whole.

mod address;
mod csv;
mod format;
mod gather;
mod json;
mod misp;
mod refused;
mod stix;
#[cfg(test)]
mod tests;
mod text;
mod value;

use serde::{Deserialize, Serialize};
use wardwatch_model::{Indicator, Timestamp};

pub use address::is_public;
pub use format::{Format, UnknownFormat};
pub use gather::Gather;
pub use misp::event_names;

/// What a list may be at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a list.
    pub bytes: usize,
    /// Indicators of a list.
    pub indicators: usize,
    /// Problems that are kept with their words; beyond it they are counted.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 128 << 20, indicators: 1_000_000, problems: 1_000 }
    }
}

/// Something of a list that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where it stands: a line, or the identity at the source.
    pub place: String,
    /// Why it was not taken.
    pub reason: String,
}

/// A list that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What it turned out to be.
    pub format: Format,
    /// Its indicators, each value once.
    pub indicators: Vec<Indicator>,
    /// Identities that give nothing, or nothing any more: what a list that comes in parts holds of
    /// them goes.
    pub withdrawn: Vec<String>,
    /// Values that stood there more than once.
    pub repeated: u64,
    /// Things that are no indicators and were not meant to be, such as other objects of STIX.
    pub others: u64,
    /// What was not taken; the first of them.
    pub problems: Vec<Problem>,
    /// How many were not taken in all.
    pub problem_count: u64,
}

/// Why a list was refused whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// It has too many bytes.
    #[error("the list has {bytes} bytes, at most {limit} are taken: split it")]
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// It has too many indicators.
    #[error("the list has more than {0} indicators: split it")]
    TooMany(usize),
    /// It is no text.
    #[error("the list is no text in UTF-8: byte {0} is not")]
    NotText(usize),
    /// It is no JSON, or broken off.
    #[error("the list is no whole JSON: {0}")]
    NotJson(String),
    /// It is JSON, but nothing that is known.
    #[error("{0}")]
    NotAList(&'static str),
    /// It is CSV that cannot be read.
    #[error("the list is no CSV: {0}")]
    NotCsv(String),
}

/// Reads a list.
///
/// # Errors
/// When the list is refused whole.
pub fn parse(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
    now: Timestamp,
) -> Result<Parsed, ListError> {
    if bytes.len() > limits.bytes {
        return Err(ListError::TooLarge { bytes: bytes.len(), limit: limits.bytes });
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text =
        std::str::from_utf8(bytes).map_err(|error| ListError::NotText(error.valid_up_to()))?;
    let format = format.told_by(text)?;
    let mut gather = Gather::new(*limits, now);
    read(text, format, "", &mut gather)?;
    Ok(gather.finish(format))
}

/// Reads one part of a list that comes in several, into what is gathered.
///
/// # Errors
/// As [`parse`].
pub fn read(
    text: &str,
    format: Format,
    source: &str,
    gather: &mut Gather,
) -> Result<(), ListError> {
    match format {
        Format::Stix => stix::read(text, gather).map(|_| ()),
        Format::Misp => misp::read(text, source, gather),
        Format::Csv => csv::read(text, gather),
        Format::Auto | Format::Text => text::read(text, gather),
    }
}

/// Reads a page of a TAXII collection; gives where the next one begins, if there is one. A page
/// without objects is the last, whatever it says.
///
/// # Errors
/// As [`parse`].
pub fn read_envelope(text: &str, gather: &mut Gather) -> Result<Option<String>, ListError> {
    let envelope = stix::read(text, gather)?;
    Ok(envelope.next.filter(|_| envelope.more && envelope.objects > 0))
}
