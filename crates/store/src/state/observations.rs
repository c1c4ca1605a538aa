//! What correlations need to remember over a restart.
//!
//! In: bodies that the server makes and reads. Out: the same. Never: a look inside.

use sqlx::Row;
use wardwatch_model::{OrgId, Timestamp};

use crate::error::StoreError;
use crate::scope::SystemScope;
use crate::state::{State, row};

/// Something that a correlation may still count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptObservation {
    /// Whose it is.
    pub org: OrgId,
    /// When its event was received.
    pub received: Timestamp,
    /// What it is, in the server's own form.
    pub body: String,
}

impl State {
    /// Those received at or after a moment, in the order in which they were kept.
    pub async fn observations(
        &self,
        _: &SystemScope,
        since: Timestamp,
    ) -> Result<Vec<KeptObservation>, StoreError> {
        let rows = sqlx::query(
            "SELECT org, received, body FROM observations WHERE received >= ? ORDER BY id",
        )
        .bind(since.micros)
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|found| {
                Ok(KeptObservation {
                    org: row::word(found, 0)?,
                    received: row::time(found, 1)?,
                    body: found.try_get(2)?,
                })
            })
            .collect()
    }

    /// Removes those received before a moment; says how many.
    pub async fn forget_observations(
        &self,
        _: &SystemScope,
        before: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query("DELETE FROM observations WHERE received < ?")
            .bind(before.micros)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}
