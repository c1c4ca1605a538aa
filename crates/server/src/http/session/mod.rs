//! Endpoints of sessions.

pub mod close;
pub mod open;
