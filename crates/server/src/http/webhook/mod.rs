//! Endpoints of webhooks.

pub mod create;
pub mod list;
pub mod remove;
pub mod test;
