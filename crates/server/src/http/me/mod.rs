//! Endpoints of what one may see and change of oneself.

pub mod authenticator;
pub mod confirm;
pub mod get;
pub mod password;
