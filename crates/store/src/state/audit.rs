//! The audit: every change and every read of another organisation's data, in a chain of hashes.
//!
//! In: facts. Out: entries, and the proof that none was changed or taken out. Never: an update or
//! a delete. Each hash covers the hash before it and the entry as a JSON array of
//! `[seq, time, actor, org, action, target, detail]` with the time in microseconds and the detail
//! as the text that is stored. What was cut off at the end shows only against a head that was
//! kept elsewhere.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use wardwatch_model::{OrgId, Timestamp};

use crate::error::StoreError;
use crate::page::{Page, Paged};
use crate::scope::TenantScope;
use crate::state::within::within;
use crate::state::{State, row};

/// Entries that are put there by one statement.
const AT_ONCE: usize = 500;

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number, from 1 without gaps.
    pub seq: u64,
    /// When.
    pub time: Timestamp,
    /// Who.
    pub actor: String,
    /// Whose data; none for what belongs to the whole sector.
    pub org: Option<OrgId>,
    /// What was done, such as `incident.close` or `read.detections`.
    pub action: String,
    /// To what.
    pub target: String,
    /// More about it.
    pub detail: serde_json::Value,
    /// Its hash in the chain, in hexadecimal digits.
    pub hash: String,
}

/// Whether the chain holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditProof {
    /// How many entries were looked at.
    pub entries: u64,
    /// The first that does not fit; none when all do.
    pub broken_at: Option<u64>,
    /// Hash of the last entry that fits.
    pub head: String,
}

/// Something to be written down.
pub(crate) struct Fact<'a> {
    pub(crate) time: Timestamp,
    pub(crate) actor: &'a str,
    pub(crate) org: Option<&'a OrgId>,
    pub(crate) action: &'a str,
    pub(crate) target: &'a str,
    pub(crate) detail: serde_json::Value,
}

/// Appends an entry within the transaction of what it is about.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    fact: Fact<'_>,
) -> Result<(), StoreError> {
    append_all(connection, [fact]).await
}

/// Appends entries in their order: a page that speaks of a whole sector has ten thousands.
async fn append_all(
    connection: &mut SqliteConnection,
    facts: impl IntoIterator<Item = Fact<'_>>,
) -> Result<(), StoreError> {
    let last = sqlx::query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        .fetch_optional(&mut *connection)
        .await?;
    let (mut seq, mut before) = match last {
        Some(last) => (last.try_get::<i64, _>(0)?, last.try_get::<Vec<u8>, _>(1)?),
        None => (0, Vec::new()),
    };
    let mut rows = Vec::new();
    for fact in facts {
        seq += 1;
        let detail = fact.detail.to_string();
        let (time, org) = (fact.time.micros, fact.org.map(OrgId::as_str));
        let Fact { actor, action, target, .. } = fact;
        let link = Link { seq, time, actor, org, action, target, detail: &detail };
        before = link.hash(&before)?;
        rows.push((seq, fact, detail, before.clone()));
    }
    for some in rows.chunks(AT_ONCE) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO audit (seq, time, actor, org, action, target, detail, hash) ",
        );
        query.push_values(some, |mut row, (seq, fact, detail, hash)| {
            row.push_bind(*seq).push_bind(fact.time.micros).push_bind(fact.actor.to_owned());
            row.push_bind(fact.org.map(|org| org.as_str().to_owned()));
            row.push_bind(fact.action.to_owned()).push_bind(fact.target.to_owned());
            row.push_bind(detail.clone()).push_bind(hash.clone());
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// An entry as it is hashed.
struct Link<'a> {
    seq: i64,
    time: i64,
    actor: &'a str,
    org: Option<&'a str>,
    action: &'a str,
    target: &'a str,
    detail: &'a str,
}

impl Link<'_> {
    fn hash(&self, before: &[u8]) -> Result<Vec<u8>, StoreError> {
        let parts =
            (self.seq, self.time, self.actor, self.org, self.action, self.target, self.detail);
        let text = row::to_body("audit entry", &parts)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(before);
        hasher.update(text.as_bytes());
        Ok(hasher.finalize().as_bytes().to_vec())
    }
}

impl State {
    /// Writes down something that the store cannot know by itself, such as a login.
    pub async fn record(
        &self,
        scope: &TenantScope,
        action: &str,
        org: Option<&OrgId>,
        target: &str,
        detail: serde_json::Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if let Some(org) = org {
            scope.must_cover(org)?;
        }
        let mut tx = self.write().await?;
        let fact = Fact { time: now, actor: scope.actor(), org, action, target, detail };
        append(&mut tx, fact).await?;
        Ok(tx.commit().await?)
    }

    /// Writes down that the data of these organisations was read; one entry for each that is not
    /// the reader's own, so that each finds it in its own audit.
    pub(crate) async fn was_read<'a>(
        &self,
        scope: &TenantScope,
        action: &str,
        target: &str,
        orgs: impl Iterator<Item = &'a OrgId>,
    ) -> Result<(), StoreError> {
        let elsewhere: BTreeSet<&OrgId> = orgs.filter(|org| !scope.home().contains(*org)).collect();
        if elsewhere.is_empty() {
            return Ok(());
        }
        let fact = |org| Fact {
            time: scope.asked(),
            actor: scope.actor(),
            org: Some(org),
            action,
            target,
            detail: serde_json::Value::Null,
        };
        let mut tx = self.write().await?;
        append_all(&mut tx, elsewhere.into_iter().map(fact)).await?;
        Ok(tx.commit().await?)
    }

    /// The entries about organisations in the scope, newest first. What belongs to no organisation
    /// is seen by those whose scope reaches the top.
    pub async fn audit(
        &self,
        scope: &TenantScope,
        page: &Page,
    ) -> Result<Paged<AuditEntry>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT seq, time, actor, org, action, target, detail, hash FROM audit WHERE (",
        );
        within(&mut query, "org", scope, None);
        if scope.reaches_top() {
            query.push(" OR org IS NULL");
        }
        query.push(")");
        if let Some(([seq], _)) = page.cursor::<1>()? {
            query.push(" AND seq < ").push_bind(seq);
        }
        query.push(" ORDER BY seq DESC LIMIT ").push_bind(page.rows());
        let rows = query.build().fetch_all(self.readers()).await?;
        let entries: Vec<AuditEntry> = rows.iter().map(entry).collect::<Result<_, _>>()?;
        let paged = page.cut(entries, |entry| format!("{}.", entry.seq));
        let orgs = paged.items.iter().filter_map(|entry| entry.org.as_ref());
        self.was_read(scope, "read.audit", "", orgs).await?;
        Ok(paged)
    }

    /// Walks the whole chain.
    pub async fn verify_audit(&self) -> Result<AuditProof, StoreError> {
        let (mut before, mut entries, mut broken_at) = (Vec::new(), 0, None);
        let mut last = i64::MIN;
        loop {
            let rows = sqlx::query(
                "SELECT seq, time, actor, org, action, target, detail, hash FROM audit
                 WHERE seq > ? ORDER BY seq LIMIT 1000",
            )
            .bind(last)
            .fetch_all(self.readers())
            .await?;
            if rows.is_empty() {
                return Ok(AuditProof { entries, broken_at, head: hex(&before) });
            }
            for found in &rows {
                last = found.try_get(0)?;
                entries += 1;
                let hash = link(found)?.hash(&before)?;
                let fits = u64::try_from(last) == Ok(entries) && hash == stored_hash(found)?;
                if !fits {
                    broken_at = broken_at.or(Some(entries));
                } else if broken_at.is_none() {
                    before = hash;
                }
            }
        }
    }
}

fn link(found: &SqliteRow) -> Result<Link<'_>, StoreError> {
    Ok(Link {
        seq: found.try_get(0)?,
        time: found.try_get(1)?,
        actor: found.try_get(2)?,
        org: found.try_get(3)?,
        action: found.try_get(4)?,
        target: found.try_get(5)?,
        detail: found.try_get(6)?,
    })
}

fn stored_hash(found: &SqliteRow) -> Result<Vec<u8>, StoreError> {
    Ok(found.try_get(7)?)
}

fn entry(found: &SqliteRow) -> Result<AuditEntry, StoreError> {
    let detail: String = found.try_get(6)?;
    Ok(AuditEntry {
        seq: row::count(found, 0)?,
        time: row::time(found, 1)?,
        actor: found.try_get(2)?,
        org: row::word_or_none(found, 3)?,
        action: found.try_get(4)?,
        target: found.try_get(5)?,
        detail: row::body("audit entry", &detail)?,
        hash: hex(&stored_hash(found)?),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
