//! Endpoints of filters that organisations lay over rules.

pub mod add;
pub mod remove;
