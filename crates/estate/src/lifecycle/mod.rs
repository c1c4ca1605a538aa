//! How long what a device runs is supported, and what leaves support when.
//!
//! In: support dates, the releases that a device may run, a day. Out: one answer for a device, a
//! forecast by month, measures of how evergreen an estate is, and what is about to leave.
//! Never: a device of unknown support counted as fine.

mod cliff;
mod evergreen;
mod leaving;
mod support;

pub use cliff::{Cliff, Forecast, MonthCount, cliff};
pub use evergreen::{Evergreen, Running, evergreen, releases_behind};
pub use leaving::{Leaving, LeavingRow, leaving};
pub use support::{Support, support};
