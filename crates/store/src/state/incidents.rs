//! Incidents: as readers see them, and as people change them.
//!
//! In: a scope and a filter, or an incident before and after a change that pure code made. Out:
//! incidents, the most severe first. Never: a change on top of what somebody else wrote meanwhile.

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use wardwatch_model::{Incident, IncidentId, IncidentState, Level, OrgId, Permission, Timestamp};

use crate::error::StoreError;
use crate::page::{Page, Paged};
use crate::scope::{SystemScope, TenantScope};
use crate::state::audit::{self, Fact};
use crate::state::within::within;
use crate::state::{State, row};

/// Which incidents are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncidentFilter {
    /// In this state.
    pub state: Option<IncidentState>,
    /// This serious or more.
    pub level_at_least: Option<Level>,
    /// That touch this device.
    pub device: Option<String>,
    /// That this person works on.
    pub owner: Option<String>,
    /// That nobody works on.
    pub unowned: bool,
    /// Of this organisation alone.
    pub org: Option<OrgId>,
    /// That do not touch this device.
    pub not_device: Option<String>,
    /// That this person does not work on.
    pub not_owner: Option<String>,
    /// Whose last detection is at this event time or later.
    pub from: Option<Timestamp>,
    /// Whose first detection is before this event time.
    pub until: Option<Timestamp>,
}

/// One incident before and after a person's change.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentChange {
    /// As it was read; none when the change makes it (a split).
    pub before: Option<Incident>,
    /// As it shall be.
    pub after: Incident,
}

impl State {
    /// The incidents of the scope that the filter wants: by score, then the latest first.
    pub async fn incidents(
        &self,
        scope: &TenantScope,
        filter: &IncidentFilter,
        page: &Page,
    ) -> Result<Paged<Incident>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(match filter.device {
            // The other way round every incident's body would be looked into.
            Some(_) => {
                "SELECT body FROM incident_devices CROSS JOIN incidents ON id = incident WHERE "
            }
            None => "SELECT body FROM incidents WHERE ",
        });
        within(&mut query, "org", scope, filter.org.as_ref());
        narrow(&mut query, filter);
        if let Some(([score, last], id)) = page.cursor_id::<2>()? {
            query.push(" AND (score, last_time, id) < (").push_bind(score);
            query.push(", ").push_bind(last).push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY score DESC, last_time DESC, id DESC LIMIT ").push_bind(page.rows());
        let rows = query.build().fetch_all(self.readers()).await?;
        let incidents = rows.iter().map(incident).collect::<Result<Vec<_>, _>>()?;
        let paged =
            page.cut(incidents, |last| format!("{}.{}.{}", last.score, last.last.micros, last.id));
        let orgs = paged.items.iter().map(|incident| &incident.org);
        self.was_read(scope, "read.incidents", "", orgs).await?;
        Ok(paged)
    }

    /// One incident; none when it is not there or outside the scope.
    pub async fn incident(
        &self,
        scope: &TenantScope,
        id: IncidentId,
    ) -> Result<Option<Incident>, StoreError> {
        let found = sqlx::query("SELECT body FROM incidents WHERE id = ?")
            .bind(id.0.as_slice())
            .fetch_optional(self.readers())
            .await?;
        let found = found.as_ref().map(incident).transpose()?;
        let found = found.filter(|incident| scope.covers(&incident.org));
        let orgs = found.iter().map(|incident| &incident.org);
        self.was_read(scope, "read.incident", &id.to_string(), orgs).await?;
        Ok(found)
    }

    /// Stores a person's change of one incident. False when somebody else changed it meanwhile, or
    /// it is not there: read it again and decide anew.
    pub async fn change_incident(
        &self,
        scope: &TenantScope,
        before: Incident,
        after: Incident,
        action: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let change = IncidentChange { before: Some(before), after };
        self.change_incidents(scope, vec![change], action, now).await
    }

    /// Stores a person's change of several incidents (a merge or a split), all or none of it.
    ///
    /// Detections that arrived meanwhile do not stand against a change of what people write
    /// (state, owner, notes, closing); they do against one of what was found.
    pub async fn change_incidents(
        &self,
        scope: &TenantScope,
        changes: Vec<IncidentChange>,
        action: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::HandleIncidents)?;
        let mut tx = self.write().await?;
        for change in changes {
            let stays = change.before.as_ref().is_none_or(|before| {
                before.id == change.after.id && before.org == change.after.org
            });
            scope.must_cover(&change.after.org)?;
            let stored = stored(&mut tx, change.after.id).await?;
            let Some(result) = stays.then(|| reconcile(&change, stored)).flatten() else {
                return Ok(false);
            };
            put(&mut tx, &result).await?;
            move_detections(&mut tx, &result, change.before.is_none()).await?;
            let fact = Fact {
                time: now,
                actor: scope.actor(),
                org: Some(&result.org),
                action,
                target: &result.id.to_string(),
                detail: json!({
                    "state": result.state, "owner": result.owner, "notes": result.notes.len(),
                    "closing": result.closing, "merged_into": result.merged_into,
                }),
            };
            audit::append(&mut tx, fact).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The incidents updated at or after a moment, open and closed, for a restart: closed ones still
    /// count towards campaigns.
    pub async fn recent_incidents(
        &self,
        _: &SystemScope,
        since: Timestamp,
    ) -> Result<Vec<Incident>, StoreError> {
        let rows = sqlx::query(
            "SELECT body FROM incidents WHERE state IN ('open', 'closed') AND updated >= ?
             ORDER BY updated, id",
        )
        .bind(since.micros)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(incident).collect()
    }
}

/// What is to be stored; none when the change was made on something else than is stored.
fn reconcile(change: &IncidentChange, stored: Option<Incident>) -> Option<Incident> {
    match (&change.before, stored) {
        (None, None) => Some(change.after.clone()),
        (Some(before), Some(stored)) => {
            if !same_handling(before, &stored) {
                None
            } else if same_findings(before, &stored) {
                Some(change.after.clone())
            } else if same_findings(before, &change.after) {
                Some(with_handling_of(stored, &change.after))
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Whether all that people write is alike.
pub(super) fn same_handling(one: &Incident, other: &Incident) -> bool {
    one.state == other.state
        && one.owner == other.owner
        && one.notes == other.notes
        && one.closing == other.closing
        && one.merged_into == other.merged_into
}

/// Whether all but what people write is alike.
fn same_findings(one: &Incident, other: &Incident) -> bool {
    with_handling_of(one.clone(), other) == *other
}

/// An incident with what people wrote on another.
pub(super) fn with_handling_of(incident: Incident, handled: &Incident) -> Incident {
    Incident {
        state: handled.state,
        owner: handled.owner.clone(),
        notes: handled.notes.clone(),
        closing: handled.closing.clone(),
        merged_into: handled.merged_into,
        ..incident
    }
}

fn narrow(query: &mut QueryBuilder<Sqlite>, filter: &IncidentFilter) {
    if let Some(state) = filter.state {
        query.push(" AND state = ").push_bind(state.as_str());
    }
    if let Some(level) = filter.level_at_least {
        query.push(" AND level >= ").push_bind(row::rank(level));
    }
    if let Some(device) = &filter.device {
        query.push(" AND device = ").push_bind(device.clone());
        // Of a split the part that it is no longer in may still be named there.
        query.push(" AND EXISTS (SELECT 1 FROM json_each(body, '$.devices') WHERE value = ");
        query.push_bind(device.clone()).push(")");
    }
    if filter.unowned {
        query.push(" AND owner IS NULL");
    }
    if let Some(owner) = &filter.owner {
        query.push(" AND owner = ").push_bind(owner.clone());
    }
    if let Some(device) = &filter.not_device {
        query.push(" AND NOT EXISTS (SELECT 1 FROM json_each(body, '$.devices') WHERE value = ");
        query.push_bind(device.clone()).push(")");
    }
    if let Some(owner) = &filter.not_owner {
        query.push(" AND owner IS NOT ").push_bind(owner.clone());
    }
    if let Some(from) = filter.from {
        query.push(" AND last_time >= ").push_bind(from.micros);
    }
    if let Some(until) = filter.until {
        query.push(" AND first_time < ").push_bind(until.micros);
    }
}

/// The incident as stored, whoever asks.
pub(super) async fn stored(
    connection: &mut SqliteConnection,
    id: IncidentId,
) -> Result<Option<Incident>, StoreError> {
    let found = sqlx::query("SELECT body FROM incidents WHERE id = ?")
        .bind(id.0.as_slice())
        .fetch_optional(connection)
        .await?;
    found.as_ref().map(incident).transpose()
}

/// Adds or replaces one.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    incident: &Incident,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO incidents
         (id, org, state, level, score, first_time, last_time, updated, owner, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, level = excluded.level,
         score = excluded.score, first_time = excluded.first_time,
         last_time = excluded.last_time, updated = excluded.updated, owner = excluded.owner,
         body = excluded.body",
    )
    .bind(incident.id.0.as_slice())
    .bind(incident.org.as_str())
    .bind(incident.state.as_str())
    .bind(row::rank(incident.level))
    .bind(i64::from(incident.score))
    .bind(incident.first.micros)
    .bind(incident.last.micros)
    .bind(incident.updated.micros)
    .bind(incident.owner.as_deref())
    .bind(row::to_body("incident", incident)?)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT OR IGNORE INTO incident_devices (device, incident)
         SELECT value, ? FROM json_each(?)",
    )
    .bind(incident.id.0.as_slice())
    .bind(row::to_body("incident", &incident.devices)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// Detections follow an incident into the one that took it over, and into a new one that was
/// split off; never to another organisation.
pub(super) async fn move_detections(
    connection: &mut SqliteConnection,
    incident: &Incident,
    split_off: bool,
) -> Result<(), StoreError> {
    if let Some(target) = incident.merged_into {
        sqlx::query("UPDATE detections SET incident = ? WHERE incident = ? AND org = ?")
            .bind(target.0.as_slice())
            .bind(incident.id.0.as_slice())
            .bind(incident.org.as_str())
            .execute(&mut *connection)
            .await?;
    }
    if split_off {
        for detection in &incident.detections {
            sqlx::query("UPDATE detections SET incident = ? WHERE id = ? AND org = ?")
                .bind(incident.id.0.as_slice())
                .bind(detection.0.as_slice())
                .bind(incident.org.as_str())
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

fn incident(found: &SqliteRow) -> Result<Incident, StoreError> {
    row::body("incident", found.try_get(0)?)
}
