//! SQL over the lake, within a scope of tenants.
//!
//! In: a scope of reading events, one `SELECT` over the view `events`, a stretch of time. Out: a
//! bounded table of rows, how far it is, how it ended. Never: a row of an organisation outside the
//! scope, whatever the query says; another table; a file written; a name of a user outside the
//! caller's own organisation.

mod check;
mod distinct;
mod error;
mod functions;
mod hunter;
mod limits;
mod mask;
mod output;
mod process;
mod progress;
mod result;
mod safe;
mod scope_exec;
mod session;
mod table;
mod view;

pub use error::HuntError;
pub use hunter::{Hunter, Outcome, Query, Running};
pub use limits::HuntLimits;
pub use mask::Pseudonyms;
pub use output::Format;
pub use progress::Progress;
pub use result::HuntResult;
