//! Detections, as readers see them.
//!
//! In: a scope and a filter. Out: sightings, newest first. Never: a change; detections are made by
//! commits only.

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use wardwatch_model::{DetectionId, IncidentId, Level, OrgId, RuleId, Sighting, Timestamp};

use crate::error::StoreError;
use crate::page::{Page, Paged};
use crate::scope::TenantScope;
use crate::state::within::within;
use crate::state::{State, row};

/// Which detections are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DetectionFilter {
    /// Of this organisation alone.
    pub org: Option<OrgId>,
    /// At this event time or later.
    pub from: Option<Timestamp>,
    /// Before this event time.
    pub until: Option<Timestamp>,
    /// By this rule.
    pub rule: Option<RuleId>,
    /// On this device.
    pub device: Option<String>,
    /// This serious or more.
    pub level_at_least: Option<Level>,
    /// Of this incident.
    pub incident: Option<IncidentId>,
    /// Only those that are suppressed, or only those that are not.
    pub suppressed: Option<bool>,
}

impl State {
    /// The detections of the scope that the filter wants, newest first.
    pub async fn detections(
        &self,
        scope: &TenantScope,
        filter: &DetectionFilter,
        page: &Page,
    ) -> Result<Paged<Sighting>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT body FROM detections WHERE ");
        // Of a device, and of an incident, are fewer than of an organisation: SQLite cannot know.
        let few = filter.device.is_some() || filter.incident.is_some();
        within(&mut query, if few { "+org" } else { "org" }, scope, filter.org.as_ref());
        narrow(&mut query, filter);
        if let Some(([time], id)) = page.cursor_id::<1>()? {
            query.push(" AND (time, id) < (").push_bind(time);
            query.push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY time DESC, id DESC LIMIT ").push_bind(page.rows());
        let rows = query.build().fetch_all(self.readers()).await?;
        let sightings = rows.iter().map(sighting).collect::<Result<Vec<_>, _>>()?;
        let paged = page.cut(sightings, |last| format!("{}.{}", last.time.micros, last.id));
        let orgs = paged.items.iter().map(|sighting| &sighting.org);
        self.was_read(scope, "read.detections", "", orgs).await?;
        Ok(paged)
    }

    /// One detection; none when it is not there or outside the scope.
    pub async fn detection(
        &self,
        scope: &TenantScope,
        id: DetectionId,
    ) -> Result<Option<Sighting>, StoreError> {
        let found = sqlx::query("SELECT body FROM detections WHERE id = ?")
            .bind(id.0.as_slice())
            .fetch_optional(self.readers())
            .await?;
        let found = found.as_ref().map(sighting).transpose()?;
        let found = found.filter(|sighting| scope.covers(&sighting.org));
        let orgs = found.iter().map(|sighting| &sighting.org);
        self.was_read(scope, "read.detection", &id.to_string(), orgs).await?;
        Ok(found)
    }
}

fn narrow(query: &mut QueryBuilder<Sqlite>, filter: &DetectionFilter) {
    if let Some(from) = filter.from {
        query.push(" AND time >= ").push_bind(from.micros);
    }
    if let Some(until) = filter.until {
        query.push(" AND time < ").push_bind(until.micros);
    }
    if let Some(rule) = &filter.rule {
        query.push(" AND rule = ").push_bind(rule.0.clone());
    }
    if let Some(device) = &filter.device {
        query.push(" AND device = ").push_bind(device.clone());
    }
    if let Some(level) = filter.level_at_least {
        query.push(" AND level >= ").push_bind(row::rank(level));
    }
    match filter.suppressed {
        Some(true) => drop(query.push(" AND suppressed_by IS NOT NULL")),
        Some(false) => drop(query.push(" AND suppressed_by IS NULL")),
        None => {}
    }
    if let Some(incident) = filter.incident {
        query.push(" AND incident = ").push_bind(incident.0.to_vec());
    }
}

fn sighting(found: &SqliteRow) -> Result<Sighting, StoreError> {
    row::body("detection", found.try_get(0)?)
}
