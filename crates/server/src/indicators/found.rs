//! Hits from history on their way to the loop that publishes.
//!
//! In: sightings. Out: the same, in order; then the word that they are stored. Never: more waiting
//! than a few parts; a part that counts as stored before it is.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};
use wardwatch_model::Sighting;

/// Parts that may wait.
const WAITING: usize = 4;

/// A part of what was found.
#[derive(Debug)]
pub struct Found {
    /// The sightings.
    pub sightings: Vec<Sighting>,
    /// To be told when they are stored.
    pub stored: oneshot::Sender<()>,
}

/// Where history hands over and the loop takes.
pub struct Inbox {
    put: mpsc::Sender<Found>,
    take: Mutex<mpsc::Receiver<Found>>,
}

impl Default for Inbox {
    fn default() -> Self {
        let (put, take) = mpsc::channel(WAITING);
        Inbox { put, take: Mutex::new(take) }
    }
}

impl Inbox {
    /// Hands sightings over and waits until they are stored. False when that will never be.
    pub async fn hand_over(&self, sightings: Vec<Sighting>) -> bool {
        let (stored, told) = oneshot::channel();
        self.put.send(Found { sightings, stored }).await.is_ok() && told.await.is_ok()
    }

    /// What waits.
    pub fn take(&self) -> Vec<Found> {
        let mut take = self.take.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| take.try_recv().ok()).collect()
    }
}
