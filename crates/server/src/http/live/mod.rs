//! Endpoint of changes as they happen.

pub mod get;
