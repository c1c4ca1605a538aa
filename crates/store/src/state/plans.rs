//! What people and sensors said of devices for their protection plans.
//!
//! In: devices of one organisation, and how their facts change. Out: facts within a scope. Never: half
//! a change; a change that the audit does not have; anything outside the scope.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use wardwatch_model::plan::{CrashReports, PlanFacts, Sent};
use wardwatch_model::{Day, OrgId, Permission, StepKind, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::audit::{self, Fact};
use crate::state::within::within;
use crate::state::{State, row};

/// The port of file sharing.
const SMB: u16 = 445;
/// Days after a crash in which it says something of how far a device is reached.
const CRASHED_LATELY: i32 = 30;
/// Devices of one organisation of which something may be said.
const MAX_DEVICES: u64 = 50_000;

/// What is done to the facts of devices, and what the audit says of it.
#[derive(Debug, Clone)]
pub struct PlanChange<'c> {
    /// The devices' organisation.
    pub org: &'c OrgId,
    /// The devices.
    pub devices: &'c BTreeSet<&'c str>,
    /// The word for it in the audit.
    pub action: &'c str,
    /// What stands there with it.
    pub detail: Value,
    /// When.
    pub now: Timestamp,
}

impl State {
    /// What was said of a device; nothing of one outside the scope.
    pub async fn plan_facts(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        device: &str,
    ) -> Result<PlanFacts, StoreError> {
        if !scope.covers(org) {
            return Ok(PlanFacts::default());
        }
        let mut connection = self.readers().acquire().await?;
        let facts = with_sent(&mut connection, org, device).await?;
        drop(connection);
        self.was_read(scope, "read.plan", device, std::iter::once(org)).await?;
        Ok(facts)
    }

    /// What tells how far an attacker reaches the devices of the scope, where anything was said: where they
    /// stand, who was seen at their file shares, and that they crashed lately. Row by row, so that long lists
    /// of flows are never in memory together.
    pub async fn placings(
        &self,
        scope: &TenantScope,
    ) -> Result<BTreeMap<(OrgId, String), PlanFacts>, StoreError> {
        let mut placings = BTreeMap::new();
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT org, device, body FROM plan_facts WHERE ");
        within(&mut query, "org", scope, None);
        let mut rows = query.build().fetch(self.readers());
        while let Some(found) = rows.try_next().await? {
            let mut facts: PlanFacts = row::body("facts of a plan", found.try_get(2)?)?;
            facts.flows.retain(|flow| flow.inward && flow.port == SMB);
            facts.flows.truncate(1);
            facts.signatures = Vec::new();
            placings.insert((row::word(&found, 0)?, found.try_get(1)?), facts);
        }
        drop(rows);
        let since = Day::of(scope.asked()).plus(-CRASHED_LATELY);
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT org, name, last_seen, events, crash_reports_since, last_crash FROM devices
             WHERE last_crash > ",
        );
        query.push_bind(since.0).push(" AND ");
        // Few crashed, of however many organisations: SQLite cannot know.
        within(&mut query, "+org", scope, None);
        let mut rows = query.build().fetch(self.readers());
        while let Some(found) = rows.try_next().await? {
            let key = (row::word(&found, 0)?, found.try_get(1)?);
            placings.entry(key).or_default().sent = sent(&found, 2)?;
        }
        drop(rows);
        self.was_surveyed(scope, "read.plans").await?;
        Ok(placings)
    }

    /// All that was said of some devices of the scope. Whoever asks says for which list it is.
    pub async fn listed_plan_facts(
        &self,
        scope: &TenantScope,
        devices: &[(OrgId, String)],
    ) -> Result<Vec<PlanFacts>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        let mut found = Vec::with_capacity(devices.len());
        for (org, device) in devices {
            scope.must_cover(org)?;
            found.push(with_sent(&mut connection, org, device).await?);
        }
        Ok(found)
    }

    /// Changes what is said of devices, all of them or none.
    pub async fn change_plan_facts<T>(
        &self,
        scope: &TenantScope,
        change: PlanChange<'_>,
        mut with: impl FnMut(&str, &mut PlanFacts) -> T,
    ) -> Result<Vec<T>, StoreError> {
        scope.must_be_for(Permission::ClassifyDevices)?;
        scope.must_cover(change.org)?;
        let mut tx = self.write().await?;
        let mut results = Vec::with_capacity(change.devices.len());
        for device in change.devices {
            let mut facts = stored(&mut tx, change.org, device).await?;
            results.push(with(device, &mut facts));
            put(&mut tx, change.org, device, &facts).await?;
        }
        let held = sqlx::query("SELECT count(*) FROM plan_facts WHERE org = ?")
            .bind(change.org.as_str())
            .fetch_one(&mut *tx)
            .await?;
        if row::count(&held, 0)? > MAX_DEVICES {
            return Err(StoreError::TooMany { what: "devices with a plan", limit: MAX_DEVICES });
        }
        let target = match change.devices.first() {
            Some(first) if change.devices.len() == 1 => first,
            _ => "",
        };
        let fact = Fact {
            time: change.now,
            actor: scope.actor(),
            org: Some(change.org),
            action: change.action,
            target,
            detail: json!({ "devices": change.devices.len(), "said": change.detail }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(results)
    }

    /// Remembers that steps of a plan were proven, so that they can be broken.
    pub async fn hold_steps(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        device: &str,
        steps: &BTreeSet<StepKind>,
    ) -> Result<(), StoreError> {
        scope.must_cover(org)?;
        let mut tx = self.write().await?;
        let mut facts = stored(&mut tx, org, device).await?;
        let before = facts.held.len();
        facts.held.extend(steps);
        if facts.held.len() > before {
            put(&mut tx, org, device, &facts).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// What is stored, with what came from the device itself.
pub(super) async fn with_sent(
    connection: &mut SqliteConnection,
    org: &OrgId,
    device: &str,
) -> Result<PlanFacts, StoreError> {
    let facts = stored(&mut *connection, org, device).await?;
    let found = sqlx::query(
        "SELECT last_seen, events, crash_reports_since, last_crash FROM devices
         WHERE org = ? AND name = ?",
    )
    .bind(org.as_str())
    .bind(device)
    .fetch_optional(connection)
    .await?;
    let Some(found) = found else { return Ok(facts) };
    Ok(PlanFacts { sent: sent(&found, 0)?, ..facts })
}

/// What came from a device itself, by four columns from one on.
fn sent(found: &SqliteRow, from: usize) -> Result<Sent, StoreError> {
    let (since, last): (Option<i32>, Option<i32>) =
        (found.try_get(from + 2)?, found.try_get(from + 3)?);
    Ok(Sent {
        heard: (row::count(found, from + 1)? > 0).then_some(Day::of(row::time(found, from)?)),
        crashes: since
            .zip(last)
            .map(|(since, last)| CrashReports { since: Day(since), last: Day(last) }),
    })
}

pub(super) async fn stored(
    connection: &mut SqliteConnection,
    org: &OrgId,
    device: &str,
) -> Result<PlanFacts, StoreError> {
    let found = sqlx::query("SELECT body FROM plan_facts WHERE org = ? AND device = ?")
        .bind(org.as_str())
        .bind(device)
        .fetch_optional(connection)
        .await?;
    match found {
        Some(found) => row::body("facts of a plan", found.try_get(0)?),
        None => Ok(PlanFacts::default()),
    }
}

pub(super) async fn put(
    connection: &mut SqliteConnection,
    org: &OrgId,
    device: &str,
    facts: &PlanFacts,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO plan_facts (org, device, body) VALUES (?, ?, ?)
         ON CONFLICT (org, device) DO UPDATE SET body = excluded.body",
    )
    .bind(org.as_str())
    .bind(device)
    .bind(row::to_body("facts of a plan", facts)?)
    .execute(connection)
    .await?;
    Ok(())
}
