//! The landscape in use: what is known of vulnerabilities, updates and support, as a snapshot.
//!
//! In: a snapshot's bytes from whoever administers the whole sector. Out: the newest. Never: a look
//! into the bytes; more than the present one and the one before it.

use serde_json::json;
use sqlx::Row;
use wardwatch_model::{Permission, Timestamp};

use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::state::audit::{self, Fact};
use crate::state::{State, row};

/// A snapshot in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLandscape {
    /// Its number; the newest is the greatest.
    pub version: u64,
    /// When it was loaded.
    pub loaded: Timestamp,
    /// By whom.
    pub by: String,
    /// The snapshot.
    pub body: Vec<u8>,
}

impl State {
    /// The number of the newest landscape; none when none was loaded.
    pub async fn landscape_version(&self, _: &SystemScope) -> Result<Option<u64>, StoreError> {
        let found = sqlx::query("SELECT max(version) FROM landscapes").fetch_one(self.readers()).await?;
        let version: Option<i64> = found.try_get(0)?;
        Ok(version.and_then(|version| u64::try_from(version).ok()))
    }

    /// The newest landscape.
    pub async fn landscape(&self, _: &SystemScope) -> Result<Option<KeptLandscape>, StoreError> {
        let found = sqlx::query(
            "SELECT version, loaded, by, body FROM landscapes ORDER BY version DESC LIMIT 1",
        )
        .fetch_optional(self.readers())
        .await?;
        found
            .map(|found| {
                Ok(KeptLandscape {
                    version: row::count(&found, 0)?,
                    loaded: row::time(&found, 1)?,
                    by: found.try_get(2)?,
                    body: found.try_get(3)?,
                })
            })
            .transpose()
    }

    /// Puts a landscape in use for the whole sector; gives its number.
    pub async fn load_landscape(
        &self,
        scope: &TenantScope,
        body: Vec<u8>,
        feeds: serde_json::Value,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        scope.must_reach_top()?;
        let mut tx = self.write().await?;
        let done = sqlx::query("INSERT INTO landscapes (loaded, by, body) VALUES (?, ?, ?)")
            .bind(now.micros)
            .bind(scope.actor())
            .bind(body)
            .execute(&mut *tx)
            .await?;
        let version = done.last_insert_rowid();
        sqlx::query("DELETE FROM landscapes WHERE version < ?")
            .bind(version.saturating_sub(1))
            .execute(&mut *tx)
            .await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: None,
            action: "landscape.load",
            target: &version.to_string(),
            detail: json!({ "feeds": feeds }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(u64::try_from(version).unwrap_or_default())
    }
}
