//! New records of one frame on their way to the disk. Whatever becomes of the request, they stop
//! being on their way when this is dropped, and whoever waits for them is told.

use std::sync::Arc;

use wardwatch_model::Timestamp;
use wardwatch_store::ranges::Range;

use super::{Key, Ledger};

/// Records on their way.
pub struct Flight {
    ledger: Arc<Ledger>,
    key: Key,
    parts: Vec<Range>,
    base: u64,
}

impl Flight {
    pub(super) fn new(ledger: Arc<Ledger>, key: Key, parts: Vec<Range>, base: u64) -> Self {
        Flight { ledger, key, parts, base }
    }

    /// The new records, in order.
    pub fn parts(&self) -> Vec<Range> {
        self.parts.clone()
    }

    /// Where the numbers begin.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// These are durable.
    pub fn landed(&mut self, from: u64, until: u64, now: Timestamp) {
        let mut inner = self.ledger.lock();
        if let Some(open) = inner.get(&self.key) {
            open.accept(from, until, now);
        }
        inner.note(&self.key);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if let Some(open) = self.ledger.lock().get(&self.key) {
            open.arrive(&self.parts);
        }
    }
}
