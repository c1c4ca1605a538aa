//! Endpoints of organisations.

mod csv;
pub mod import;
pub mod list;
