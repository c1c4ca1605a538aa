//! Endpoints of tokens.

pub mod create;
pub mod revoke;
