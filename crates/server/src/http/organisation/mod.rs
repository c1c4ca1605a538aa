//! Endpoints of organisations.

mod csv;
pub mod erase;
pub mod import;
pub mod list;
