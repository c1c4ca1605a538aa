//! Syslog in datagrams: one message each.

use std::future::Future;
use std::net::SocketAddr;

use tokio::net::UdpSocket;

use super::add;
use crate::counters::Door;
use crate::gate::{Gate, Refused};
use crate::gather::{Gather, Gathered, named};
use crate::stream::Post;

const DOOR: Door = Door::SyslogUdp;

/// Largest datagram that there is.
const DATAGRAM_BYTES: usize = 65_535;

/// Most datagrams of one batch.
const MOST_AT_ONCE: usize = 4_096;

/// Serves a socket until `shutdown`.
pub async fn syslog_udp<G: Gate>(
    socket: UdpSocket,
    post: Post<G>,
    shutdown: impl Future<Output = ()> + Send,
) {
    let mut buffer = vec![0; DATAGRAM_BYTES];
    let mut gather = Gather::new(named(DOOR.word(), ""), post.limits.batch_bytes);
    tokio::pin!(shutdown);
    loop {
        let received = tokio::select! {
            () = &mut shutdown => return,
            received = socket.recv_from(&mut buffer) => received,
        };
        match received {
            Ok((count, peer)) => one(&buffer, count, peer, &post, &mut gather),
            Err(error) => {
                tracing::warn!(%error, "datagram not received");
                tokio::time::sleep(post.limits.retry_pause).await;
                continue;
            }
        }
        // Whatever has come meanwhile shares the write to disk.
        for _ in 1..MOST_AT_ONCE {
            if gather.pending_bytes() >= post.limits.batch_bytes {
                break;
            }
            let Ok((count, peer)) = socket.try_recv_from(&mut buffer) else { break };
            one(&buffer, count, peer, &post, &mut gather);
        }
        for gathered in gather.take() {
            keep(&post, &gathered).await;
        }
    }
}

/// Keeps a batch; given up after a few tries, because nobody could be told to wait.
async fn keep<G: Gate>(post: &Post<G>, gathered: &Gathered) {
    for _ in 0..post.limits.datagram_tries.max(1) {
        match post.attempt(DOOR, gathered).await {
            Err(refused) if refused.is_passing() => {
                tokio::time::sleep(post.limits.retry_pause).await
            }
            _ => return,
        }
    }
    post.give_up(DOOR, &Refused::Busy);
}

fn one<G: Gate>(
    buffer: &[u8],
    count: usize,
    peer: SocketAddr,
    post: &Post<G>,
    gather: &mut Gather,
) {
    post.counters.request(DOOR);
    let message = buffer.get(..count).unwrap_or_default();
    if !add(message, &peer.ip().to_string(), gather) {
        post.counters.invalid(DOOR, 1);
    }
}
