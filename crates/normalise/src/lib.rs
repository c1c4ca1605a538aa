//! A raw record of any supported source becomes an event that rules can see.
//!
//! In: bytes or text of one record (or one EVTX chunk). Out: a [`wardwatch_model::Event`] that
//! keeps native field names and carries its log sources. Never: files, sockets, clocks; nothing
//! here panics on any input.

pub(crate) mod aliases;
pub mod audit;
pub mod block;
pub mod cef;
pub mod documents;
pub mod draft;
pub mod ecs;
pub mod error;
pub mod eve;
pub mod evtx;
pub mod inventory;
pub mod json;
pub mod kept;
pub mod laurel;
mod normaliser;
mod other;
mod own;
pub mod rendered;
pub mod sniff;
pub mod sources_linux;
pub mod sources_network;
pub mod sources_windows;
#[cfg(test)]
pub(crate) mod story;
pub mod syslog;
pub mod wer;
pub mod windows;
pub mod zeek;

pub use draft::Draft;
pub use error::RecordError;
pub use normaliser::Normaliser;
