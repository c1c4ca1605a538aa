//! How things stand in few numbers: open incidents, detections over time.
//!
//! In: a scope. Out: counts by organisation or by span of time. Never: a number without its
//! organisation; an organisation outside the scope.

use std::sync::Arc;

use sqlx::{QueryBuilder, Sqlite};
use wardwatch_model::{Level, OrgId, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::within::within;
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
        // One row with all of them: thousands of rows of four numbers cost more to hand over than to count.
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT json_group_array(json_array(org, level, found, unowned) ORDER BY org, level)
             FROM (
             SELECT org, level, count(*) AS found, sum(owner IS NULL) AS unowned FROM incidents
             WHERE state = 'open' AND ",
        );
        within(&mut query, "org", scope, None);
        query.push(" GROUP BY org, level)");
        let packed: String = query.build_query_scalar().fetch_one(self.readers()).await?;
        let counted: Vec<(OrgId, i64, u64, u64)> = row::body("open incidents", &packed)?;
        let counted = counted.into_iter().map(|(org, rank, count, unowned)| {
            let level = Level::ALL.into_iter().find(|level| row::rank(*level) == rank);
            let level = level.ok_or_else(|| StoreError::damaged("level", rank))?;
            Ok(OpenIncidents { org, level, count, unowned })
        });
        counted.collect()
    }

    /// Detections of the scope by their event time, in `spans` spans of `span_micros` up to a moment. Spans
    /// without any are left out.
    pub async fn detection_spans(
        &self,
        scope: &TenantScope,
        until: Timestamp,
        spans: i64,
        span_micros: i64,
    ) -> Result<Arc<Vec<DetectionSpan>>, StoreError> {
        let asked = scope.clone();
        let key = format!("{spans} {span_micros} {}", scope.json()).into();
        let count = move |state: State| async move {
            let from = until.micros - spans * span_micros;
            state.count_spans(&asked, from, until.micros, span_micros.max(1)).await
        };
        self.dear(|dear| &dear.spans, key, count).await
    }

    async fn count_spans(
        &self,
        scope: &TenantScope,
        from: i64,
        until: i64,
        span: i64,
    ) -> Result<Vec<DetectionSpan>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT (time - ");
        query.push_bind(from).push(") / ").push_bind(span);
        query.push(" AS span, count(*), sum(level >= ").push_bind(row::rank(Level::High));
        query.push(") FROM detections WHERE time >= ").push_bind(from);
        query.push(" AND time < ").push_bind(until).push(" AND ");
        within(&mut query, "org", scope, None);
        query.push(" GROUP BY span ORDER BY span");
        let rows = query.build().fetch_all(self.readers()).await?;
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
