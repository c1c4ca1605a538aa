//! Endpoints of how long events are kept.

pub mod list;
pub mod set;
