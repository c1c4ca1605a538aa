//! Syslog: datagrams and streams.
//!
//! In: RFC 3164 and RFC 5424 over UDP, TCP, or any stream (TLS) that the caller gives. Out: each
//! message as one line. Every listener has one sender; what a message says of itself does not
//! decide whose it is. Syslog has no acknowledgement: a stream is read no further while the log
//! is busy, a datagram is given up after a few tries and counted.

pub mod framing;
mod tcp;
mod udp;

pub use tcp::{syslog_stream, syslog_tcp};
pub use udp::syslog_udp;

use crate::carry::{self, Beside};
use crate::gather::Gather;

/// Adds one message; false when it is empty.
fn add(message: &[u8], peer: &str, gather: &mut Gather) -> bool {
    let text = String::from_utf8_lossy(message);
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    if text.is_empty() {
        return false;
    }
    // The peer stands in for a host only where the message is in no known form.
    carry::text(text, &Beside { time: None, host: Some(peer), more: Vec::new() }, gather);
    true
}

#[cfg(test)]
mod tests;
