//! The landscape in use: what is known of vulnerabilities, updates and support, as a snapshot.
//!
//! In: a snapshot's bytes from whoever administers the whole sector, and which one it was made over.
//! Out: the newest. Never: a look into the bytes; more than the present one and the one before it; one
//! that would take back another that came meanwhile.

use serde_json::json;
use sqlx::{Row, SqliteConnection};
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
        let mut connection = self.readers().acquire().await?;
        newest(&mut connection).await
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

    /// Puts a landscape in use for the whole sector; gives its number. `over` is the newest when it was
    /// made: none, and nothing is changed, when another came meanwhile.
    pub async fn load_landscape(
        &self,
        scope: &TenantScope,
        over: Option<u64>,
        body: Vec<u8>,
        feeds: serde_json::Value,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        scope.must_reach_top()?;
        let mut tx = self.write().await?;
        if newest(&mut tx).await? != over {
            return Ok(None);
        }
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
        Ok(u64::try_from(version).ok())
    }
}

async fn newest(connection: &mut SqliteConnection) -> Result<Option<u64>, StoreError> {
    let found = sqlx::query("SELECT max(version) FROM landscapes").fetch_one(connection).await?;
    let version: Option<i64> = found.try_get(0)?;
    Ok(version.and_then(|version| u64::try_from(version).ok()))
}
