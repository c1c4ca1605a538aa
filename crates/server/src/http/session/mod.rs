//! Endpoints of sessions.

pub mod close;
pub mod oidc;
pub mod open;
