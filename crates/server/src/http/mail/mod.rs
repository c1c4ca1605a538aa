//! Endpoints of subscriptions by mail.

pub mod create;
pub mod list;
pub mod remove;
pub mod test;
