//! How many days the lake keeps what.
//!
//! In: settings by organisation and the beginning of a class. Out: the same, and for the loop that
//! tidies all of them. Never: the deletion itself.

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use wardwatch_model::{OrgId, Permission, Timestamp};

use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::state::audit::{self, Fact};
use crate::state::{State, row};

/// Days that events are kept where nobody said otherwise.
pub const DEFAULT_DAYS: u32 = 90;
/// Days that events are kept at most: ten years.
pub const MAX_DAYS: u32 = 3_653;

/// How long events of a class are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Whose events.
    pub org: OrgId,
    /// The beginning of their class; empty for all.
    pub class: String,
    /// How many days.
    pub days: u32,
}

impl State {
    /// The settings of the scope's organisations, by organisation and class.
    pub async fn retention(&self, scope: &TenantScope) -> Result<Vec<Retention>, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        let rows = sqlx::query(
            "SELECT org, class, days FROM retention
             WHERE org IN (SELECT value FROM json_each(?)) ORDER BY org, class",
        )
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let settings = rows.iter().map(setting).collect::<Result<Vec<_>, _>>()?;
        self.was_read(scope, "read.retention", "", settings.iter().map(|one| &one.org)).await?;
        Ok(settings)
    }

    /// All settings, for the loop that tidies.
    pub async fn all_retention(&self, _: &SystemScope) -> Result<Vec<Retention>, StoreError> {
        let rows = sqlx::query("SELECT org, class, days FROM retention ORDER BY org, class")
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(setting).collect()
    }

    /// Sets how long an organisation's events of a class are kept; none takes the setting away.
    pub async fn set_retention(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        class: &str,
        days: Option<u32>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        scope.must_be_for(Permission::Administer)?;
        scope.must_cover(org)?;
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM retention WHERE org = ? AND class = ?")
            .bind(org.as_str())
            .bind(class)
            .execute(&mut *tx)
            .await?;
        if let Some(days) = days {
            sqlx::query("INSERT INTO retention (org, class, days) VALUES (?, ?, ?)")
                .bind(org.as_str())
                .bind(class)
                .bind(i64::from(days.clamp(1, MAX_DAYS)))
                .execute(&mut *tx)
                .await?;
        }
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action: "retention.set",
            target: class,
            detail: json!({ "days": days }),
        };
        audit::append(&mut tx, fact).await?;
        Ok(tx.commit().await?)
    }
}

fn setting(found: &SqliteRow) -> Result<Retention, StoreError> {
    Ok(Retention {
        org: row::word(found, 0)?,
        class: found.try_get(1)?,
        days: u32::try_from(row::count(found, 2)?).unwrap_or(MAX_DAYS),
    })
}
