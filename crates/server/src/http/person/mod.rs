//! Endpoints of people with accounts.

pub mod create;
pub mod grant;
pub mod list;
