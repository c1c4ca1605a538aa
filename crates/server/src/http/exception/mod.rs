//! Endpoints of exceptions: holes that stay open for now.

pub mod end;
pub mod list;
pub mod make;
