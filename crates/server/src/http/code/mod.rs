//! Endpoints of enrolment codes.

pub mod create;
pub mod list;
