//! Rules that organisations wrote.
//!
//! In: a rule's text, checked by whoever calls. Out: all rules of all organisations, for the engine.
//! Never: a look into a text; a rule under an id that another organisation could take.

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::{OrgId, OwnRule, Permission, RuleId, Timestamp};

use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::state::audit::{self, Fact};
use crate::state::{State, row};

/// Rules that one organisation may have written.
pub const MAX_OWN_RULES: u64 = 500;

impl State {
    /// All rules that organisations wrote, in order of their ids.
    pub async fn own_rules(&self, _: &SystemScope) -> Result<Vec<OwnRule>, StoreError> {
        let rows = sqlx::query("SELECT id, org, text, author, created FROM own_rules ORDER BY id")
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(own_rule).collect()
    }

    /// Adds a rule, or puts another text in its place.
    pub async fn put_own_rule(
        &self,
        scope: &TenantScope,
        rule: &OwnRule,
    ) -> Result<(), StoreError> {
        scope.must_be_for(Permission::WriteRules)?;
        scope.must_cover(&rule.org)?;
        let mut tx = self.write().await?;
        let replaces = exists(&mut tx, &rule.id).await?;
        if !replaces && count(&mut tx, &rule.org).await? >= MAX_OWN_RULES {
            return Err(StoreError::TooMany { what: "rules of its own", limit: MAX_OWN_RULES });
        }
        sqlx::query(
            "INSERT INTO own_rules (id, org, text, author, created) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET
             text = excluded.text, author = excluded.author, created = excluded.created",
        )
        .bind(&rule.id.0)
        .bind(rule.org.as_str())
        .bind(&rule.text)
        .bind(&rule.author)
        .bind(rule.created.micros)
        .execute(&mut *tx)
        .await?;
        let hash = blake3::hash(rule.text.as_bytes()).to_hex().to_string();
        let fact = Fact {
            time: rule.created,
            actor: scope.actor(),
            org: Some(&rule.org),
            action: if replaces { "rule.change" } else { "rule.add" },
            target: &rule.id.0,
            detail: json!({ "blake3": hash }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        self.note_change();
        Ok(())
    }

    /// Takes a rule away; says whether there was one in the scope.
    pub async fn remove_own_rule(
        &self,
        scope: &TenantScope,
        id: &RuleId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::WriteRules)?;
        let mut tx = self.write().await?;
        let found = sqlx::query(
            "DELETE FROM own_rules WHERE id = ? AND org IN (SELECT value FROM json_each(?))
             RETURNING org",
        )
        .bind(&id.0)
        .bind(scope.json())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else { return Ok(false) };
        let org: OrgId = row::word(&found, 0)?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&org),
            action: "rule.remove",
            target: &id.0,
            detail: serde_json::Value::Null,
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        self.note_change();
        Ok(true)
    }
}

async fn exists(connection: &mut SqliteConnection, id: &RuleId) -> Result<bool, StoreError> {
    let found = sqlx::query("SELECT 1 FROM own_rules WHERE id = ?")
        .bind(&id.0)
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

async fn count(connection: &mut SqliteConnection, org: &OrgId) -> Result<u64, StoreError> {
    let found = sqlx::query("SELECT count(*) FROM own_rules WHERE org = ?")
        .bind(org.as_str())
        .fetch_one(connection)
        .await?;
    row::count(&found, 0)
}

fn own_rule(found: &SqliteRow) -> Result<OwnRule, StoreError> {
    Ok(OwnRule {
        id: RuleId(found.try_get(0)?),
        org: row::word(found, 1)?,
        text: found.try_get(2)?,
        author: found.try_get(3)?,
        created: row::time(found, 4)?,
    })
}
