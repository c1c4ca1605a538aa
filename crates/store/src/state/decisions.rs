//! What people decided: of devices whose support ends, and of holes that stay open for now.
//!
//! In: devices of one organisation and a decision, or an exception. Out: decisions and exceptions within
//! a scope. Never: a change that the audit does not have; half of one; anything outside the scope.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use wardwatch_model::{CveId, Decided, Exception, OrgId, Permission, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::audit::{self, Fact};
use crate::state::within::within;
use crate::state::{State, row};

/// Devices of one organisation that something may be decided of.
const MAX_DECISIONS: u64 = 50_000;
/// Exceptions of one organisation, those that have run out included.
const MAX_EXCEPTIONS: u64 = 5_000;

/// Decisions by organisation and device.
pub type Decisions = BTreeMap<(OrgId, String), Decided>;

impl State {
    /// All decisions of the scope.
    pub async fn decisions(&self, scope: &TenantScope) -> Result<Decisions, StoreError> {
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT org, device, body FROM decisions WHERE ");
        within(&mut query, "org", scope, None);
        let rows = query.build().fetch_all(self.readers()).await?;
        self.was_surveyed(scope, "read.decisions").await?;
        rows.iter()
            .map(|found| {
                let key = (row::word(found, 0)?, found.try_get(1)?);
                Ok((key, row::body("decision", found.try_get(2)?)?))
            })
            .collect()
    }

    /// What was decided of a device; nothing of one outside the scope. Whoever asks says for which page.
    pub async fn decision(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        device: &str,
    ) -> Result<Option<Decided>, StoreError> {
        if !scope.covers(org) {
            return Ok(None);
        }
        let found = sqlx::query("SELECT body FROM decisions WHERE org = ? AND device = ?")
            .bind(org.as_str())
            .bind(device)
            .fetch_optional(self.readers())
            .await?;
        found.map(|found| row::body("decision", found.try_get(0)?)).transpose()
    }

    /// Decides of devices of an organisation, all of them or none; without a decision, takes away what
    /// was decided.
    pub async fn decide(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        devices: &BTreeSet<String>,
        decided: Option<&Decided>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        scope.must_be_for(Permission::ClassifyDevices)?;
        scope.must_cover(org)?;
        let mut tx = self.write().await?;
        for device in devices {
            match decided {
                Some(decided) => {
                    sqlx::query(
                        "INSERT OR REPLACE INTO decisions (org, device, body) VALUES (?, ?, ?)",
                    )
                    .bind(org.as_str())
                    .bind(device)
                    .bind(row::to_body("decision", decided)?)
                    .execute(&mut *tx)
                    .await?
                }
                None => {
                    sqlx::query("DELETE FROM decisions WHERE org = ? AND device = ?")
                        .bind(org.as_str())
                        .bind(device)
                        .execute(&mut *tx)
                        .await?
                }
            };
        }
        let held = "SELECT count(*) FROM decisions WHERE org = ?";
        not_more(&mut tx, held, org, MAX_DECISIONS, "decisions of one organisation").await?;
        let target = match devices.first() {
            Some(first) if devices.len() == 1 => first,
            _ => "",
        };
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action: if decided.is_some() { "decision.make" } else { "decision.remove" },
            target,
            detail: json!({
                "devices": devices.len(), "decision": decided.map(|decided| &decided.decision),
            }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(())
    }

    /// All exceptions of the scope, by organisation, vulnerability and device; those that have run out
    /// too.
    pub async fn exceptions(&self, scope: &TenantScope) -> Result<Vec<Exception>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT body FROM exceptions WHERE ");
        within(&mut query, "org", scope, None);
        query.push(" ORDER BY org, cve, device");
        let rows = query.build().fetch_all(self.readers()).await?;
        rows.iter().map(|found| row::body("exception", found.try_get(0)?)).collect()
    }

    /// Lets a hole stay open until a day; one that was let before is let anew.
    pub async fn except(
        &self,
        scope: &TenantScope,
        exception: &Exception,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        scope.must_be_for(Permission::ClassifyDevices)?;
        scope.must_cover(&exception.org)?;
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT OR REPLACE INTO exceptions (org, cve, device, until, body) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(exception.org.as_str())
        .bind(exception.cve.to_string())
        .bind(exception.device.as_deref().unwrap_or_default())
        .bind(exception.until.to_string())
        .bind(row::to_body("exception", exception)?)
        .execute(&mut *tx)
        .await?;
        let held = "SELECT count(*) FROM exceptions WHERE org = ?";
        not_more(&mut tx, held, &exception.org, MAX_EXCEPTIONS, "exceptions of one organisation")
            .await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&exception.org),
            action: "exception.make",
            target: &exception.cve.to_string(),
            detail: json!(exception),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends an exception; false when there is none.
    pub async fn end_exception(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        cve: CveId,
        device: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::ClassifyDevices)?;
        scope.must_cover(org)?;
        let mut tx = self.write().await?;
        let done = sqlx::query("DELETE FROM exceptions WHERE org = ? AND cve = ? AND device = ?")
            .bind(org.as_str())
            .bind(cve.to_string())
            .bind(device.unwrap_or_default())
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action: "exception.end",
            target: &cve.to_string(),
            detail: json!({ "device": device }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// An error when an organisation has more of something than it may.
async fn not_more(
    connection: &mut SqliteConnection,
    count: &'static str,
    org: &OrgId,
    limit: u64,
    what: &'static str,
) -> Result<(), StoreError> {
    let held = sqlx::query(count).bind(org.as_str()).fetch_one(connection).await?;
    if row::count(&held, 0)? > limit {
        return Err(StoreError::TooMany { what, limit });
    }
    Ok(())
}
