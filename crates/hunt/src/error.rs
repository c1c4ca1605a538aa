//! Why a hunt gave no result, in words for whoever asked.
//!
//! Never: a path, a value of a row outside the scope.

use datafusion::error::DataFusionError;
use wardwatch_store::StoreError;

/// Longest reason that is passed on.
const LONGEST_REASON: usize = 500;

/// A hunt that gave no result.
#[derive(Debug, thiserror::Error)]
pub enum HuntError {
    /// The text is no query that may be asked.
    #[error("{0}")]
    Refused(String),
    /// The query is wrong, or went wrong on the caller's own rows.
    #[error("the query cannot be answered: {0}")]
    Query(String),
    /// It took too long.
    #[error(
        "the hunt took longer than {0} s and was stopped: ask for less time or fewer organisations"
    )]
    Time(u64),
    /// It needed too much memory.
    #[error("the hunt needed more memory than hunts may use: group or sort fewer rows")]
    Memory,
    /// Somebody stopped it.
    #[error("the hunt was stopped")]
    Cancelled,
    /// The lake could not be read.
    #[error("the lake could not be read; the server's log says more")]
    Lake(String),
    /// The catalogue could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl HuntError {
    /// What an engine's error says to the caller. Reasons of reading files stay inside.
    pub(crate) fn of(error: &DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => HuntError::Memory,
            DataFusionError::SQL(..)
            | DataFusionError::Plan(_)
            | DataFusionError::SchemaError(..)
            | DataFusionError::NotImplemented(_)
            | DataFusionError::Diagnostic(..)
            | DataFusionError::Collection(_)
            | DataFusionError::ArrowError(..)
            | DataFusionError::Execution(_) => {
                let reason = error.find_root().strip_backtrace();
                HuntError::Query(reason.chars().take(LONGEST_REASON).collect())
            }
            other => HuntError::Lake(other.to_string()),
        }
    }
}
