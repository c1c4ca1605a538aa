//! How things stand in few numbers: open incidents, detections over time.
//!
//! In: a scope. Out: counts by organisation or by span of time. Never: a number without its
//! organisation; an organisation outside the scope.

use sqlx::Row;
use wardwatch_model::{Level, OrgId, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::{State, row};

/// Open incidents of one organisation and one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIncidents {
    /// The organisation.
    pub org: OrgId,
    /// The level.
    pub level: Level,
    /// How many.
    pub count: u64,
    /// How many of them nobody works on.
    pub unowned: u64,
}

/// Detections of one span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DetectionSpan {
    /// Which span, counted from 0.
    pub span: u64,
    /// How many.
    pub detections: u64,
    /// How many of them are at level high or above.
    pub serious: u64,
}

impl State {
    /// Open incidents of the scope, by organisation and level.
    pub async fn open_incidents(
        &self,
        scope: &TenantScope,
    ) -> Result<Vec<OpenIncidents>, StoreError> {
        let rows = sqlx::query(
            "SELECT org, level, count(*), sum(owner IS NULL) FROM incidents
             WHERE state = 'open' AND org IN (SELECT value FROM json_each(?))
             GROUP BY org, level ORDER BY org, level",
        )
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|found| {
                let rank: i64 = found.try_get(1)?;
                let level = Level::ALL.into_iter().find(|level| row::rank(*level) == rank);
                Ok(OpenIncidents {
                    org: row::word(found, 0)?,
                    level: level.ok_or_else(|| StoreError::damaged("level", rank))?,
                    count: row::count(found, 2)?,
                    unowned: row::count(found, 3)?,
                })
            })
            .collect()
    }

    /// Detections of the scope by their event time, in spans of `span_micros` from `from` on.
    /// Spans without any are left out.
    pub async fn detection_spans(
        &self,
        scope: &TenantScope,
        from: Timestamp,
        until: Timestamp,
        span_micros: i64,
    ) -> Result<Vec<DetectionSpan>, StoreError> {
        let rows = sqlx::query(
            "SELECT (time - ?1) / ?2 AS span, count(*), sum(level >= ?3) FROM detections
             WHERE org IN (SELECT value FROM json_each(?4)) AND time >= ?1 AND time < ?5
             GROUP BY span ORDER BY span",
        )
        .bind(from.micros)
        .bind(span_micros.max(1))
        .bind(row::rank(Level::High))
        .bind(scope.json())
        .bind(until.micros)
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|found| {
                Ok(DetectionSpan {
                    span: row::count(found, 0)?,
                    detections: row::count(found, 1)?,
                    serious: row::count(found, 2)?,
                })
            })
            .collect()
    }
}
