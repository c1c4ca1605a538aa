//! The front doors: what shippers send becomes durable batches.
//!
//! In: requests, streams, datagrams and files in the shippers' own protocols, each from an
//! authenticated sender. Out: batches that `normalise` reads, handed to a [`Gate`]; an
//! acknowledgement in the protocol's words once they are durable; numbers of each door. Never: an
//! organisation taken from a payload, a record decoded into an event (crash reports excepted:
//! they are reduced to features before anything is kept), memory without bound.

mod carry;
pub mod counters;
pub mod elastic;
mod enrol;
mod file;
pub mod frames;
pub mod gate;
mod gather;
pub mod hec;
mod http;
mod inventory;
pub mod limits;
pub mod lumberjack;
pub mod otlp;
mod room;
#[cfg(test)]
mod stage;
mod stream;
pub mod syslog;
pub mod unpack;
mod upload;
pub mod watch;
mod wer;

pub use counters::{Counters, Door};
pub use frames::gaps::report_gaps;
pub use frames::ledger::Ledger;
pub use gate::{Certified, EnrolError, Enrolled, Gate, Refused, Unavailable};
pub use http::{ClientCertificate, doors_router, http_router};
pub use limits::Limits;
pub use lumberjack::{lumberjack, lumberjack_stream};
pub use stream::{Plain, Post, Secure};
pub use syslog::{syslog_stream, syslog_tcp, syslog_udp};
pub use watch::{Watch, watch_folder, watch_inventories, watch_reports};
