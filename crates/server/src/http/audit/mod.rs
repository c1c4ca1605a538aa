//! Endpoints of the audit.

pub mod list;
pub mod verify;
