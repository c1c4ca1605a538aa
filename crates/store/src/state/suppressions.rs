//! Suppressions: detections that are stored and open no incident, for a time.
//!
//! In: a suppression of an organisation in the scope. Out: those of the scope with how often each
//! held; those that count now, for whoever applies them. Never: one without an end.

use std::collections::HashMap;

use serde_json::json;
use sqlx::{QueryBuilder, Row, Sqlite};
use wardwatch_model::{DetectionId, Permission, Suppression, SuppressionId, Timestamp};

use crate::error::StoreError;
use crate::page::{Page, Paged};
use crate::scope::{SystemScope, TenantScope};
use crate::secret;
use crate::state::audit::{self, Fact};
use crate::state::{State, row};

/// Suppressions that one organisation may have running.
const MAX_RUNNING: u64 = 1_000;

impl State {
    /// All suppressions that run.
    pub async fn running_suppressions(
        &self,
        _: &SystemScope,
        now: Timestamp,
    ) -> Result<Vec<Suppression>, StoreError> {
        let rows = sqlx::query("SELECT body FROM suppressions WHERE until > ? ORDER BY id")
            .bind(now.micros)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(|found| row::body("suppression", found.try_get(0)?)).collect()
    }

    /// The scope's suppressions, newest first, each with how many detections it holds; those that
    /// ended only when wanted.
    pub async fn suppressions(
        &self,
        scope: &TenantScope,
        ended_too: bool,
        now: Timestamp,
        page: &Page,
    ) -> Result<Paged<(Suppression, u64)>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT body, (SELECT count(*) FROM detections WHERE suppressed_by = suppressions.id)
             FROM suppressions WHERE org IN (SELECT value FROM json_each(",
        );
        query.push_bind(scope.json()).push("))");
        if !ended_too {
            query.push(" AND until > ").push_bind(now.micros);
        }
        if let Some(([created], id)) = page.cursor_id::<1>()? {
            query.push(" AND (created, id) < (").push_bind(created);
            query.push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY created DESC, id DESC LIMIT ").push_bind(page.rows());
        let rows = query.build().fetch_all(self.readers()).await?;
        let found = rows
            .iter()
            .map(|found| Ok((row::body("suppression", found.try_get(0)?)?, row::count(found, 1)?)))
            .collect::<Result<Vec<(Suppression, u64)>, StoreError>>()?;
        let paged = page.cut(found, |(last, _)| format!("{}.{}", last.created.micros, last.id));
        let orgs = paged.items.iter().map(|(suppression, _)| &suppression.org);
        self.was_read(scope, "read.suppressions", "", orgs).await?;
        Ok(paged)
    }

    /// Adds a suppression; its identity is made here.
    pub async fn add_suppression(
        &self,
        scope: &TenantScope,
        suppression: Suppression,
    ) -> Result<Suppression, StoreError> {
        scope.must_be_for(Permission::HandleIncidents)?;
        scope.must_cover(&suppression.org)?;
        let suppression = Suppression { id: SuppressionId(secret::id()?), ..suppression };
        let mut tx = self.write().await?;
        let running = sqlx::query("SELECT count(*) FROM suppressions WHERE org = ? AND until > ?")
            .bind(suppression.org.as_str())
            .bind(suppression.created.micros)
            .fetch_one(&mut *tx)
            .await?;
        if row::count(&running, 0)? >= MAX_RUNNING {
            return Err(StoreError::TooMany { what: "running suppressions", limit: MAX_RUNNING });
        }
        sqlx::query(
            "INSERT INTO suppressions (id, org, created, until, body) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(suppression.id.0.as_slice())
        .bind(suppression.org.as_str())
        .bind(suppression.created.micros)
        .bind(suppression.until.micros)
        .bind(row::to_body("suppression", &suppression)?)
        .execute(&mut *tx)
        .await?;
        let fact = Fact {
            time: suppression.created,
            actor: scope.actor(),
            org: Some(&suppression.org),
            action: "suppression.add",
            target: &suppression.id.to_string(),
            detail: json!({ "suppression": suppression }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        self.note_change();
        Ok(suppression)
    }

    /// Ends a suppression before its time; none when none runs under this id in the scope.
    pub async fn end_suppression(
        &self,
        scope: &TenantScope,
        id: SuppressionId,
        now: Timestamp,
    ) -> Result<Option<Suppression>, StoreError> {
        scope.must_be_for(Permission::HandleIncidents)?;
        let mut tx = self.write().await?;
        let found = sqlx::query(
            "SELECT body FROM suppressions WHERE id = ? AND until > ?
             AND org IN (SELECT value FROM json_each(?))",
        )
        .bind(id.0.as_slice())
        .bind(now.micros)
        .bind(scope.json())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else { return Ok(None) };
        let before: Suppression = row::body("suppression", found.try_get(0)?)?;
        let after = Suppression { ended: Some(now), until: now, ..before };
        sqlx::query("UPDATE suppressions SET until = ?, body = ? WHERE id = ?")
            .bind(now.micros)
            .bind(row::to_body("suppression", &after)?)
            .bind(id.0.as_slice())
            .execute(&mut *tx)
            .await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&after.org),
            action: "suppression.end",
            target: &id.to_string(),
            detail: serde_json::Value::Null,
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        self.note_change();
        Ok(Some(after))
    }

    /// Which of these detections of the scope are suppressed, and by what.
    pub async fn suppressed_by(
        &self,
        scope: &TenantScope,
        ids: &[DetectionId],
    ) -> Result<HashMap<DetectionId, SuppressionId>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, suppressed_by FROM detections
             WHERE id IN (SELECT unhex(value) FROM json_each(?)) AND suppressed_by IS NOT NULL
             AND org IN (SELECT value FROM json_each(?))",
        )
        .bind(row::to_body("detections", &ids)?)
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|found| Ok((DetectionId(row::id(found, 0)?), SuppressionId(row::id(found, 1)?))))
            .collect()
    }
}
