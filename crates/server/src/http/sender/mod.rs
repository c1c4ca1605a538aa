//! Endpoints of senders.

pub mod create;
pub mod list;
