//! Endpoints of enrolment codes.

pub mod create;
