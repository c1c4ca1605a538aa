//! A list loaded: all of it, or nothing.
//!
//! Rows are written in parts under a version that nobody reads yet, so that the detection loop is
//! never kept waiting for a long list; then the list changes to that version in one transaction.
//! Callers load one list at a time.

use serde_json::json;
use wardwatch_model::{Indicator, IndicatorListId, OrgId, Permission, Timestamp};

use super::{AT_ONCE, IndicatorList, ListProblem, list};
use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::secret;
use crate::state::audit::{self, Fact};
use crate::state::{State, row};

/// Indicators of all lists together: what the server holds in memory to search for.
const MAX_INDICATORS: u64 = 4_000_000;
/// Rows that are written at once.
const PART: usize = 10_000;

/// A list that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedList {
    /// The organisation that it is to belong to.
    pub org: OrgId,
    /// Its name; a list of that name is replaced.
    pub name: String,
    /// What it was written in.
    pub format: String,
    /// Its indicators, each value once.
    pub indicators: Vec<Indicator>,
    /// What was not taken; the first of them.
    pub problems: Vec<ListProblem>,
    /// How many were not taken in all.
    pub problem_count: u64,
}

impl State {
    /// Loads a list in place of the one with its name.
    pub async fn load_indicators(
        &self,
        scope: &TenantScope,
        loaded: LoadedList,
        now: Timestamp,
    ) -> Result<IndicatorList, StoreError> {
        scope.must_be_for(Permission::WriteRules)?;
        scope.must_cover(&loaded.org)?;
        self.load(scope.actor(), loaded, now).await
    }

    /// Loads a list that was pulled from a source.
    pub async fn load_pulled(
        &self,
        _: &SystemScope,
        loaded: LoadedList,
        now: Timestamp,
    ) -> Result<IndicatorList, StoreError> {
        self.load("wardwatch", loaded, now).await
    }

    async fn load(
        &self,
        actor: &str,
        loaded: LoadedList,
        now: Timestamp,
    ) -> Result<IndicatorList, StoreError> {
        let (id, before) = match self.list_named(&loaded.org, &loaded.name).await? {
            Some((id, version)) => (id, version),
            None => (IndicatorListId(secret::id()?), 0),
        };
        self.has_room(id, loaded.indicators.len()).await?;
        let version = before + 1;
        self.drop_versions(id, before).await?;
        for part in loaded.indicators.chunks(PART) {
            self.write_part(id, before, version, part).await?;
        }
        let done = self.change_to(id, version, actor, &loaded, now).await?;
        self.drop_versions(id, version).await?;
        Ok(done)
    }

    /// An error when other lists and so many more would be too many.
    async fn has_room(&self, id: IndicatorListId, more: usize) -> Result<(), StoreError> {
        let others: i64 = sqlx::query_scalar(
            "SELECT coalesce(sum(indicators), 0) FROM indicator_lists WHERE id <> ?",
        )
        .bind(id.0.as_slice())
        .fetch_one(self.readers())
        .await?;
        let all = u64::try_from(others).unwrap_or(0) + more as u64;
        if all > MAX_INDICATORS {
            return Err(StoreError::TooManyIndicators(MAX_INDICATORS));
        }
        Ok(())
    }

    /// The list of an organisation with this name, and its version.
    async fn list_named(
        &self,
        org: &OrgId,
        name: &str,
    ) -> Result<Option<(IndicatorListId, u64)>, StoreError> {
        let found =
            sqlx::query("SELECT id, version FROM indicator_lists WHERE org = ? AND name = ?")
                .bind(org.as_str())
                .bind(name)
                .fetch_optional(self.readers())
                .await?;
        found
            .map(|found| Ok((IndicatorListId(row::id(&found, 0)?), row::count(&found, 1)?)))
            .transpose()
    }

    /// Writes rows of the next version, each with the version in which its value came in.
    async fn write_part(
        &self,
        id: IndicatorListId,
        before: u64,
        version: u64,
        part: &[Indicator],
    ) -> Result<(), StoreError> {
        let body = row::to_body("indicators", &part)?;
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO indicators (list, version, kind, value, first, body)
             SELECT ?1, ?2, given.value ->> 'kind', given.value ->> 'value',
                 coalesce((SELECT first FROM indicators AS old WHERE old.list = ?1
                     AND old.version = ?3 AND old.kind = given.value ->> 'kind'
                     AND old.value = given.value ->> 'value'), ?2),
                 given.value
             FROM json_each(?4) AS given WHERE true
             ON CONFLICT DO NOTHING",
        )
        .bind(id.0.as_slice())
        .bind(row::stored(version))
        .bind(row::stored(before))
        .bind(body)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Changes the list to the version that was written.
    async fn change_to(
        &self,
        id: IndicatorListId,
        version: u64,
        actor: &str,
        loaded: &LoadedList,
        now: Timestamp,
    ) -> Result<IndicatorList, StoreError> {
        let mut tx = self.write().await?;
        let found = sqlx::query(
            "INSERT INTO indicator_lists (id, org, name, version, format, loaded, loaded_by,
                 indicators, fresh, problem_count, problems)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,
                 (SELECT count(*) FROM indicators WHERE list = ?1 AND version = ?4),
                 (SELECT count(*) FROM indicators WHERE list = ?1 AND version = ?4 AND first = ?4),
                 ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, format = excluded.format,
                 loaded = excluded.loaded, loaded_by = excluded.loaded_by,
                 indicators = excluded.indicators, fresh = excluded.fresh,
                 problem_count = excluded.problem_count, problems = excluded.problems
             RETURNING id, org, name, version, format, loaded, loaded_by, indicators, fresh,
                 problem_count, hunted, hunt",
        )
        .bind(id.0.as_slice())
        .bind(loaded.org.as_str())
        .bind(&loaded.name)
        .bind(row::stored(version))
        .bind(&loaded.format)
        .bind(now.micros)
        .bind(actor)
        .bind(row::stored(loaded.problem_count))
        .bind(row::to_body("problems of a list", &loaded.problems)?)
        .fetch_one(&mut *tx)
        .await?;
        let done = list(&found)?;
        let fact = Fact {
            time: now,
            actor,
            org: Some(&loaded.org),
            action: "indicator_list.load",
            target: &id.to_string(),
            detail: json!({
                "name": loaded.name,
                "version": version,
                "indicators": done.indicators,
                "fresh": done.fresh,
                "problems": loaded.problem_count,
            }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Removes the rows of a list that are of any other version.
    pub(super) async fn drop_versions(
        &self,
        id: IndicatorListId,
        but: u64,
    ) -> Result<(), StoreError> {
        loop {
            let mut tx = self.write().await?;
            let done = sqlx::query(
                "DELETE FROM indicators WHERE (list, version, kind, value) IN (
                     SELECT list, version, kind, value FROM indicators
                     WHERE list = ? AND version <> ? LIMIT ?)",
            )
            .bind(id.0.as_slice())
            .bind(row::stored(but))
            .bind(AT_ONCE)
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
            if done.rows_affected() == 0 {
                return Ok(());
            }
        }
    }

    /// Removes what loads left behind that did not come to their end. Call it when none is under
    /// way.
    pub async fn sweep_indicators(&self, _: &SystemScope) -> Result<(), StoreError> {
        let rows = sqlx::query(
            "SELECT DISTINCT i.list, coalesce(l.version, 0) FROM indicators AS i
             LEFT JOIN indicator_lists AS l ON l.id = i.list
             WHERE l.id IS NULL OR i.version <> l.version",
        )
        .fetch_all(self.readers())
        .await?;
        for found in &rows {
            self.drop_versions(IndicatorListId(row::id(found, 0)?), row::count(found, 1)?).await?;
        }
        Ok(())
    }

    /// The organisation and name of a list are those of a source: what it holds now, to be put
    /// together with what was added there.
    pub async fn indicators_named(
        &self,
        system: &SystemScope,
        org: &OrgId,
        name: &str,
    ) -> Result<Vec<Indicator>, StoreError> {
        let Some((id, version)) = self.list_named(org, name).await? else { return Ok(Vec::new()) };
        let mut all: Vec<Indicator> = Vec::new();
        loop {
            let part = self.indicators(system, id, version, 0, all.last()).await?;
            if part.is_empty() {
                return Ok(all);
            }
            all.extend(part);
        }
    }
}
