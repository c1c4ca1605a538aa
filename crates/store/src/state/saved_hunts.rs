//! Queries that somebody kept for the people of an organisation.
//!
//! In: a scope of reading events, a name, a text. Out: the saved hunts of the scope. Never: the
//! text looked at; whoever saves it has checked it.

use serde_json::json;
use sqlx::Row;
use wardwatch_model::{HuntId, OrgId, Permission, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::secret;
use crate::state::audit::{self, Fact};
use crate::state::{State, row};

/// Saved hunts of one organisation at most.
const MOST: i64 = 1_000;

/// A saved hunt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedHunt {
    /// Its identity.
    pub id: HuntId,
    /// Whose it is.
    pub org: OrgId,
    /// Its name, one of a kind within the organisation.
    pub name: String,
    /// The query.
    pub sql: String,
    /// Who saved it.
    pub actor: String,
    /// When.
    pub created: Timestamp,
}

impl State {
    /// The saved hunts of the scope, by organisation and name.
    pub async fn saved_hunts(&self, scope: &TenantScope) -> Result<Vec<SavedHunt>, StoreError> {
        scope.must_be_for(Permission::ReadEvents)?;
        let rows = sqlx::query(
            "SELECT id, org, name, sql, actor, created FROM saved_hunts
             WHERE org IN (SELECT value FROM json_each(?)) ORDER BY org, name LIMIT ?",
        )
        .bind(scope.json())
        .bind(MOST)
        .fetch_all(self.readers())
        .await?;
        let saved = rows
            .iter()
            .map(|found| {
                Ok(SavedHunt {
                    id: HuntId(row::id(found, 0)?),
                    org: row::word(found, 1)?,
                    name: found.try_get(2)?,
                    sql: found.try_get(3)?,
                    actor: found.try_get(4)?,
                    created: row::time(found, 5)?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.was_read(scope, "read.saved_hunts", "", saved.iter().map(|one| &one.org)).await?;
        Ok(saved)
    }

    /// Keeps a query under a name; one of that name is replaced.
    pub async fn save_hunt(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        name: &str,
        sql: &str,
        now: Timestamp,
    ) -> Result<SavedHunt, StoreError> {
        scope.must_be_for(Permission::ReadEvents)?;
        scope.must_cover(org)?;
        let mut tx = self.write().await?;
        let count: i64 = sqlx::query("SELECT count(*) FROM saved_hunts WHERE org = ?")
            .bind(org.as_str())
            .fetch_one(&mut *tx)
            .await?
            .try_get(0)?;
        if count >= MOST {
            return Err(StoreError::Full { what: "saved hunts of an organisation", most: MOST });
        }
        let id = HuntId(secret::id()?);
        sqlx::query(
            "INSERT INTO saved_hunts (id, org, name, sql, actor, created)
             VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (org, name) DO UPDATE SET
             id = excluded.id, sql = excluded.sql, actor = excluded.actor,
             created = excluded.created",
        )
        .bind(id.0.as_slice())
        .bind(org.as_str())
        .bind(name)
        .bind(sql)
        .bind(scope.actor())
        .bind(now.micros)
        .execute(&mut *tx)
        .await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action: "saved_hunt.save",
            target: name,
            detail: json!({ "sql": sql }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(SavedHunt {
            id,
            org: org.clone(),
            name: name.to_owned(),
            sql: sql.to_owned(),
            actor: scope.actor().to_owned(),
            created: now,
        })
    }

    /// Forgets a saved hunt; false when the scope has none of that identity.
    pub async fn forget_saved_hunt(
        &self,
        scope: &TenantScope,
        id: HuntId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::ReadEvents)?;
        let mut tx = self.write().await?;
        let found = sqlx::query(
            "DELETE FROM saved_hunts WHERE id = ?
             AND org IN (SELECT value FROM json_each(?)) RETURNING org, name",
        )
        .bind(id.0.as_slice())
        .bind(scope.json())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else { return Ok(false) };
        let (org, name): (OrgId, String) = (row::word(&found, 0)?, found.try_get(1)?);
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&org),
            action: "saved_hunt.forget",
            target: &name,
            detail: serde_json::Value::Null,
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(true)
    }
}
