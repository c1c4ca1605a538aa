//! Endpoints of organisations.

pub mod change;
pub mod close;
mod csv;
pub mod erase;
pub mod import;
pub mod list;
pub mod posture;
