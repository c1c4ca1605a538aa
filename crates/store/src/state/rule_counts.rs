//! What became of rules' hits, and which log sources were heard: counted with every commit.
//!
//! In: counts of a step of the loop. Out: sums for the organisations of a scope. Never: a count of
//! something that was counted before; a commit comes once.

use std::sync::Arc;

use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use wardwatch_model::{OrgId, Outcome, RuleId, Timestamp};

use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::state::within::within;
use crate::state::{State, row};

const HOUR_MICROS: i64 = 3_600_000_000;
const DAY_MICROS: i64 = 24 * HOUR_MICROS;

/// Hits of a rule in an organisation with the same outcome, in one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleHits {
    /// Whose.
    pub org: OrgId,
    /// The rule.
    pub rule: RuleId,
    /// A moment of receipt within the hour.
    pub received: Timestamp,
    /// What became of them.
    pub outcome: Outcome,
    /// How many.
    pub hits: u64,
}

/// Events of an organisation with the same log sources, in one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcesHeard {
    /// Whose.
    pub org: OrgId,
    /// The log sources as they print, separated by blanks; empty when not known.
    pub sources: String,
    /// A moment of receipt within the day.
    pub received: Timestamp,
    /// How many.
    pub events: u64,
}

/// Hits of a rule in an organisation with the same outcome, over two stretches of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSums {
    /// The rule.
    pub rule: RuleId,
    /// Whose.
    pub org: OrgId,
    /// What became of them.
    pub outcome: Outcome,
    /// How many since the later moment.
    pub short: u64,
    /// How many since the earlier one.
    pub long: u64,
}

/// How a rule's incidents were closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleClosings {
    /// The rule.
    pub rule: RuleId,
    /// Incidents with it that were closed.
    pub closed: u64,
    /// Of these, as a false alarm or as expected.
    pub no_attack: u64,
}

impl State {
    /// Hits in the scope's organisations since two moments, by rule, organisation and outcome.
    pub async fn rule_sums(
        &self,
        scope: &TenantScope,
        short: Timestamp,
        long: Timestamp,
    ) -> Result<Arc<Vec<RuleSums>>, StoreError> {
        let asked = scope.clone();
        let count = move |state: State| async move { state.count_sums(&asked, short, long).await };
        self.dear(|dear| &dear.sums, Arc::clone(scope.key()), count).await
    }

    async fn count_sums(
        &self,
        scope: &TenantScope,
        short: Timestamp,
        long: Timestamp,
    ) -> Result<Vec<RuleSums>, StoreError> {
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT rule, org, outcome, sum(CASE WHEN hour >= ");
        query.push_bind(short.micros.div_euclid(HOUR_MICROS));
        query.push(" THEN hits ELSE 0 END), sum(hits) FROM rule_hours WHERE hour >= ");
        query.push_bind(long.micros.div_euclid(HOUR_MICROS)).push(" AND ");
        within(&mut query, "org", scope, None);
        query.push(" GROUP BY rule, org, outcome ORDER BY rule, org, outcome");
        let rows = query.build().fetch_all(self.readers()).await?;
        rows.iter()
            .map(|found| {
                Ok(RuleSums {
                    rule: RuleId(found.try_get(0)?),
                    org: row::word(found, 1)?,
                    outcome: row::word(found, 2)?,
                    short: row::count(found, 3)?,
                    long: row::count(found, 4)?,
                })
            })
            .collect()
    }

    /// How the scope's incidents that changed since then were closed, by rule.
    pub async fn rule_closings(
        &self,
        scope: &TenantScope,
        since: Timestamp,
    ) -> Result<Arc<Vec<RuleClosings>>, StoreError> {
        let asked = scope.clone();
        let count = move |state: State| async move { state.count_closings(&asked, since).await };
        self.dear(|dear| &dear.closings, Arc::clone(scope.key()), count).await
    }

    async fn count_closings(
        &self,
        scope: &TenantScope,
        since: Timestamp,
    ) -> Result<Vec<RuleClosings>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT rules.value, count(*), sum(json_extract(incidents.body, '$.closing.reason')
             IN ('false_alarm', 'expected'))
             FROM incidents, json_each(incidents.body, '$.rules') AS rules
             WHERE incidents.state = 'closed' AND incidents.updated >= ",
        );
        query.push_bind(since.micros).push(" AND ");
        within(&mut query, "incidents.org", scope, None);
        let rows = query.push(" GROUP BY rules.value").build().fetch_all(self.readers()).await?;
        rows.iter()
            .map(|found| {
                Ok(RuleClosings {
                    rule: RuleId(found.try_get(0)?),
                    closed: row::count(found, 1)?,
                    no_attack: row::count(found, 2)?,
                })
            })
            .collect()
    }

    /// Which log sources the scope's organisations were heard from since then, with how many
    /// events; sources as they print, separated by blanks.
    pub async fn sources_heard(
        &self,
        scope: &TenantScope,
        since: Timestamp,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT sources, sum(events) FROM source_days WHERE day >= ",
        );
        query.push_bind(since.micros.div_euclid(DAY_MICROS)).push(" AND ");
        within(&mut query, "org", scope, None);
        query.push(" GROUP BY sources ORDER BY sources");
        let rows = query.build().fetch_all(self.readers()).await?;
        rows.iter().map(|found| Ok((found.try_get(0)?, row::count(found, 1)?))).collect()
    }

    /// Forgets counts from before a moment.
    pub async fn forget_rule_counts(
        &self,
        _: &SystemScope,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM rule_hours WHERE hour < ?")
            .bind(before.micros.div_euclid(HOUR_MICROS))
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM source_days WHERE day < ?")
            .bind(before.micros.div_euclid(DAY_MICROS))
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}

/// Adds hits to those of their hour.
pub(super) async fn add_hits(
    connection: &mut SqliteConnection,
    hits: &RuleHits,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO rule_hours (org, rule, hour, outcome, hits) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (org, rule, hour, outcome) DO UPDATE SET hits = hits + excluded.hits",
    )
    .bind(hits.org.as_str())
    .bind(&hits.rule.0)
    .bind(hits.received.micros.div_euclid(HOUR_MICROS))
    .bind(hits.outcome.as_str())
    .bind(row::stored(hits.hits))
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds events to those of their day.
pub(super) async fn add_sources(
    connection: &mut SqliteConnection,
    heard: &SourcesHeard,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO source_days (org, sources, day, events) VALUES (?, ?, ?, ?)
         ON CONFLICT (org, sources, day) DO UPDATE SET events = events + excluded.events",
    )
    .bind(heard.org.as_str())
    .bind(&heard.sources)
    .bind(heard.received.micros.div_euclid(DAY_MICROS))
    .bind(row::stored(heard.events))
    .execute(connection)
    .await?;
    Ok(())
}
