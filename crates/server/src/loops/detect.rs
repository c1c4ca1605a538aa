//! The log read in order, worked through, and published.
//!
//! In: entries of the log behind the last published position. Out: lake files, detections,
//! incidents, campaigns and the new position, in one transaction. A crash between any two steps
//! repeats the step: ids are hashes, and what was stored before is not stored or folded again.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::{broadcast, watch};
use wardwatch_incident::{Settings, Triage};
use wardwatch_model::{DetectionId, Incident, IncidentId, OrgId, Sighting, Timestamp, TokenId};
use wardwatch_normalise::Normaliser;
use wardwatch_store::{
    Commit, DeviceSeen, Entry, KeptObservation, Lake, LakeRow, LogPosition, SystemScope,
};

use super::correlate::Correlator;
use super::figures::Figures;
use crate::app::App;
use crate::rules::{RuleBook, Rules};
use crate::work::{Heard, Worked, Worker};

/// Bytes of the log that are worked through at once.
const BYTES_AT_ONCE: usize = 8 << 20;
/// Rows that are published together at most.
const MAX_ROWS: usize = 100_000;
/// How long rows wait to be published together.
const MAX_WAIT_MICROS: i64 = 1_000_000;
/// How far back observations are fed again at a start, and kept.
pub const OBSERVATIONS_MICROS: i64 = 24 * 3600 * 1_000_000;

/// How far back incidents and campaigns are taken up at a start.
const RESUME_MICROS: i64 = 7 * 24 * 3600 * 1_000_000;

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
struct Pending {
    rows: Vec<LakeRow>,
    sightings: Vec<Sighting>,
    observations: Vec<KeptObservation>,
    devices: HashMap<(OrgId, String), Heard>,
    senders: HashMap<TokenId, (Timestamp, u64)>,
    unparsed: u64,
    position: Option<LogPosition>,
    since: Option<Timestamp>,
}

/// The loop's memory.
pub struct Memory {
    position: Option<LogPosition>,
    triage: Triage,
    correlator: Correlator,
    workers: Vec<Worker>,
    pending: Pending,
    handled: broadcast::Receiver<Arc<Incident>>,
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
        let incidents = self.app.state.open_incidents(&self.system, since).await?;
        let campaigns = self.app.state.recent_campaigns(&self.system, since).await?;
        let kept_since = Timestamp { micros: now.micros - OBSERVATIONS_MICROS };
        let kept = self.app.state.observations(&self.system, kept_since).await?;
        let mut correlator = Correlator::default();
        correlator.resume(self.rules.current().engine.rules(), kept);
        let workers =
            (0..self.threads.max(1)).map(|_| Worker::new(self.normaliser.clone())).collect();
        Ok(Memory {
            position,
            triage: Triage::resume(Settings::default(), incidents, campaigns),
            correlator,
            workers,
            pending: Pending::default(),
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
            tokio::select! {
                () = self.app.log.wait_beyond(memory.position) => {}
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
        let entries = self.app.log.read_from(memory.position, BYTES_AT_ONCE).await?;
        let found = !entries.is_empty();
        if let Some((position, _)) = entries.last() {
            memory.position = Some(*position);
            memory.pending.position = Some(*position);
            memory.pending.since.get_or_insert(self.app.now());
            self.work(memory, entries.into_iter().map(|(_, entry)| entry).collect()).await?;
        }
        let due = memory
            .pending
            .since
            .is_some_and(|since| self.app.now().micros - since.micros >= MAX_WAIT_MICROS);
        if due || memory.pending.rows.len() >= MAX_ROWS {
            self.publish(memory).await?;
        }
        if memory.pending.position.is_none() {
            self.take_over(memory).await?;
        }
        Ok(found)
    }

    /// Entries through workers, in order.
    async fn work(&self, memory: &mut Memory, entries: Vec<Entry>) -> Result<()> {
        let rules = self.rules.current();
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

    /// Publishes all that waits.
    ///
    /// # Errors
    /// When lake or state fail.
    pub async fn publish(&self, memory: &mut Memory) -> Result<()> {
        let pending = std::mem::take(&mut memory.pending);
        let Some(position) = pending.position else { return Ok(()) };
        let rows = pending.rows.len() as u64;
        let ids: Vec<DetectionId> = pending.sightings.iter().map(|sighting| sighting.id).collect();
        let mut known: HashSet<DetectionId> = self.app.state.known_ids(&self.system, &ids).await?;
        let now = self.app.now();
        let mut sightings = Vec::new();
        let mut detection_incident: Vec<(DetectionId, IncidentId)> = Vec::new();
        for sighting in pending.sightings {
            if !known.insert(sighting.id) {
                continue;
            }
            if let Some(incident) = memory.triage.fold(&sighting, now).incident {
                detection_incident.push((sighting.id, incident));
            }
            sightings.push(sighting);
        }
        let changes = memory.triage.take_changes();
        let files = self.lake.write(&self.system, pending.rows).await?;
        let seen = pending.devices.into_iter().map(|((org, device), heard)| DeviceSeen {
            org,
            device,
            time: heard.last,
            events: heard.events,
            legacy: None,
        });
        let senders =
            pending.senders.into_iter().map(|(token, (time, events))| (token, time, events));
        let commit = Commit {
            position,
            sightings,
            observations: pending.observations,
            incidents: changes.incidents.clone(),
            detection_incident,
            campaigns: changes.campaigns.clone(),
            seen: seen.collect(),
            senders_seen: senders.collect(),
            files,
        };
        let committed = self.app.state.commit(&self.system, commit).await?;
        self.figures.published(rows, pending.unparsed, committed.new_detections);
        for incident in committed.reconciled {
            memory.triage.replace(incident);
        }
        for incident in &changes.incidents {
            self.app.live.incident(incident);
        }
        for campaign in &changes.campaigns {
            self.app.live.campaign(campaign);
        }
        self.app.log.forget_before(position).await.context("the log cannot be shortened")?;
        self.take_over(memory).await
    }

    /// Takes over what people changed, once all changes of the loop's own are stored.
    async fn take_over(&self, memory: &mut Memory) -> Result<()> {
        use broadcast::error::TryRecvError;
        loop {
            match memory.handled.try_recv() {
                Ok(incident) => memory.triage.replace((*incident).clone()),
                Err(TryRecvError::Lagged(_)) => {
                    let since = Timestamp { micros: self.app.now().micros - RESUME_MICROS };
                    for incident in self.app.state.open_incidents(&self.system, since).await? {
                        memory.triage.replace(incident);
                    }
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Ok(()),
            }
        }
    }
}

/// Entries shared between workers, results in the order of the entries.
fn spread(
    mut workers: Vec<Worker>,
    rules: &Rules,
    entries: Vec<Entry>,
) -> (Vec<Worker>, Vec<(Entry, Worked)>) {
    let share = entries.len().div_ceil(workers.len().max(1)).max(1);
    let mut entries = entries.into_iter();
    let parts: Vec<Vec<Entry>> =
        workers.iter().map(|_| entries.by_ref().take(share).collect()).collect();
    let mut done = Vec::new();
    std::thread::scope(|scope| {
        let handles: Vec<_> = workers
            .iter_mut()
            .zip(parts)
            .map(|(worker, part)| {
                scope.spawn(move || {
                    part.into_iter()
                        .map(|entry| {
                            let worked = worker.run(rules, &entry);
                            (entry, worked)
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        for handle in handles {
            match handle.join() {
                Ok(part) => done.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    (workers, done)
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
    let sender = pending.senders.entry(entry.sender).or_insert((entry.received, 0));
    sender.0 = sender.0.max(entry.received);
    sender.1 += worked.rows.len() as u64;
    pending.rows.extend(worked.rows);
    pending.sightings.extend(worked.sightings);
    pending.unparsed += worked.unparsed;
    for observed in worked.observed {
        pending.observations.extend(Correlator::kept(set, &observed));
        correlator.feed(set, observed, &mut pending.sightings);
    }
    for (device, heard) in worked.devices {
        let known = pending.devices.entry(device).or_insert(Heard { events: 0, last: heard.last });
        known.events += heard.events;
        known.last = known.last.max(heard.last);
    }
}
