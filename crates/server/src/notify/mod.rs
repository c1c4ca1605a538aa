//! Notifications leave the server: webhooks and mail.
//!
//! In: notifications and where they go. Out: requests and mails, or why not. Never: a target that
//! the administrator of the server did not allow; a secret in an error.

pub mod mail;
pub mod target;
pub mod webhook;
