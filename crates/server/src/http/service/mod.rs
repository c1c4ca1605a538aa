//! Endpoints of services.

mod csv;
pub mod import;
pub mod list;
