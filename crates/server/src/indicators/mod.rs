//! Indicators as the server works with them: one matcher for all lists, swapped as a whole, and
//! what was found in history on its way to the detection loop.
//!
//! In: lists of the state. Out: the matcher in use, and hits as sightings. Never: a list loaded
//! while another is, or while the matcher is being made; a hit lost between history and the loop.

mod found;
mod history;
mod load;
mod row;
pub mod sight;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, Semaphore, SemaphorePermit, watch};
use wardwatch_detect::indicator::{Builder, Matcher};
use wardwatch_feeds::fetch::Reach;
use wardwatch_feeds::indicators::Limits;
use wardwatch_model::{IndicatorListId, OrgId};
use wardwatch_store::{State, StoreError, SystemScope};

pub use found::{Found, Inbox};
pub use history::History;
pub use load::{LoadError, Loaded, Upload};

/// Lists that are read at once; their bytes are held meanwhile.
const READ_AT_ONCE: usize = 2;
/// Room for one list to be held and read.
pub struct Room<'i>(#[expect(dead_code, reason = "held, not looked at")] SemaphorePermit<'i>);

/// What a matcher was made of; the same again makes the same.
type Made = Vec<(IndicatorListId, u64, Arc<BTreeSet<OrgId>>)>;

/// What endpoints and loops share of indicators.
pub struct Indicators {
    /// From where lists may be pulled.
    pub reach: Reach,
    /// What a list may be.
    pub limits: Limits,
    /// Hits from history, for the loop that publishes.
    pub inbox: Inbox,
    current: RwLock<Arc<Matcher>>,
    /// How many matchers there were.
    generation: AtomicU64,
    /// The generation that all events in the lake, and all that follow, were looked up in or after.
    settled: watch::Sender<u64>,
    /// Held while a list is loaded or the matcher is made.
    made: Mutex<Made>,
    reading: Semaphore,
    changed: watch::Sender<u64>,
}

impl Default for Indicators {
    /// Nothing loaded, nothing but the public network in reach.
    fn default() -> Self {
        Indicators::new(Reach::default())
    }
}

impl Indicators {
    /// Nothing loaded.
    pub fn new(reach: Reach) -> Self {
        Indicators {
            reach,
            limits: Limits::default(),
            inbox: Inbox::default(),
            current: RwLock::default(),
            generation: AtomicU64::new(0),
            settled: watch::Sender::new(0),
            made: Mutex::default(),
            reading: Semaphore::new(READ_AT_ONCE),
            changed: watch::Sender::new(0),
        }
    }

    /// The matcher in use.
    pub fn current(&self) -> Arc<Matcher> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Room for a list, to be asked for before its bytes are taken from whoever sends them.
    ///
    /// # Errors
    /// When others have it.
    pub fn room(&self) -> Result<Room<'_>, LoadError> {
        self.reading.try_acquire().map(Room).map_err(|_| LoadError::Busy)
    }

    /// Says that lists or sources changed, so that loops look at once.
    pub fn tell(&self) {
        self.changed.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Changes when lists or sources do.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// How many matchers there were: that of the one in use.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Says that all events that met an earlier matcher than this one are in the lake. To be called
    /// by the loop that looks them up, with the generation that it read before those it looked up
    /// next.
    pub fn settle(&self, generation: u64) {
        self.settled.send_if_modified(|settled| {
            let later = *settled < generation;
            *settled = generation.max(*settled);
            later
        });
    }

    /// Ends when history holds all that the matcher in use now did not see.
    pub async fn settled(&self) {
        let generation = self.generation.load(Ordering::SeqCst);
        let mut settled = self.settled.subscribe();
        // An error means that the value's owner is gone, and with it whoever waits.
        let _ = settled.wait_for(|settled| *settled >= generation).await;
    }

    /// Makes the matcher anew if lists or organisations changed.
    ///
    /// # Errors
    /// When the state cannot be read; the matcher in use stays.
    pub async fn refresh(&self, state: &State, system: &SystemScope) -> Result<(), StoreError> {
        let mut made = self.made.lock().await;
        let lists = state.all_indicator_lists(system).await?;
        let wanted: Made = lists
            .iter()
            .map(|reach| (reach.list.id, reach.list.version, reach.orgs.clone()))
            .collect();
        if *made == wanted {
            return Ok(());
        }
        let mut builder = Builder::default();
        for reach in &lists {
            let list = &reach.list;
            let number = builder.list(list.id, &list.name, reach.orgs.clone());
            let mut last = None;
            loop {
                let part =
                    state.indicators(system, list.id, list.version, 0, last.as_ref()).await?;
                last = part.last().cloned();
                if last.is_none() {
                    break;
                }
                for indicator in part {
                    builder.add(number, indicator);
                }
            }
        }
        let matcher = Arc::new(builder.build());
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = matcher;
        self.generation.fetch_add(1, Ordering::SeqCst);
        *made = wanted;
        Ok(())
    }
}
