//! Lumberjack version 2: what Beats and Logstash send to a Logstash output.
//!
//! In: windows of events over TCP, or over any stream (TLS) that the caller gives. Out: each event
//! as one line; an acknowledgement once everything up to it is durable. Every listener has one
//! sender. While the log is busy the client is kept waiting with acknowledgements of nothing. An
//! event that cannot be read is counted and acknowledged: sent again it would be no better.

pub mod frames;
mod packed;
mod session;

use std::future::Future;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpListener;

use crate::counters::Door;
use crate::gate::Gate;
use crate::stream::{Post, Secure, serve_connections};
use frames::{Frame, FrameError, FrameLimits, parse};
use session::Session;

const DOOR: Door = Door::Lumberjack;

/// Bytes that are read at once.
const READ_BYTES: usize = 64 << 10;

/// Serves a listener until `shutdown`. A client's certificate goes before the listener's sender.
pub async fn lumberjack<G: Gate, S: Secure>(
    listener: TcpListener,
    secure: S,
    post: Post<G>,
    shutdown: impl Future<Output = ()> + Send,
) {
    let serve =
        |stream, peer: String, post| async move { lumberjack_stream(stream, &peer, post).await };
    serve_connections(listener, secure, post, DOOR, shutdown, serve).await;
}

/// Serves one stream to its end. `peer` is where it comes from, for people.
pub async fn lumberjack_stream<G: Gate>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send,
    peer: &str,
    post: Post<G>,
) {
    post.counters.request(DOOR);
    if let Err(closed) = serve(stream, peer, &post).await {
        match closed {
            Closed::Peer => {}
            Closed::Broken(error) => {
                post.counters.invalid(DOOR, 1);
                tracing::warn!(peer, %error, "lumberjack stream closed");
            }
            Closed::NoRoom => {
                post.counters.refused(DOOR);
                tracing::warn!(peer, "lumberjack stream closed: too much is on its way at once");
            }
            // It is counted and said where it happened.
            Closed::Refused => {}
        }
    }
}

/// Why a stream is closed.
#[derive(Debug)]
enum Closed {
    /// The peer went away.
    Peer,
    /// It cannot be read further.
    Broken(FrameError),
    /// There is no memory for it.
    NoRoom,
    /// A batch was refused; the client sends it again over a new connection.
    Refused,
}

impl From<FrameError> for Closed {
    fn from(error: FrameError) -> Self {
        Closed::Broken(error)
    }
}

async fn serve<G: Gate, S: AsyncRead + AsyncWrite + Unpin + Send>(
    stream: S,
    peer: &str,
    post: &Post<G>,
) -> Result<(), Closed> {
    let limits = FrameLimits {
        window_events: post.limits.window_events,
        packed_bytes: post.limits.frame_bytes,
        event_bytes: post.limits.record_bytes,
    };
    let mut held = post.room.holder();
    let mut session = Session::new(stream, peer, post);
    let mut pending: Vec<u8> = Vec::new();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let read = session.stream.read(&mut buffer);
        let count = match tokio::time::timeout(post.limits.idle_timeout, read).await {
            Ok(Ok(count)) if count > 0 => count,
            _ => return Err(Closed::Peer),
        };
        // A packed frame is unpacked piece by piece: a few pieces and an event at a time.
        let most = pending.len() + count + session.gather.pending_bytes() + limits.event_bytes;
        held.resize(READ_BYTES + most).map_err(|_| Closed::NoRoom)?;
        pending.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let mut at = 0;
        while let Some((frame, used)) = parse(pending.get(at..).unwrap_or_default(), &limits)? {
            match frame {
                Frame::Packed(bytes) => {
                    packed::read(bytes, &limits, post.limits.unpacked_bytes, &mut session).await?;
                }
                frame => session.take(frame).await?,
            }
            at += used;
        }
        pending.drain(..at);
    }
}

#[cfg(test)]
mod tests;
