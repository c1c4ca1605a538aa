//! Hunts that were started, and how they ended.
//!
//! In: a scope of reading events and a query. Out: a record of it, in the caller's own list and in
//! the audit of every organisation that it looks into. Never: the query itself; rows.

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use wardwatch_model::{HuntId, OrgId, Permission, Timestamp};

use crate::error::StoreError;
use crate::page::{Page, Paged};
use crate::scope::{SystemScope, TenantScope};
use crate::secret;
use crate::state::audit::{self, Fact};
use crate::state::{State, row};

/// A hunt to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHunt {
    /// Below which organisation; none for the whole scope.
    pub org: Option<OrgId>,
    /// The query.
    pub sql: String,
    /// From when.
    pub from: Timestamp,
    /// Until when, not included.
    pub until: Timestamp,
}

/// How a hunt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HuntEnd {
    /// With a result.
    Done,
    /// Without one.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl HuntEnd {
    fn word(self) -> &'static str {
        match self {
            HuntEnd::Done => "done",
            HuntEnd::Failed => "failed",
            HuntEnd::Cancelled => "cancelled",
        }
    }
}

/// A hunt as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HuntRecord {
    /// Its identity.
    pub id: HuntId,
    /// What was asked.
    pub asked: NewHunt,
    /// When it started.
    pub started: Timestamp,
    /// When and how it ended; none while it runs.
    pub ended: Option<(Timestamp, HuntEnd)>,
    /// How many rows it found.
    pub rows: u64,
    /// Why it ended as it did, in words.
    pub detail: String,
}

/// Which columns make a record.
const COLUMNS: &str = "id, org, sql, from_time, until_time, started, ended, state, rows, detail";

impl State {
    /// Writes down that a hunt starts, before it does. Every organisation outside the caller's own
    /// that it looks into finds it in its audit.
    pub async fn start_hunt(
        &self,
        scope: &TenantScope,
        new: &NewHunt,
        now: Timestamp,
    ) -> Result<HuntId, StoreError> {
        scope.must_be_for(Permission::ReadEvents)?;
        let id = HuntId(secret::id()?);
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO hunts (id, actor, home, org, sql, from_time, until_time, started, state)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running')",
        )
        .bind(id.0.as_slice())
        .bind(scope.actor())
        .bind(home(scope)?)
        .bind(new.org.as_ref().map(OrgId::as_str))
        .bind(&new.sql)
        .bind(new.from.micros)
        .bind(new.until.micros)
        .bind(now.micros)
        .execute(&mut *tx)
        .await?;
        let target = id.to_string();
        let stretch = json!({ "from": new.from, "until": new.until });
        for org in scope.orgs().filter(|org| !scope.home().contains(*org)) {
            let fact = Fact {
                time: now,
                actor: scope.actor(),
                org: Some(org),
                action: "read.hunt",
                target: &target,
                detail: stretch.clone(),
            };
            audit::append(&mut tx, fact).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Writes down how a hunt ended.
    pub async fn end_hunt(
        &self,
        scope: &TenantScope,
        id: HuntId,
        end: HuntEnd,
        rows: u64,
        detail: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE hunts SET ended = ?, state = ?, rows = ?, detail = ?
             WHERE id = ? AND actor = ? AND home = ? AND state = 'running'",
        )
        .bind(now.micros)
        .bind(end.word())
        .bind(row::stored(rows))
        .bind(detail)
        .bind(id.0.as_slice())
        .bind(scope.actor())
        .bind(home(scope)?)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Ends what an earlier run of the server left running; says how many.
    pub async fn end_lost_hunts(&self, _: &SystemScope, now: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE hunts SET ended = ?, state = 'failed', detail = 'the server was restarted'
             WHERE state = 'running'",
        )
        .bind(now.micros)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    /// The caller's own hunts, newest first.
    pub async fn hunts(
        &self,
        scope: &TenantScope,
        page: &Page,
    ) -> Result<Paged<HuntRecord>, StoreError> {
        scope.must_be_for(Permission::ReadEvents)?;
        let (started, after) = match page.cursor_id::<1>()? {
            Some(([started], id)) => (started, id),
            None => (i64::MAX, Vec::new()),
        };
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM hunts
             WHERE actor = ? AND home = ? AND (started, id) < (?, ?)
             ORDER BY started DESC, id DESC LIMIT ?"
        )))
        .bind(scope.actor())
        .bind(home(scope)?)
        .bind(started)
        .bind(after)
        .bind(page.rows())
        .fetch_all(self.readers())
        .await?;
        let records = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        Ok(page.cut(records, |last| format!("{}.{}", last.started.micros, last.id)))
    }

    /// One of the caller's own hunts.
    pub async fn hunt(
        &self,
        scope: &TenantScope,
        id: HuntId,
    ) -> Result<Option<HuntRecord>, StoreError> {
        scope.must_be_for(Permission::ReadEvents)?;
        let found = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM hunts WHERE id = ? AND actor = ? AND home = ?"
        )))
        .bind(id.0.as_slice())
        .bind(scope.actor())
        .bind(home(scope)?)
        .fetch_optional(self.readers())
        .await?;
        found.as_ref().map(record).transpose()
    }
}

/// The caller's own organisations: an account of the same name elsewhere is somebody else.
fn home(scope: &TenantScope) -> Result<String, StoreError> {
    row::to_body("home of a caller", scope.home())
}

fn record(found: &SqliteRow) -> Result<HuntRecord, StoreError> {
    let end = match found.try_get::<String, _>(7)?.as_str() {
        "done" => Some(HuntEnd::Done),
        "failed" => Some(HuntEnd::Failed),
        "cancelled" => Some(HuntEnd::Cancelled),
        _ => None,
    };
    Ok(HuntRecord {
        id: HuntId(row::id(found, 0)?),
        asked: NewHunt {
            org: row::word_or_none(found, 1)?,
            sql: found.try_get(2)?,
            from: row::time(found, 3)?,
            until: row::time(found, 4)?,
        },
        started: row::time(found, 5)?,
        ended: row::time_or_none(found, 6)?.zip(end),
        rows: row::count(found, 8)?,
        detail: found.try_get(9)?,
    })
}
