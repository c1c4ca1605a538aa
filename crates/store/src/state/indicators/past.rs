//! How far history was searched for a list's new indicators.

use serde::{Deserialize, Serialize};
use wardwatch_model::{IndicatorListId, Timestamp};

use crate::error::StoreError;
use crate::scope::SystemScope;
use crate::state::{State, row};

/// A search of history for the new indicators of one version of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorHunt {
    /// The version.
    pub version: u64,
    /// From when on events are searched.
    pub from: Timestamp,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; none while it goes on.
    pub ended: Option<Timestamp>,
    /// Days of the lake that are to be searched.
    pub days: u64,
    /// Days that were.
    pub days_done: u64,
    /// The day that was searched last; days before it follow.
    pub last_day: Option<String>,
    /// Events that were searched.
    pub events: u64,
    /// Hits, those included that were known before.
    pub hits: u64,
}

impl State {
    /// Writes down how far a search is. With an end, its version counts as searched. False when
    /// the list is gone.
    pub async fn keep_hunt(
        &self,
        _: &SystemScope,
        list: IndicatorListId,
        hunt: &IndicatorHunt,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE indicator_lists SET hunt = ?1,
             hunted = CASE WHEN ?2 THEN max(hunted, ?3) ELSE hunted END WHERE id = ?4",
        )
        .bind(row::to_body("search of history", hunt)?)
        .bind(hunt.ended.is_some())
        .bind(row::stored(hunt.version))
        .bind(list.0.as_slice())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}
