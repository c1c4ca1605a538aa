//! Places from which lists are pulled.
//!
//! In: a scope and a source. Out: the source without its secret; the secret for the loop that
//! pulls. Never: a secret to whoever lists sources.

use std::fmt;

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use wardwatch_model::{IndicatorSourceId, OrgId, Permission, SourceKind, Timestamp};

use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::secret;
use crate::state::audit::{self, Fact};
use crate::state::{State, row};

/// A source to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIndicatorSource {
    /// The organisation that its list is to belong to.
    pub org: OrgId,
    /// Its name, and that of its list.
    pub name: String,
    /// What lies there.
    pub kind: SourceKind,
    /// The address.
    pub address: String,
    /// The collection, for TAXII.
    pub collection: String,
    /// Who asks.
    pub secret: SourceSecret,
    /// Seconds between two pulls.
    pub interval_seconds: u64,
}

/// What shows a source who asks.
#[derive(Clone, PartialEq, Eq)]
pub enum SourceSecret {
    /// Nothing.
    None,
    /// A name and a password.
    Basic(String, String),
    /// A token.
    Bearer(String),
}

impl fmt::Debug for SourceSecret {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SourceSecret::None => "None",
            SourceSecret::Basic(..) => "Basic",
            SourceSecret::Bearer(_) => "Bearer",
        })
    }
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorSource {
    /// Its identity.
    pub id: IndicatorSourceId,
    /// The organisation of its list.
    pub org: OrgId,
    /// Its name, and that of its list.
    pub name: String,
    /// What lies there.
    pub kind: SourceKind,
    /// The address.
    pub address: String,
    /// The collection, for TAXII.
    pub collection: String,
    /// Seconds between two pulls.
    pub interval_seconds: u64,
    /// When it was made.
    pub created: Timestamp,
    /// When it is pulled next.
    pub next_pull: Timestamp,
    /// When it was pulled last, well or not.
    pub last_pull: Option<Timestamp>,
    /// When it was pulled well.
    pub last_success: Option<Timestamp>,
    /// How many times in a row it could not be pulled.
    pub failures: u64,
    /// Why it could not the last time; none when it could.
    pub error: Option<String>,
}

impl State {
    /// Makes a source; its first pull is due at once.
    pub async fn create_indicator_source(
        &self,
        scope: &TenantScope,
        new: NewIndicatorSource,
        now: Timestamp,
    ) -> Result<IndicatorSource, StoreError> {
        scope.must_be_for(Permission::WriteRules)?;
        scope.must_cover(&new.org)?;
        let id = IndicatorSourceId(secret::id()?);
        let (user, secret) = match &new.secret {
            SourceSecret::None => (None, None),
            SourceSecret::Basic(name, password) => (Some(name), Some(password)),
            SourceSecret::Bearer(token) => (None, Some(token)),
        };
        let mut tx = self.write().await?;
        let taken = sqlx::query("SELECT 1 FROM indicator_sources WHERE org = ? AND name = ?")
            .bind(new.org.as_str())
            .bind(&new.name)
            .fetch_optional(&mut *tx)
            .await?;
        if taken.is_some() {
            return Err(StoreError::NameTaken(new.name));
        }
        let found = sqlx::query(
            "INSERT INTO indicator_sources (id, org, name, kind, address, collection, user_name,
                 secret, interval_seconds, created, next_pull)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
             RETURNING id, org, name, kind, address, collection, interval_seconds, created,
                 next_pull, last_pull, last_success, failures, error",
        )
        .bind(id.0.as_slice())
        .bind(new.org.as_str())
        .bind(&new.name)
        .bind(new.kind.as_str())
        .bind(&new.address)
        .bind(&new.collection)
        .bind(user)
        .bind(secret)
        .bind(row::stored(new.interval_seconds))
        .bind(now.micros)
        .fetch_one(&mut *tx)
        .await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&new.org),
            action: "indicator_source.create",
            target: &id.to_string(),
            detail: json!({ "name": new.name, "kind": new.kind, "address": new.address }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        source(&found)
    }

    /// The sources of the scope, by organisation and name.
    pub async fn indicator_sources(
        &self,
        scope: &TenantScope,
    ) -> Result<Vec<IndicatorSource>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, org, name, kind, address, collection, interval_seconds, created,
             next_pull, last_pull, last_success, failures, error FROM indicator_sources
             WHERE org IN (SELECT value FROM json_each(?)) ORDER BY org, name",
        )
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let all = rows.iter().map(source).collect::<Result<Vec<_>, _>>()?;
        self.was_read(scope, "read.indicator_sources", "", all.iter().map(|one| &one.org)).await?;
        Ok(all)
    }

    /// Removes a source; says whether there was one in the scope. Its list stays.
    pub async fn delete_indicator_source(
        &self,
        scope: &TenantScope,
        id: IndicatorSourceId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.change_source(
            scope,
            id,
            now,
            "indicator_source.delete",
            "DELETE FROM indicator_sources
             WHERE id = ?1 AND org IN (SELECT value FROM json_each(?2)) AND ?3 = ?3
             RETURNING org, name",
        )
        .await
    }

    /// Makes a source due now; says whether there is one in the scope.
    pub async fn pull_indicator_source(
        &self,
        scope: &TenantScope,
        id: IndicatorSourceId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.change_source(
            scope,
            id,
            now,
            "indicator_source.pull",
            "UPDATE indicator_sources SET next_pull = min(next_pull, ?3)
             WHERE id = ?1 AND org IN (SELECT value FROM json_each(?2)) RETURNING org, name",
        )
        .await
    }

    async fn change_source(
        &self,
        scope: &TenantScope,
        id: IndicatorSourceId,
        now: Timestamp,
        action: &str,
        change: &'static str,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::WriteRules)?;
        let mut tx = self.write().await?;
        let found = sqlx::query(change)
            .bind(id.0.as_slice())
            .bind(scope.json())
            .bind(now.micros)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(found) = found else { return Ok(false) };
        let (org, name): (OrgId, String) = (row::word(&found, 0)?, found.try_get(1)?);
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&org),
            action,
            target: &id.to_string(),
            detail: json!({ "name": name }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The source that is due longest, with its secret and up to where it was read.
    pub async fn due_indicator_source(
        &self,
        _: &SystemScope,
        now: Timestamp,
    ) -> Result<Option<(IndicatorSource, SourceSecret, Option<String>)>, StoreError> {
        let found = sqlx::query(
            "SELECT id, org, name, kind, address, collection, interval_seconds, created,
             next_pull, last_pull, last_success, failures, error, user_name, secret, read_up_to
             FROM indicator_sources WHERE next_pull <= ? ORDER BY next_pull, id LIMIT 1",
        )
        .bind(now.micros)
        .fetch_optional(self.readers())
        .await?;
        let Some(found) = found else { return Ok(None) };
        let (user, secret): (Option<String>, Option<String>) =
            (found.try_get(13)?, found.try_get(14)?);
        let secret = match (user, secret) {
            (Some(name), Some(password)) => SourceSecret::Basic(name, password),
            (None, Some(token)) => SourceSecret::Bearer(token),
            _ => SourceSecret::None,
        };
        Ok(Some((source(&found)?, secret, found.try_get(15)?)))
    }

    /// Writes down how a pull went: up to where it was read, or why it was not; and when the next
    /// one is due.
    pub async fn indicator_source_pulled(
        &self,
        _: &SystemScope,
        id: IndicatorSourceId,
        outcome: Result<Option<String>, String>,
        now: Timestamp,
        next: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let (error, read_up_to) = match &outcome {
            Ok(read_up_to) => (None, read_up_to.as_deref()),
            Err(error) => (Some(error.as_str()), None),
        };
        sqlx::query(
            "UPDATE indicator_sources SET last_pull = ?2, next_pull = ?3, error = ?4,
             failures = CASE WHEN ?4 IS NULL THEN 0 ELSE failures + 1 END,
             last_success = CASE WHEN ?4 IS NULL THEN ?2 ELSE last_success END,
             read_up_to = CASE WHEN ?4 IS NULL THEN ?5 ELSE read_up_to END WHERE id = ?1",
        )
        .bind(id.0.as_slice())
        .bind(now.micros)
        .bind(next.micros)
        .bind(error)
        .bind(read_up_to)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }
}

fn source(found: &SqliteRow) -> Result<IndicatorSource, StoreError> {
    Ok(IndicatorSource {
        id: IndicatorSourceId(row::id(found, 0)?),
        org: row::word(found, 1)?,
        name: found.try_get(2)?,
        kind: row::word(found, 3)?,
        address: found.try_get(4)?,
        collection: found.try_get(5)?,
        interval_seconds: row::count(found, 6)?,
        created: row::time(found, 7)?,
        next_pull: row::time(found, 8)?,
        last_pull: row::time_or_none(found, 9)?,
        last_success: row::time_or_none(found, 10)?,
        failures: row::count(found, 11)?,
        error: found.try_get(12)?,
    })
}
