//! What the doors that are no HTTP share: one sender for a listener, waiting while the log is
//! busy, a bounded number of connections.

use std::future::Future;
use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use wardwatch_store::Sender;

use crate::counters::{Counters, Door};
use crate::gate::{Gate, Refused};
use crate::gather::Gathered;
use crate::http::ClientCertificate;
use crate::limits::Limits;
use crate::room::Room;

/// What a connection goes through before its bytes are read.
pub trait Secure: Clone + Send + Sync + 'static {
    /// What is read then.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Makes the handshake; gives the stream, and the client's certificate where it showed one.
    fn secure(
        &self,
        stream: TcpStream,
    ) -> impl Future<Output = io::Result<(Self::Stream, Option<ClientCertificate>)>> + Send;
}

/// No handshake.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl Secure for Plain {
    type Stream = TcpStream;

    async fn secure(
        &self,
        stream: TcpStream,
    ) -> io::Result<(TcpStream, Option<ClientCertificate>)> {
        Ok((stream, None))
    }
}

/// A listener's or folder's sender and what it needs; cheap to clone.
#[derive(Debug, Clone)]
pub struct Post<G> {
    pub(crate) gate: G,
    pub(crate) sender: Sender,
    pub(crate) limits: Arc<Limits>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) room: Room,
}

impl<G: Gate> Post<G> {
    /// Everything that comes in here is `sender`'s.
    pub fn new(gate: G, sender: Sender, limits: Limits, counters: Arc<Counters>) -> Self {
        let room = Room::new(limits.room_bytes);
        Post { gate, sender, limits: Arc::new(limits), counters, room }
    }

    /// The same for whom a certificate stands; none when it is nobody's.
    async fn of(mut self, certificate: Option<ClientCertificate>) -> Option<Self> {
        let Some(ClientCertificate(print)) = certificate else { return Some(self) };
        match self.gate.certified(&print).await {
            Ok(sender) => self.sender = sender?,
            Err(error) => {
                tracing::warn!(%error, "senders cannot be looked up");
                return None;
            }
        }
        Some(self)
    }

    /// Tries once to keep a batch. "Busy" is neither counted nor said: the caller tries again, or
    /// calls [`Post::give_up`].
    pub(crate) async fn attempt(&self, door: Door, gathered: &Gathered) -> Result<(), Refused> {
        let bytes = gathered.batch.bytes.len() as u64;
        match self.gate.take(&self.sender, gathered.batch.clone()).await {
            Ok(()) => {
                self.counters.kept(door, gathered.records, bytes);
                Ok(())
            }
            Err(refused) if refused.is_passing() => Err(refused),
            Err(refused) => {
                self.give_up(door, &refused);
                Err(refused)
            }
        }
    }

    /// Counts and says that a batch is lost, or that the sender has to send it again.
    pub(crate) fn give_up(&self, door: Door, refused: &Refused) {
        self.counters.refused(door);
        tracing::warn!(door = door.word(), %refused, "batch not kept");
    }

    /// Keeps a batch; waits while the log is busy, for ever.
    pub(crate) async fn keep(&self, door: Door, gathered: &Gathered) -> Result<(), Refused> {
        loop {
            match self.attempt(door, gathered).await {
                Err(refused) if refused.is_passing() => {
                    tokio::time::sleep(self.limits.retry_pause).await
                }
                outcome => return outcome,
            }
        }
    }
}

/// Serves every connection of a listener until `shutdown`; what is under way then is dropped
/// without an acknowledgement.
pub(crate) async fn serve_connections<G, S, F>(
    listener: TcpListener,
    secure: S,
    post: Post<G>,
    door: Door,
    shutdown: impl Future<Output = ()> + Send,
    serve: impl Fn(S::Stream, String, Post<G>) -> F + Clone + Send + 'static,
) where
    G: Gate,
    S: Secure,
    F: Future<Output = ()> + Send + 'static,
{
    let turns = Arc::new(Semaphore::new(post.limits.connections.max(1)));
    let mut running = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => return,
            Some(_) = running.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Often too many open files: others have to end first.
                tracing::warn!(door = door.word(), %error, "connection not accepted");
                tokio::time::sleep(post.limits.retry_pause).await;
                continue;
            }
        };
        let Ok(turn) = turns.clone().try_acquire_owned() else {
            post.counters.refused(door);
            continue;
        };
        let (secure, serve, post) = (secure.clone(), serve.clone(), post.clone());
        running.spawn(async move {
            let handshake = tokio::time::timeout(post.limits.handshake, secure.secure(stream));
            // Who does not come through the handshake, or shows a certificate that is nobody's any
            // more, is turned away.
            let counters = post.counters.clone();
            let post = match handshake.await {
                Ok(Ok((stream, certificate))) => {
                    post.of(certificate).await.map(|post| (stream, post))
                }
                _ => None,
            };
            match post {
                Some((stream, post)) => serve(stream, peer.ip().to_string(), post).await,
                None => counters.refused(door),
            }
            drop(turn);
        });
    }
}
