//! The log read in order and worked through.
//!
//! In: entries of the log behind the last published position. Out: what they gave, handed on to be
//! published ([`super::publish`]). Three things go on at once: the next entries are read while
//! these are worked through, and the rows before them are written into lake files.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use tokio::sync::{broadcast, oneshot, watch};
use tokio::task::JoinHandle;
use wardwatch_incident::{Settings, Triage};
use wardwatch_model::{Incident, OrgId, Sighting, Timestamp, TokenId};
use wardwatch_normalise::Normaliser;
use wardwatch_store::{
    Entry, KeptInventory, KeptObservation, Lake, LakeRow, LogError, LogPosition, Received,
    SystemScope,
};

use super::correlate::Correlator;
use super::figures::Figures;
use super::publish::Writing;
use crate::app::App;
use crate::rules::{RuleBook, Rules};
use crate::work::aside::Aside;
use crate::work::heard::Heard;
use crate::work::{Worked, Worker};

/// Bytes of the log that are worked through at once.
const BYTES_AT_ONCE: usize = 8 << 20;
/// Rows that are published together at most, and bytes of memory that they hold: as many are written
/// meanwhile, and once more as columns of the file.
const MAX_ROWS: usize = 100_000;
const MAX_BYTES: usize = 96 << 20;
/// How long rows wait to be published together.
const MAX_WAIT_MICROS: i64 = 1_000_000;
/// How far back observations are fed again at a start, and kept.
pub const OBSERVATIONS_MICROS: i64 = 24 * 3600 * 1_000_000;

/// How far back incidents and campaigns are taken up at a start.
pub(super) const RESUME_MICROS: i64 = 7 * 24 * 3600 * 1_000_000;

/// What the loop works with.
pub struct Detect {
    /// State, log, clock, and whom changes are told to.
    pub app: App,
    /// The right to work for all organisations.
    pub system: Arc<SystemScope>,
    /// Lake.
    pub lake: Lake,
    /// Rules in use.
    pub rules: Arc<RuleBook>,
    /// The table that they were compiled for.
    pub normaliser: Arc<Normaliser>,
    /// What is counted.
    pub figures: Arc<Figures>,
    /// Working threads.
    pub threads: usize,
}

/// What waits to be published.
#[derive(Default)]
pub(super) struct Pending {
    pub(super) rows: Vec<LakeRow>,
    pub(super) bytes: usize,
    pub(super) sightings: Vec<Sighting>,
    pub(super) observations: Vec<KeptObservation>,
    pub(super) devices: HashMap<(OrgId, String), Heard>,
    pub(super) senders: HashMap<TokenId, (Timestamp, u64)>,
    pub(super) received: Vec<Received>,
    pub(super) inventories: Vec<KeptInventory>,
    pub(super) unparsed: u64,
    /// When its entries were received, and how many events each held.
    pub(super) taken: Vec<(Timestamp, u64)>,
    pub(super) aside: Aside,
    pub(super) position: Option<LogPosition>,
    since: Option<Timestamp>,
    /// Who waits for sightings from history to be stored.
    pub(super) told: Vec<oneshot::Sender<()>>,
}

impl Pending {
    fn is_full(&self) -> bool {
        self.rows.len() >= MAX_ROWS || self.bytes >= MAX_BYTES
    }

    /// A clock that was put back must not make rows wait until it is where it was.
    fn is_due(&self, now: Timestamp) -> bool {
        let waited = self.since.map(|since| now.micros - since.micros);
        waited.is_some_and(|waited| !(0..MAX_WAIT_MICROS).contains(&waited))
    }
}

/// Entries being read.
type Ahead = JoinHandle<Result<Vec<(LogPosition, Entry)>, LogError>>;

/// The loop's memory.
pub struct Memory {
    position: Option<LogPosition>,
    pub(super) triage: Triage,
    correlator: Correlator,
    workers: Vec<Worker>,
    pub(super) pending: Pending,
    pub(super) writing: Option<Writing>,
    ahead: Option<Ahead>,
    pub(super) handled: broadcast::Receiver<Arc<Incident>>,
}

impl Detect {
    /// What the last run left.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn resume(&self) -> Result<Memory> {
        // First, so that no change falls between reading and listening.
        let handled = self.app.handled.subscribe();
        let now = self.app.now();
        let since = Timestamp { micros: now.micros - RESUME_MICROS };
        let position = self.app.state.position(&self.system).await?;
        let incidents = self.app.state.recent_incidents(&self.system, since).await?;
        let campaigns = self.app.state.recent_campaigns(&self.system, since).await?;
        let kept_since = Timestamp { micros: now.micros - OBSERVATIONS_MICROS };
        let kept = self.app.state.observations(&self.system, kept_since).await?;
        let mut correlator = Correlator::default();
        let rules = self.rules.follow(&self.app.state, &self.system, now).await?;
        correlator.resume(&rules, kept);
        let worker = |_| Worker::new(self.normaliser.clone(), self.app.indicators.clone());
        let workers = (0..self.threads.max(1)).map(worker).collect();
        let mut triage = Triage::resume(Settings::default(), incidents, campaigns);
        for (org, device) in self.app.state.legacy_devices(&self.system).await? {
            triage.note_legacy(&org, &device);
        }
        Ok(Memory {
            position,
            triage,
            correlator,
            workers,
            pending: Pending::default(),
            writing: None,
            ahead: None,
            handled,
        })
    }

    /// Works until told to stop, then publishes what is left.
    ///
    /// # Errors
    /// When log, lake or state fail; nothing is lost, a restart goes on from the last position.
    pub async fn run(&self, memory: &mut Memory, mut stop: watch::Receiver<bool>) -> Result<()> {
        while !*stop.borrow() {
            let more = self.step(memory).await?;
            if more {
                continue;
            }
            let wait = if memory.pending.since.is_some() { 100 } else { 1_000 };
            let writing = memory.writing.as_mut();
            tokio::select! {
                () = self.app.log.wait_beyond(memory.position) => {}
                () = Writing::is_written(writing) => {}
                () = tokio::time::sleep(Duration::from_millis(wait)) => {}
                _ = stop.changed() => {}
            }
        }
        self.publish(memory).await
    }

    /// Works through what is there; true when there was something.
    ///
    /// # Errors
    /// As [`Detect::run`].
    pub async fn step(&self, memory: &mut Memory) -> Result<bool> {
        let entries = match memory.ahead.take() {
            Some(ahead) => ahead.await??,
            None => self.app.log.read_from(memory.position, BYTES_AT_ONCE).await?,
        };
        let found = !entries.is_empty();
        if let Some((position, _)) = entries.last() {
            memory.position = Some(*position);
            memory.pending.position = Some(*position);
            memory.pending.since.get_or_insert(self.app.now());
            let (log, after) = (self.app.log.clone(), memory.position);
            memory.ahead =
                Some(tokio::spawn(async move { log.read_from(after, BYTES_AT_ONCE).await }));
            self.work(memory, entries.into_iter().map(|(_, entry)| entry).collect()).await?;
        }
        self.take_found(memory);
        self.publish_in_time(memory).await?;
        Ok(found)
    }

    /// Publishes what was written, and has more written when it is time.
    async fn publish_in_time(&self, memory: &mut Memory) -> Result<()> {
        let full = memory.pending.is_full();
        if memory.writing.as_ref().is_some_and(|writing| full || writing.is_finished()) {
            self.finish(memory).await?;
        }
        if memory.writing.is_none() && (full || memory.pending.is_due(self.app.now())) {
            self.begin(memory);
        }
        if memory.writing.is_none() && memory.pending.position.is_none() {
            self.app.indicators.settle(self.app.indicators.generation());
        }
        self.take_over(memory).await
    }

    /// Takes what was found in history, to be published with what is found now. Events lie in
    /// history only once there is a position, so nothing is left behind without one.
    fn take_found(&self, memory: &mut Memory) {
        let Some(position) = memory.position else { return };
        for found in self.app.indicators.inbox.take() {
            memory.pending.sightings.extend(found.sightings);
            memory.pending.told.push(found.stored);
            memory.pending.position.get_or_insert(position);
            memory.pending.since.get_or_insert(self.app.now());
        }
    }

    /// Entries through workers, in order.
    async fn work(&self, memory: &mut Memory, entries: Vec<Entry>) -> Result<()> {
        let rules = self.rules.follow(&self.app.state, &self.system, self.app.now()).await?;
        if memory.correlator.is_of_others(&rules) {
            self.remember(memory, &rules).await?;
        }
        let workers = std::mem::take(&mut memory.workers);
        let shared = rules.clone();
        let done = tokio::task::spawn_blocking(move || spread(workers, &shared, entries)).await;
        let Ok((workers, worked)) = done else {
            // Only when the runtime ends: nothing is published, the next start works it through.
            anyhow::bail!("working through the log was given up");
        };
        memory.workers = workers;
        for (entry, worked) in worked {
            let Memory { correlator, pending, .. } = memory;
            take(&rules, correlator, pending, &entry, worked);
        }
        Ok(())
    }

    /// Gives correlations of new rules the memory of the old ones: hits by the ids of their rules.
    async fn remember(&self, memory: &mut Memory, rules: &Rules) -> Result<()> {
        let since = Timestamp { micros: self.app.now().micros - OBSERVATIONS_MICROS };
        let mut kept = self.app.state.observations(&self.system, since).await?;
        if let Some(writing) = &memory.writing {
            kept.extend(writing.observations().iter().cloned());
        }
        kept.extend(memory.pending.observations.iter().cloned());
        memory.correlator.resume(rules, kept);
        Ok(())
    }
}

/// Entries shared between workers as they come free; what each gave, in the order of the entries.
fn spread(
    mut workers: Vec<Worker>,
    rules: &Rules,
    entries: Vec<Entry>,
) -> (Vec<Worker>, Vec<(Entry, Worked)>) {
    let count = entries.len();
    let next = Mutex::new(entries.into_iter().enumerate());
    let mut done: Vec<(usize, Entry, Worked)> = std::thread::scope(|scope| {
        let handles: Vec<_> = workers
            .iter_mut()
            .map(|worker| scope.spawn(|| work_on(worker, rules, &next)))
            .collect();
        let mut done = Vec::with_capacity(count);
        for handle in handles {
            match handle.join() {
                Ok(part) => done.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, ..)| *at);
    (workers, done.into_iter().map(|(_, entry, worked)| (entry, worked)).collect())
}

/// Works through entries until nobody has one left.
fn work_on(
    worker: &mut Worker,
    rules: &Rules,
    next: &Mutex<impl Iterator<Item = (usize, Entry)>>,
) -> Vec<(usize, Entry, Worked)> {
    let mut done = Vec::new();
    loop {
        let found = next.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some((at, mut entry)) = found else { return done };
        let worked = worker.run(rules, &mut entry);
        done.push((at, entry, worked));
    }
}

/// Adds what an entry gave to what waits, correlations included.
fn take(
    rules: &Rules,
    correlator: &mut Correlator,
    pending: &mut Pending,
    entry: &Entry,
    worked: Worked,
) {
    let set = rules.engine.rules();
    pending.aside.join(worked.aside);
    let sender = pending.senders.entry(entry.sender).or_insert((entry.received, 0));
    sender.0 = sender.0.max(entry.received);
    let events = (worked.rows.len() as u64).saturating_sub(worked.unparsed);
    sender.1 += events;
    pending.taken.push((entry.received, events));
    pending.received.extend(Received::of(entry));
    pending.bytes += worked.rows.iter().map(LakeRow::held_bytes).sum::<usize>();
    pending.rows.extend(worked.rows);
    pending.sightings.extend(worked.sightings);
    pending.inventories.extend(worked.inventories);
    pending.unparsed += worked.unparsed;
    for observed in worked.observed {
        pending.observations.extend(Correlator::kept(set, &observed));
        correlator.feed(rules, observed, &mut pending.sightings, &mut pending.aside);
    }
    for (device, heard) in worked.devices {
        let device = (entry.org.clone(), device);
        pending.devices.entry(device).or_insert(Heard::nothing(heard.last)).join(heard);
    }
}
