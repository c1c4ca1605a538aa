//! One connection: which events wait, and what was acknowledged.

use std::borrow::Cow;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::frames::{Frame, acknowledgement};
use super::{Closed, DOOR};
use crate::carry::{self, Beside};
use crate::gate::Gate;
use crate::gather::{Gather, named};
use crate::stream::Post;

/// The state of a connection.
pub(super) struct Session<'p, S, G> {
    pub(super) stream: S,
    pub(super) gather: Gather,
    post: &'p Post<G>,
    /// Events that are still to come before an acknowledgement is due.
    left: u32,
    /// Number of the last event.
    last: u32,
}

impl<'p, S: AsyncWrite + Unpin + Send, G: Gate> Session<'p, S, G> {
    pub(super) fn new(stream: S, peer: &str, post: &'p Post<G>) -> Self {
        let gather = Gather::new(named(DOOR.word(), peer), post.limits.batch_bytes);
        Session { stream, gather, post, left: 0, last: 0 }
    }

    /// Takes a window or an event; acknowledges when one is due.
    pub(super) async fn take(&mut self, frame: Frame<'_>) -> Result<(), Closed> {
        match frame {
            Frame::Window(events) => {
                self.left = events;
                return Ok(());
            }
            Frame::Json { sequence, text } => {
                self.last = sequence;
                let added = std::str::from_utf8(text).is_ok_and(|text| {
                    carry::object(text, &Beside::default(), &mut self.gather).is_ok()
                });
                self.post.counters.invalid(DOOR, u64::from(!added));
            }
            Frame::Pairs { sequence, pairs } => {
                self.last = sequence;
                self.add_pairs(&pairs);
            }
            Frame::Packed(_) => return Ok(()),
        }
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || self.gather.pending_bytes() >= self.post.limits.batch_bytes {
            self.acknowledge().await?;
        }
        Ok(())
    }

    /// An event of names and values: its `line` with the others beside it.
    fn add_pairs(&mut self, pairs: &[(&[u8], &[u8])]) {
        let mut line = None;
        let mut host = None;
        let mut more = Vec::new();
        for (name, value) in pairs {
            let value = String::from_utf8_lossy(value);
            match *name {
                b"line" | b"message" => line = Some(value),
                b"host" => host = Some(value),
                name => {
                    let name = String::from_utf8_lossy(name).into_owned();
                    more.push((Cow::Owned(name), value.into()));
                }
            }
        }
        let beside = Beside { time: None, host: host.as_deref(), more };
        match line {
            Some(line) => carry::text(&line, &beside, &mut self.gather),
            // An empty object is one.
            None => {
                let _ = carry::object("{}", &beside, &mut self.gather);
            }
        }
    }

    /// Makes everything so far durable and says so.
    async fn acknowledge(&mut self) -> Result<(), Closed> {
        for gathered in self.gather.take() {
            loop {
                match self.post.attempt(DOOR, &gathered).await {
                    Ok(()) => break,
                    Err(refused) if refused.is_passing() => {
                        tokio::time::sleep(self.post.limits.retry_pause).await;
                        send(&mut self.stream, 0).await?;
                    }
                    Err(_) => return Err(Closed::Refused),
                }
            }
        }
        send(&mut self.stream, self.last).await
    }
}

async fn send(stream: &mut (impl AsyncWrite + Unpin), sequence: u32) -> Result<(), Closed> {
    stream.write_all(&acknowledgement(sequence)).await.map_err(|_| Closed::Peer)?;
    stream.flush().await.map_err(|_| Closed::Peer)
}
