//! Endpoints of people with accounts.

pub mod authenticator;
pub mod create;
pub mod disable;
pub mod enable;
pub mod grant;
pub mod grants;
pub mod link;
pub mod list;
pub mod password;
pub mod revoke;
pub mod sessions;
pub mod unlink;
