//! Syslog over a stream.

use std::future::Future;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpListener;

use super::add;
use super::framing::{Framed, Framer};
use crate::counters::Door;
use crate::gate::Gate;
use crate::gather::{Gather, named};
use crate::stream::{Post, Secure, serve_connections};

const DOOR: Door = Door::SyslogTcp;

/// Bytes that are read at once.
const READ_BYTES: usize = 64 << 10;

/// Serves a listener until `shutdown`. A client's certificate goes before the listener's sender.
pub async fn syslog_tcp<G: Gate, S: Secure>(
    listener: TcpListener,
    secure: S,
    post: Post<G>,
    shutdown: impl Future<Output = ()> + Send,
) {
    let serve =
        |stream, peer: String, post| async move { syslog_stream(stream, &peer, post).await };
    serve_connections(listener, secure, post, DOOR, shutdown, serve).await;
}

/// Reads one stream to its end. `peer` is where it comes from, for people.
pub async fn syslog_stream<G: Gate>(
    mut stream: impl AsyncRead + Unpin + Send,
    peer: &str,
    post: Post<G>,
) {
    post.counters.request(DOOR);
    let limit = post.limits.record_bytes;
    let mut held = post.room.holder();
    let mut framer = Framer::new(limit);
    let mut gather = Gather::new(named(DOOR.word(), peer), post.limits.batch_bytes);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let read = tokio::time::timeout(post.limits.idle_timeout, stream.read(&mut buffer)).await;
        let count = match read {
            Ok(Ok(count)) => count,
            Ok(Err(_)) | Err(_) => 0,
        };
        framer.push(buffer.get(..count).unwrap_or_default());
        let mut broken = 0;
        while let Some(framed) = framer.next() {
            match framed {
                Framed::Message(message) => {
                    add(message, peer, &mut gather);
                }
                Framed::TooLong => broken += 1,
            }
        }
        if count == 0
            && let Some(rest) = framer.finish()
        {
            add(rest, peer, &mut gather);
        }
        post.counters.invalid(DOOR, broken);
        let bytes = READ_BYTES + framer.pending_bytes() + gather.pending_bytes();
        let closing = held.resize(bytes).is_err();
        if closing {
            // What was read whole is still kept.
            tracing::warn!(peer, "syslog stream closed: too much is on its way at once");
            post.counters.refused(DOOR);
        }
        for gathered in gather.take() {
            // A refusal is counted and said; syslog has no words to tell the peer.
            let _ = post.keep(DOOR, &gathered).await;
        }
        if count == 0 || closing {
            return;
        }
    }
}
