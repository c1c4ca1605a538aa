//! Endpoints of contacts.

mod csv;
pub mod import;
pub mod list;
pub mod mine;
pub mod remove;
