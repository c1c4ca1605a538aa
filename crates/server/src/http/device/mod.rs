//! Endpoints of devices.

pub mod classify;
mod csv;
pub mod import;
pub mod list;
