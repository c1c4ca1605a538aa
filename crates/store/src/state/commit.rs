//! One step of the detection loop, as one transaction: what was found, and how far the log is
//! worked through.
//!
//! In: findings and the position after them. Out: how many detections were new. Never: a part of
//! it; the same detection twice; a loss of what people wrote on an incident meanwhile.

use std::collections::HashSet;

use sqlx::SqliteConnection;
use wardwatch_model::plan::CrashReports;
use wardwatch_model::{
    Campaign, DetectionId, Incident, IncidentId, IncidentState, OrgId, Sighting, SuppressionId,
    Timestamp, TokenId,
};

use crate::error::StoreError;
use crate::lake::LakeFile;
use crate::log::LogPosition;
use crate::scope::SystemScope;
use crate::state::inventories::{self, KeptInventory};
use crate::state::observations::KeptObservation;
use crate::state::outbox::News;
use crate::state::rule_counts::{RuleHits, SourcesHeard};
use crate::state::tracks::{self, Received};
use crate::state::{State, campaigns, files, incidents, outbox, row, rule_counts};

/// Events of one device that were worked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceSeen {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub device: String,
    /// Event time of the latest.
    pub time: Timestamp,
    /// How many.
    pub events: u64,
    /// Whether it runs a system out of support; none when these events do not say.
    pub legacy: Option<bool>,
    /// Crash reports among them.
    pub crashes: Option<CrashReports>,
}

/// What one step of the loop found.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// How far the log is worked through with it.
    pub position: LogPosition,
    /// Detections; those that are stored already are left alone.
    pub sightings: Vec<Sighting>,
    /// What correlations need to remember.
    pub observations: Vec<KeptObservation>,
    /// Incidents that are new or changed.
    pub incidents: Vec<Incident>,
    /// Which detection belongs to which incident.
    pub detection_incident: Vec<(DetectionId, IncidentId)>,
    /// Campaigns that are new or changed, with all their parts.
    pub campaigns: Vec<Campaign>,
    /// Devices that were heard of.
    pub seen: Vec<DeviceSeen>,
    /// Senders that were heard of: when, and with how many events.
    pub senders_seen: Vec<(TokenId, Timestamp, u64)>,
    /// Records that agents numbered.
    pub received: Vec<Received>,
    /// Lake files to be published.
    pub files: Vec<LakeFile>,
    /// Which detections are suppressed, and by what.
    pub suppressed: Vec<(DetectionId, SuppressionId)>,
    /// What became of rules' hits.
    pub rule_hits: Vec<RuleHits>,
    /// Which log sources were heard.
    pub sources: Vec<SourcesHeard>,
    /// What devices reported that they run.
    pub inventories: Vec<KeptInventory>,
}

impl Commit {
    /// A step that found nothing.
    pub fn empty(position: LogPosition) -> Self {
        Commit {
            position,
            sightings: Vec::new(),
            observations: Vec::new(),
            incidents: Vec::new(),
            detection_incident: Vec::new(),
            campaigns: Vec::new(),
            seen: Vec::new(),
            senders_seen: Vec::new(),
            received: Vec::new(),
            files: Vec::new(),
            suppressed: Vec::new(),
            rule_hits: Vec::new(),
            sources: Vec::new(),
            inventories: Vec::new(),
        }
    }
}

/// What a commit did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Committed {
    /// How many detections were new.
    pub new_detections: u64,
    /// Incidents that people changed meanwhile, as they are stored now. Whoever holds them in
    /// memory must take these instead.
    pub reconciled: Vec<Incident>,
}

impl State {
    /// How far the log is worked through; none before the first commit.
    pub async fn position(&self, _: &SystemScope) -> Result<Option<LogPosition>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        position(&mut connection).await
    }

    /// Stores a step of the loop, all or nothing.
    pub async fn commit(&self, _: &SystemScope, commit: Commit) -> Result<Committed, StoreError> {
        // Before the transaction: reading the tree takes the writer too.
        let tree = self.tree().await?;
        let mut tx = self.write().await?;
        let mut news = News::new(&mut tx).await?;
        move_on(&mut tx, commit.position).await?;
        let mut done = Committed::default();
        for sighting in &commit.sightings {
            if insert_detection(&mut tx, sighting).await? != 0 {
                done.new_detections += 1;
                news.detection(sighting);
            }
        }
        for (detection, suppression) in &commit.suppressed {
            sqlx::query("UPDATE detections SET suppressed_by = ? WHERE id = ?")
                .bind(suppression.0.as_slice())
                .bind(detection.0.as_slice())
                .execute(&mut *tx)
                .await?;
        }
        for hits in &commit.rule_hits {
            rule_counts::add_hits(&mut tx, hits).await?;
        }
        for heard in &commit.sources {
            rule_counts::add_sources(&mut tx, heard).await?;
        }
        for observation in &commit.observations {
            insert_observation(&mut tx, observation).await?;
        }
        for (detection, incident) in &commit.detection_incident {
            sqlx::query("UPDATE detections SET incident = ? WHERE id = ?")
                .bind(incident.0.as_slice())
                .bind(detection.0.as_slice())
                .execute(&mut *tx)
                .await?;
        }
        for incident in commit.incidents {
            let stored = incidents::stored(&mut tx, incident.id).await?;
            let level_before = stored.as_ref().map(|stored| stored.level);
            let kept = keep_handling(incident.clone(), stored);
            news.incident(&kept, level_before);
            incidents::put(&mut tx, &kept).await?;
            incidents::move_detections(&mut tx, &kept, false).await?;
            if kept != incident {
                done.reconciled.push(kept);
            }
        }
        for campaign in &commit.campaigns {
            news.campaign(&mut tx, campaign).await?;
            campaigns::put(&mut tx, campaign).await?;
        }
        for seen in &commit.seen {
            see_device(&mut tx, seen).await?;
        }
        for inventory in &commit.inventories {
            inventories::put(&mut tx, inventory).await?;
        }
        for (token, time, events) in &commit.senders_seen {
            see_sender(&mut tx, *token, *time, *events).await?;
        }
        tracks::receive(&mut tx, &commit.received).await?;
        for file in &commit.files {
            files::insert(&mut tx, file).await?;
        }
        outbox::fill(&mut tx, &tree, news).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Which of these detections are stored.
    pub async fn known_ids(
        &self,
        _: &SystemScope,
        ids: &[DetectionId],
    ) -> Result<HashSet<DetectionId>, StoreError> {
        let list = row::to_body("detections", &ids)?;
        let rows = sqlx::query(
            "SELECT id FROM detections WHERE id IN (SELECT unhex(value) FROM json_each(?))",
        )
        .bind(list)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(|found| Ok(DetectionId(row::id(found, 0)?))).collect()
    }
}

/// The loop knows what was found; what people wrote is theirs. An incident that people closed or
/// merged stays so; one that the loop itself merged keeps its notes with it.
fn keep_handling(incident: Incident, stored: Option<Incident>) -> Incident {
    let Some(stored) = stored else { return incident };
    let merged_now = stored.state == IncidentState::Open && incident.state == IncidentState::Merged;
    let (state, merged_into) = (incident.state, incident.merged_into);
    let mut kept = incidents::with_handling_of(incident, &stored);
    if merged_now {
        kept.state = state;
        kept.merged_into = merged_into;
    }
    kept
}

async fn position(connection: &mut SqliteConnection) -> Result<Option<LogPosition>, StoreError> {
    let found =
        sqlx::query("SELECT segment, offset FROM position").fetch_optional(connection).await?;
    found
        .map(|found| {
            Ok(LogPosition { segment: row::count(&found, 0)?, offset: row::count(&found, 1)? })
        })
        .transpose()
}

/// Counters go up with every commit, so the same part of the log must not come twice. The same
/// position again is a step that took nothing from the log.
async fn move_on(connection: &mut SqliteConnection, to: LogPosition) -> Result<(), StoreError> {
    if let Some(stored) = position(&mut *connection).await?
        && to < stored
    {
        return Err(StoreError::Backwards { stored, given: to });
    }
    sqlx::query(
        "INSERT INTO position (one, segment, offset) VALUES (1, ?, ?)
         ON CONFLICT (one) DO UPDATE SET segment = excluded.segment, offset = excluded.offset",
    )
    .bind(row::stored(to.segment))
    .bind(row::stored(to.offset))
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_detection(
    connection: &mut SqliteConnection,
    sighting: &Sighting,
) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "INSERT INTO detections (id, org, time, rule, level, device, body)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
    )
    .bind(sighting.id.0.as_slice())
    .bind(sighting.org.as_str())
    .bind(sighting.time.micros)
    .bind(&sighting.rule_id.0)
    .bind(row::rank(sighting.level))
    .bind(&sighting.device)
    .bind(row::to_body("detection", sighting)?)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

async fn insert_observation(
    connection: &mut SqliteConnection,
    observation: &KeptObservation,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO observations (org, received, body) VALUES (?, ?, ?)")
        .bind(observation.org.as_str())
        .bind(observation.received.micros)
        .bind(&observation.body)
        .execute(connection)
        .await?;
    Ok(())
}

async fn see_device(
    connection: &mut SqliteConnection,
    seen: &DeviceSeen,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO devices (org, name, first_seen, last_seen, events, legacy,
                              crash_reports_since, last_crash)
         VALUES (?1, ?2, ?3, ?3, ?4, coalesce(?5, 0), ?6, ?7)
         ON CONFLICT (org, name) DO UPDATE SET
         first_seen = min(first_seen, ?3), last_seen = max(last_seen, ?3),
         events = events + ?4, legacy = coalesce(?5, legacy),
         crash_reports_since =
             min(coalesce(crash_reports_since, ?6), coalesce(?6, crash_reports_since)),
         last_crash = max(coalesce(last_crash, ?7), coalesce(?7, last_crash))",
    )
    .bind(seen.org.as_str())
    .bind(&seen.device)
    .bind(seen.time.micros)
    .bind(row::stored(seen.events))
    .bind(seen.legacy)
    .bind(seen.crashes.map(|crashes| crashes.since.0))
    .bind(seen.crashes.map(|crashes| crashes.last.0))
    .execute(connection)
    .await?;
    Ok(())
}

async fn see_sender(
    connection: &mut SqliteConnection,
    token: TokenId,
    time: Timestamp,
    events: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE tokens SET last_seen = max(coalesce(last_seen, ?1), ?1), events = events + ?2
         WHERE id = ?3 AND kind = 'sender'",
    )
    .bind(time.micros)
    .bind(row::stored(events))
    .bind(token.0.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}
