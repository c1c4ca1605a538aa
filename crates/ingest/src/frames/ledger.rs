//! Which numbered records were taken, so that none is taken twice and holes are known.
//!
//! In: ranges of records that come and that are durable, times. Out: what of a frame is new, what
//! is missing for too long. In memory; filled at a start from the state and the rest of the log.
//! Bounded: beyond the limits of [`wardwatch_store::track`] the device or start longest unheard of
//! is forgotten. What is forgotten and comes again is kept a second time; the identities of its
//! events are the same, so it makes no second detection.

mod flight;
mod open;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use wardwatch_model::{Timestamp, TokenId};
use wardwatch_store::ranges::Range;
use wardwatch_store::track::{MAX_BOOTS, MAX_DEVICES};
use wardwatch_store::{KeptTrack, Received, Sender};

pub use flight::Flight;
use open::Open;

/// A start of a device of a sender.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) token: TokenId,
    pub(super) device: String,
    pub(super) boot: u64,
}

/// What to do with a frame.
pub enum Begin {
    /// All of it was taken before.
    Known,
    /// Some of it is on its way to the disk: ask again when that has landed.
    Wait(watch::Receiver<()>),
    /// These parts of it are new.
    Take(Flight),
}

/// Records that never came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Whose.
    pub sender: Sender,
    /// The device.
    pub device: String,
    /// Number of its start.
    pub boot: u64,
    /// Where the numbers of that start begin.
    pub base: u64,
    /// Number of the first that is missing.
    pub from: u64,
    /// Number of the last that is missing.
    pub until: u64,
}

/// All that was taken.
#[derive(Debug)]
pub struct Ledger {
    grace_micros: i64,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    senders: HashMap<TokenId, OfSender>,
    /// Tracks that have holes which were not reported.
    behind: HashSet<Key>,
}

#[derive(Debug)]
struct OfSender {
    sender: Sender,
    devices: HashMap<String, OfDevice>,
    /// Whether devices were forgotten: then a new one may be an old one.
    forgot: bool,
}

#[derive(Debug, Default)]
struct OfDevice {
    boots: Vec<(u64, Open)>,
    /// The largest number of a start that was forgotten.
    forgot: Option<u64>,
}

impl Ledger {
    /// Empty; holes are gaps once they are as old as `grace`.
    pub fn new(grace: Duration) -> Self {
        let grace_micros = i64::try_from(grace.as_micros()).unwrap_or(i64::MAX);
        Ledger { grace_micros, inner: Mutex::default() }
    }

    /// Takes up what the state kept.
    pub fn resume(&self, kept: Vec<KeptTrack>, now: Timestamp) {
        let mut inner = self.lock();
        for one in kept {
            let KeptTrack { sender, device, boot, track, last_seen, others_forgotten } = one;
            let key = Key { token: sender.token(), device, boot };
            inner.of(&sender).forgot |= others_forgotten;
            *inner.open(&sender, &key, 1, last_seen) = Open::kept(track, last_seen, now);
            inner.note(&key);
        }
    }

    /// Takes up an entry of the log that the state does not know of yet.
    pub fn replay(&self, sender: &Sender, received: &Received, now: Timestamp) {
        let key =
            Key { token: received.sender, device: received.device.clone(), boot: received.boot };
        let mut inner = self.lock();
        let open = inner.open(sender, &key, received.base, received.time);
        match received.missing {
            true => open.report(received.from, received.until, now),
            false => open.accept(received.from, received.until, now),
        }
        inner.note(&key);
    }

    /// Which part of a frame is new. It counts as on its way until the flight ends.
    pub fn begin(
        self: &Arc<Self>,
        sender: &Sender,
        device: &str,
        boot: u64,
        (from, until): Range,
        now: Timestamp,
    ) -> Begin {
        let key = Key { token: sender.token(), device: device.to_owned(), boot };
        let mut inner = self.lock();
        let base = if inner.may_be_forgotten(&key) { from } else { 1 };
        let open = inner.open(sender, &key, base, now);
        let parts = open.new_parts(from, until);
        if parts.is_empty() {
            return Begin::Known;
        }
        if let Some(landing) = open.wait_for(from, until) {
            return Begin::Wait(landing);
        }
        open.depart(&parts);
        let base = open.base();
        Begin::Take(Flight::new(self.clone(), key, parts, base))
    }

    /// Up to which number everything of a start of a device was taken.
    pub fn through(&self, sender: &Sender, device: &str, boot: u64) -> u64 {
        let key = Key { token: sender.token(), device: device.to_owned(), boot };
        self.lock().get(&key).map_or(0, |open| open.through())
    }

    /// What is missing for longer than the grace, or from a start that a later one followed.
    pub fn due(&self, now: Timestamp) -> Vec<Gap> {
        let mut inner = self.lock();
        let behind: Vec<Key> = inner.behind.iter().cloned().collect();
        let mut gaps = Vec::new();
        for key in behind {
            let Some(of_sender) = inner.senders.get(&key.token) else { continue };
            let Some(of_device) = of_sender.devices.get(&key.device) else { continue };
            let over = of_device.boots.iter().any(|(boot, _)| *boot > key.boot);
            let Some((_, open)) = of_device.boots.iter().find(|(boot, _)| *boot == key.boot) else {
                continue;
            };
            let latest = now.micros.saturating_sub(self.grace_micros);
            let due = open.holes().iter().filter(|hole| over || hole.since.micros <= latest);
            gaps.extend(due.map(|hole| Gap {
                sender: of_sender.sender.clone(),
                device: key.device.clone(),
                boot: key.boot,
                base: open.base(),
                from: hole.from,
                until: hole.until,
            }));
        }
        // What was forgotten meanwhile is not behind any more.
        let Inner { senders, behind } = &mut *inner;
        behind.retain(|key| find(senders, key).is_some());
        gaps.sort_by(|one, other| {
            let order = |gap: &Gap| (gap.sender.token(), gap.device.clone(), gap.boot, gap.from);
            order(one).cmp(&order(other))
        });
        gaps
    }

    /// Notes that a gap was reported.
    pub fn reported(&self, gap: &Gap, now: Timestamp) {
        let key = Key { token: gap.sender.token(), device: gap.device.clone(), boot: gap.boot };
        let mut inner = self.lock();
        if let Some(open) = inner.get(&key) {
            open.report(gap.from, gap.until, now);
        }
        inner.note(&key);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change is whole between any two statements.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find<'i>(senders: &'i HashMap<TokenId, OfSender>, key: &Key) -> Option<&'i Open> {
    let of_device = senders.get(&key.token)?.devices.get(&key.device)?;
    of_device.boots.iter().find(|(boot, _)| *boot == key.boot).map(|(_, open)| open)
}

impl Inner {
    fn of(&mut self, sender: &Sender) -> &mut OfSender {
        self.senders.entry(sender.token()).or_insert_with(|| OfSender {
            sender: sender.clone(),
            devices: HashMap::new(),
            forgot: false,
        })
    }

    fn get(&mut self, key: &Key) -> Option<&mut Open> {
        let of_device = self.senders.get_mut(&key.token)?.devices.get_mut(&key.device)?;
        of_device.boots.iter_mut().find(|(boot, _)| *boot == key.boot).map(|(_, open)| open)
    }

    /// Whether a track that is not there was perhaps there before.
    fn may_be_forgotten(&self, key: &Key) -> bool {
        let Some(of_sender) = self.senders.get(&key.token) else { return false };
        match of_sender.devices.get(&key.device) {
            Some(of_device) => of_device.forgot.is_some_and(|boot| key.boot <= boot),
            None => of_sender.forgot,
        }
    }

    /// The track; a new one begins at `base`.
    fn open(&mut self, sender: &Sender, key: &Key, base: u64, now: Timestamp) -> &mut Open {
        let of_sender = self.of(sender);
        if !of_sender.devices.contains_key(&key.device) && of_sender.devices.len() >= MAX_DEVICES {
            of_sender.forget_devices();
        }
        let of_device = of_sender.devices.entry(key.device.clone()).or_default();
        of_device.open(key.boot, base, now)
    }

    /// Keeps `behind` in step with a track's holes.
    fn note(&mut self, key: &Key) {
        let behind = find(&self.senders, key).is_some_and(|open| !open.holes().is_empty());
        match behind {
            true => self.behind.insert(key.clone()),
            false => self.behind.remove(key),
        };
    }
}

impl OfSender {
    /// Forgets the tenth that was longest unheard of.
    fn forget_devices(&mut self) {
        let mut seen: Vec<(Timestamp, String)> =
            self.devices.iter().map(|(name, of)| (of.seen(), name.clone())).collect();
        seen.sort_unstable();
        for (_, name) in seen.into_iter().take(MAX_DEVICES / 10) {
            self.devices.remove(&name);
        }
        self.forgot = true;
    }
}

impl OfDevice {
    fn seen(&self) -> Timestamp {
        let seen = self.boots.iter().map(|(_, open)| open.seen());
        seen.max().unwrap_or(Timestamp { micros: 0 })
    }

    fn open(&mut self, boot: u64, base: u64, now: Timestamp) -> &mut Open {
        let at = match self.boots.iter().position(|(found, _)| *found == boot) {
            Some(at) => at,
            None => {
                if self.boots.len() >= MAX_BOOTS {
                    let seen = |(boot, open): &(u64, Open)| (open.seen(), *boot);
                    let oldest = (0..self.boots.len()).min_by_key(|at| seen(&self.boots[*at]));
                    let (gone, _) = self.boots.swap_remove(oldest.unwrap_or(0));
                    self.forgot = self.forgot.max(Some(gone));
                }
                self.boots.push((boot, Open::starting_at(base, now)));
                self.boots.len() - 1
            }
        };
        let (_, open) = &mut self.boots[at];
        open.heard(now);
        open
    }
}

#[cfg(test)]
mod tests;
