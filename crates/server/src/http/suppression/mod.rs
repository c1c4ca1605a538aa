//! Endpoints of suppressions.

pub mod add;
pub mod end;
pub mod list;
