//! All doors over HTTP as one router, and what they share.

mod body;
mod caller;
mod credentials;
mod problem;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use tokio::sync::Semaphore;
use wardwatch_store::Sender;

pub(crate) use body::{BodyError, next_chunk, read_body, read_small};
pub(crate) use caller::Caller;
pub use caller::ClientCertificate;
pub(crate) use problem::{problem, with_retry_after};

use crate::counters::{Counters, Door};
use crate::gate::{Gate, Refused};
use crate::gather::Gathered;
use crate::hec::channels::Channels;
use crate::limits::Limits;
use crate::room::{Held, Room};
use crate::{elastic, enrol, frames, hec, inventory, otlp, upload, wer};

/// What all handlers share.
pub(crate) struct Doors<G> {
    pub(crate) gate: G,
    pub(crate) limits: Limits,
    pub(crate) counters: Arc<Counters>,
    pub(crate) room: Room,
    pub(crate) channels: Mutex<Channels>,
    pub(crate) uploads: Arc<Semaphore>,
}

/// What a handler's state is.
pub(crate) type Shared<G> = Arc<Doors<G>>;

/// Every HTTP door, `GET /` for Elasticsearch's clients included.
///
/// A server that has a page of its own at `/` takes [`doors_router`] and answers clients there
/// with [`elastic::greeting`].
pub fn http_router<G: Gate>(gate: G, limits: Limits, counters: Arc<Counters>) -> Router {
    doors_router(gate, limits, counters).merge(elastic::root_router())
}

/// Every HTTP door but `/`.
pub fn doors_router<G: Gate>(gate: G, limits: Limits, counters: Arc<Counters>) -> Router {
    let shared = Arc::new(Doors {
        gate,
        room: Room::new(limits.room_bytes),
        channels: Mutex::new(Channels::new(limits.hec_channels)),
        uploads: Arc::new(Semaphore::new(limits.uploads.max(1))),
        limits,
        counters,
    });
    Router::new()
        .merge(frames::router())
        .merge(elastic::router())
        .merge(hec::router())
        .merge(otlp::router())
        .merge(upload::router())
        .merge(wer::router())
        .merge(inventory::router())
        .merge(enrol::router())
        .with_state(shared)
}

/// Why nobody is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// There is no secret.
    Missing,
    /// What is there is not in a form that is read.
    Malformed,
    /// The secret is nobody's.
    Unknown,
    /// It cannot be told at the moment.
    Unavailable,
}

impl<G: Gate> Doors<G> {
    /// Counts a request and says whose it is.
    pub(crate) async fn admit(&self, door: Door, caller: &Caller) -> Result<Sender, Denied> {
        self.counters.request(door);
        let outcome = self.identify(caller).await;
        if outcome.is_err() {
            self.counters.refused(door);
        }
        outcome
    }

    /// Who sends, and the body whole; or the answer to whoever may not, or sends what cannot be read.
    pub(crate) async fn receive(
        &self,
        door: Door,
        caller: &Caller,
        body: Body,
    ) -> Result<(Sender, Vec<u8>, Held), Box<Response>> {
        let limits = &self.limits;
        let sender = self.admit(door, caller).await;
        let sender = sender.map_err(|denied| Box::new(denied.into_problem(limits)))?;
        let read = read_body(body, caller, limits, self.room.holder()).await;
        let (body, held) = read.map_err(|error| {
            match error {
                BodyError::NoRoom | BodyError::TooLarge { .. } => self.counters.refused(door),
                _ => self.counters.invalid(door, 1),
            }
            Box::new(error.into_problem(limits))
        })?;
        Ok((sender, body, held))
    }

    async fn identify(&self, caller: &Caller) -> Result<Sender, Denied> {
        // What a request says of itself goes before what its connection showed.
        let found = match (credentials::secret(caller), caller.certificate) {
            (Err(Denied::Missing), Some(ClientCertificate(print))) => {
                self.gate.certified(&print).await
            }
            (secret, _) => self.gate.sender(&secret?).await,
        };
        match found {
            Ok(Some(sender)) => Ok(sender),
            Ok(None) => Err(Denied::Unknown),
            Err(error) => {
                tracing::warn!(%error, "senders cannot be looked up");
                Err(Denied::Unavailable)
            }
        }
    }

    /// Keeps one batch, and counts.
    pub(crate) async fn keep(
        &self,
        door: Door,
        sender: &Sender,
        gathered: Gathered,
    ) -> Result<(), Refused> {
        keep(&self.gate, &self.counters, door, sender, gathered).await
    }

    /// Keeps batches in order, up to the first that is refused.
    pub(crate) async fn keep_all(
        &self,
        door: Door,
        sender: &Sender,
        batches: Vec<Gathered>,
    ) -> Result<(), Refused> {
        for gathered in batches {
            self.keep(door, sender, gathered).await?;
        }
        Ok(())
    }
}

/// Keeps one batch, and counts.
pub(crate) async fn keep<G: Gate>(
    gate: &G,
    counters: &Counters,
    door: Door,
    sender: &Sender,
    Gathered { batch, records }: Gathered,
) -> Result<(), Refused> {
    let bytes = batch.bytes.len() as u64;
    let outcome = gate.take(sender, batch).await;
    match &outcome {
        Ok(()) => counters.kept(door, records, bytes),
        Err(refused) => {
            counters.refused(door);
            if let Refused::Broken(reason) = refused {
                tracing::warn!(door = door.word(), reason, "batch not kept");
            }
        }
    }
    outcome
}
