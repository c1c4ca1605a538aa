//! Endpoints of campaigns.

pub mod get;
pub mod list;
