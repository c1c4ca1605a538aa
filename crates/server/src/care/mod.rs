//! The care wing's memory: what every device runs, is open to, and when it leaves support.
//!
//! In: reports, landscapes, campaigns, as `loops/care` brings them. Out: answers within a scope.
//! Never: a reader who waits for a device to be worked out; that happens before it is put in.

mod answer;
pub mod attacks;
mod decisions;
mod device;
mod excepted;
mod kept;
mod merged;
mod only;
mod protection;
mod sector;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use tokio::sync::watch;
use wardwatch_feeds::landscape::starter;
use wardwatch_model::{Day, OrgId};

pub use answer::{Doubtful, Listed, Standing};
pub use device::{DeviceAnswer, assess};
pub use merged::merged;
pub use only::Only;
pub use protection::{Unsupported, plan_of};
pub use sector::{Ground, Kind, Origin, Placed, Prepared, Said, Sector};

/// The memory; one for the server.
pub struct Care {
    sector: RwLock<Sector>,
    changed: watch::Sender<u64>,
    /// Whether all devices were worked out once.
    ready: AtomicBool,
}

impl Default for Care {
    /// Without devices, over what is built in.
    fn default() -> Self {
        let today = Day::of(wardwatch_model::Timestamp { micros: 0 });
        let ground = Ground::new(starter(), Origin::default(), today);
        Care {
            sector: RwLock::new(Sector::new(ground)),
            changed: watch::Sender::new(0),
            ready: AtomicBool::new(false),
        }
    }
}

impl Care {
    /// Reads the sector; hold it no longer than needed.
    pub fn read<T>(&self, ask: impl FnOnce(&Sector) -> T) -> T {
        ask(&self.sector.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether all devices that reported are in it: before that no count may be told.
    pub fn ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Says that they are.
    pub fn set_ready(&self) {
        self.ready.store(true, Ordering::Release);
    }

    /// Changes the sector: all answers about it end.
    pub fn change<T>(&self, change: impl FnOnce(&mut Sector) -> T) -> T {
        let mut sector = self.sector.write().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut sector);
        sector.answers.end();
        changed
    }

    /// Puts devices that reported in their places: dear answers stand a moment longer.
    pub fn put(&self, prepared: Vec<Prepared>) {
        self.sector.write().unwrap_or_else(PoisonError::into_inner).put(prepared);
    }

    /// Says that there is something to follow.
    pub fn tell(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Wakes when there is something to follow.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Forgets the devices of an organisation.
    pub fn forget(&self, org: &OrgId) {
        self.change(|sector| sector.forget(org));
    }
}
