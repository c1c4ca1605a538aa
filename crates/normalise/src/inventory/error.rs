//! Why content could not be read as a report: what was tried, where, and what to do about it.

use super::limits::{MAX_LINE_BYTES, MAX_REPORT_BYTES, MAX_ROWS};

/// Content is no report that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InventoryError {
    /// Nothing but blanks.
    #[error("the report is empty: export it again")]
    Empty,
    /// More bytes than a report may have.
    #[error(
        "the report has {0} bytes, more than the limit of {MAX_REPORT_BYTES}: split it by host"
    )]
    TooLarge(usize),
    /// Not text.
    #[error(
        "the content is not text: send a report as text, CSV or JSON, such as the output of systeminfo"
    )]
    Binary,
    /// A registry hive.
    #[error(
        "the content is a registry hive, which is not read: send the output of systeminfo and of `ver` instead"
    )]
    Hive,
    /// One line is longer than any line of a report.
    #[error("line {0} has more than {MAX_LINE_BYTES} bytes, so this is no report of a host")]
    LongLine(usize),
    /// No kind of report looks like this.
    #[error(
        "cannot tell what kind of report begins with '{0}': known are systeminfo, wmic qfe, Get-HotFix, exports of the registry, tables of hosts, dpkg, rpm, os-release and the agent's JSON"
    )]
    Unknown(String),
    /// JSON that is no inventory.
    #[error("inventory {record} of the JSON report cannot be read: {reason}")]
    Json {
        /// Number of the object, from 1.
        record: usize,
        /// What the parser says.
        reason: String,
    },
    /// A report of too many hosts.
    #[error("the report has more than {MAX_ROWS} rows: split it")]
    TooManyRows,
    /// The kind is clear, but nothing in it can be used.
    #[error("{0} was recognised, but nothing in it can be read: export it again")]
    Nothing(&'static str),
}
