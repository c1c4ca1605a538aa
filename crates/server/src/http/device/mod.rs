//! Endpoints of devices.

pub mod list;
