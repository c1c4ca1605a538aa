//! Endpoints about the server itself.

pub mod document;
pub mod health;
pub mod metrics;
pub mod ready;
