//! What was worked through made durable and known.
//!
//! In: rows, sightings and the position behind them. Out: lake files, detections, incidents,
//! campaigns and the new position, in one transaction. A crash between any two steps repeats the
//! step: ids are hashes, and what was stored before is not stored or folded again. Never: two
//! writes at once; a position published before all that lies before it.

use std::collections::HashSet;

use anyhow::{Context, Result};
use tokio::sync::broadcast;
use tokio::task::{JoinError, JoinHandle};
use wardwatch_model::{DetectionId, IncidentId, Timestamp};
use wardwatch_store::{Commit, DeviceSeen, KeptObservation, LakeFile, StoreError};

use super::detect::{Detect, Memory, Pending, RESUME_MICROS};

/// Lake files being written, and what is to be published with them.
pub struct Writing {
    with: Pending,
    rows: u64,
    /// The matcher of indicators that all events after these meet, or a later one.
    generation: u64,
    files: JoinHandle<Written>,
    done: Option<Result<Written, JoinError>>,
}

type Written = Result<Vec<LakeFile>, StoreError>;

impl Writing {
    /// What correlations need to remember of it.
    pub fn observations(&self) -> &[KeptObservation] {
        &self.with.observations
    }

    /// Whether the files are written.
    pub fn is_finished(&self) -> bool {
        self.done.is_some() || self.files.is_finished()
    }

    /// Ends when the files are written; never when there are none.
    pub async fn is_written(writing: Option<&mut Writing>) {
        match writing {
            None => std::future::pending().await,
            Some(Writing { files, done, .. }) if done.is_none() => *done = Some(files.await),
            Some(_) => {}
        }
    }
}

impl Detect {
    /// Publishes all that waits.
    ///
    /// # Errors
    /// When lake or state fail.
    pub async fn publish(&self, memory: &mut Memory) -> Result<()> {
        self.finish(memory).await?;
        self.begin(memory);
        self.finish(memory).await
    }

    /// Has the rows that wait written, while the loop goes on.
    pub(super) fn begin(&self, memory: &mut Memory) {
        let mut with = std::mem::take(&mut memory.pending);
        if with.position.is_none() {
            return;
        }
        let rows = std::mem::take(&mut with.rows);
        // As many are likely to come again; growing would copy them several times.
        memory.pending.rows.reserve(rows.len());
        let count = (rows.len() as u64).saturating_sub(with.unparsed);
        let (lake, system) = (self.lake.clone(), self.system.clone());
        let files = tokio::spawn(async move { lake.write(&system, rows).await });
        let generation = self.app.indicators.generation();
        memory.writing = Some(Writing { with, rows: count, generation, files, done: None });
    }

    /// Waits for the files, folds what was found, and publishes both.
    pub(super) async fn finish(&self, memory: &mut Memory) -> Result<()> {
        let Some(writing) = memory.writing.take() else { return Ok(()) };
        let Writing { with: mut pending, rows, generation, files, done } = writing;
        let files = match done {
            Some(done) => done,
            None => files.await,
        }??;
        let Some(position) = pending.position else { return Ok(()) };
        let ids: Vec<DetectionId> = pending.sightings.iter().map(|sighting| sighting.id).collect();
        let mut known: HashSet<DetectionId> = self.app.state.known_ids(&self.system, &ids).await?;
        let now = self.app.now();
        for ((org, device), heard) in &pending.devices {
            if heard.legacy == Some(true) {
                memory.triage.note_legacy(org, device);
            }
        }
        let mut sightings = Vec::new();
        let mut suppressed = Vec::new();
        let mut detection_incident: Vec<(DetectionId, IncidentId)> = Vec::new();
        for sighting in pending.sightings {
            if !known.insert(sighting.id) {
                continue;
            }
            pending.aside.detected(&sighting);
            if let Some(suppression) = pending.aside.suppressed.get(&sighting.id) {
                suppressed.push((sighting.id, *suppression));
            } else if let Some(incident) = memory.triage.fold(&sighting, now).incident {
                detection_incident.push((sighting.id, incident));
            }
            sightings.push(sighting);
        }
        let changes = memory.triage.take_changes();
        let seen = pending.devices.into_iter().map(|((org, device), heard)| DeviceSeen {
            org,
            device,
            time: heard.last,
            events: heard.events,
            legacy: heard.legacy,
            crashes: heard.crashes,
        });
        self.figures.panicked(pending.aside.panics);
        let (rule_hits, sources) = pending.aside.counts();
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
            received: pending.received,
            files,
            suppressed,
            rule_hits,
            sources,
            inventories: pending.inventories,
        };
        let committed = self.app.state.commit(&self.system, commit).await?;
        let published = self.app.now();
        for (received, events) in pending.taken {
            self.figures.delayed(published.micros - received.micros, events);
        }
        self.figures.published(rows, pending.unparsed, committed.new_detections);
        for told in pending.told {
            // Whoever found them may have ended; they are stored all the same.
            let _ = told.send(());
        }
        self.app.indicators.settle(generation);
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
    pub(super) async fn take_over(&self, memory: &mut Memory) -> Result<()> {
        use broadcast::error::TryRecvError;
        loop {
            match memory.handled.try_recv() {
                Ok(incident) => memory.triage.replace((*incident).clone()),
                Err(TryRecvError::Lagged(_)) => {
                    let since = Timestamp { micros: self.app.now().micros - RESUME_MICROS };
                    for incident in self.app.state.recent_incidents(&self.system, since).await? {
                        memory.triage.replace(incident);
                    }
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Ok(()),
            }
        }
    }
}
