//! Lists of indicators: loaded as a whole, read by those they belong to, searched for by loops.
//!
//! In: a scope and a list that was read. Out: what is known of lists, and for the server's loops
//! their indicators. Never: a list half replaced; a list read outside the scope.

mod load;
mod past;
mod sources;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use wardwatch_model::{Indicator, IndicatorListId, OrgId, Permission, Timestamp};

use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::state::audit::{self, Fact};
use crate::state::{State, row};
use crate::tree::Orgs;

pub use load::LoadedList;
pub use past::IndicatorHunt;
pub use sources::{IndicatorSource, NewIndicatorSource, SourceSecret};

/// Rows that are read or removed at once.
const AT_ONCE: i64 = 20_000;

/// Something of a list that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListProblem {
    /// Where it stands.
    pub place: String,
    /// Why it was not taken.
    pub reason: String,
}

/// A list, without its indicators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorList {
    /// Its identity.
    pub id: IndicatorListId,
    /// The organisation that it belongs to.
    pub org: OrgId,
    /// Its name, one of its kind in the organisation.
    pub name: String,
    /// How many times it was loaded.
    pub version: u64,
    /// What it was written in.
    pub format: String,
    /// When it was loaded last.
    pub loaded: Timestamp,
    /// By whom.
    pub loaded_by: String,
    /// How many indicators are in it.
    pub indicators: u64,
    /// How many of them were not in it before.
    pub fresh: u64,
    /// How many things of it were not taken.
    pub problem_count: u64,
    /// The version up to which history was searched.
    pub hunted: u64,
    /// The search for a later one, or the last that there was.
    pub hunt: Option<IndicatorHunt>,
}

/// A list and whom it goes for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListReach {
    /// The list.
    pub list: IndicatorList,
    /// Its organisation and all below.
    pub orgs: Arc<BTreeSet<OrgId>>,
}

impl State {
    /// The lists that belong to organisations of the scope, by organisation and name.
    pub async fn indicator_lists(
        &self,
        scope: &TenantScope,
    ) -> Result<Vec<IndicatorList>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, org, name, version, format, loaded, loaded_by, indicators, fresh,
             problem_count, hunted, hunt FROM indicator_lists
             WHERE org IN (SELECT value FROM json_each(?)) ORDER BY org, name",
        )
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let lists = rows.iter().map(list).collect::<Result<Vec<_>, _>>()?;
        self.was_read(scope, "read.indicator_lists", "", lists.iter().map(|list| &list.org))
            .await?;
        Ok(lists)
    }

    /// A list and what of it was not taken; none when it is not there or outside the scope.
    pub async fn indicator_list(
        &self,
        scope: &TenantScope,
        id: IndicatorListId,
    ) -> Result<Option<(IndicatorList, Vec<ListProblem>)>, StoreError> {
        let found = sqlx::query(
            "SELECT id, org, name, version, format, loaded, loaded_by, indicators, fresh,
             problem_count, hunted, hunt, problems FROM indicator_lists
             WHERE id = ? AND org IN (SELECT value FROM json_each(?))",
        )
        .bind(id.0.as_slice())
        .bind(scope.json())
        .fetch_optional(self.readers())
        .await?;
        let Some(found) = found else { return Ok(None) };
        let (list, problems): (_, String) = (list(&found)?, found.try_get(12)?);
        let orgs = std::iter::once(&list.org);
        self.was_read(scope, "read.indicator_list", &id.to_string(), orgs).await?;
        Ok(Some((list, row::body("problems of a list", &problems)?)))
    }

    /// Removes a list with its indicators; says whether there was one in the scope. What it found
    /// stays.
    pub async fn delete_indicator_list(
        &self,
        scope: &TenantScope,
        id: IndicatorListId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::WriteRules)?;
        let mut tx = self.write().await?;
        let found = sqlx::query(
            "DELETE FROM indicator_lists
             WHERE id = ? AND org IN (SELECT value FROM json_each(?)) RETURNING org, name",
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
            action: "indicator_list.delete",
            target: &id.to_string(),
            detail: json!({ "name": name }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        self.drop_versions(id, 0).await?;
        Ok(true)
    }

    /// All lists, each with whom it goes for.
    pub async fn all_indicator_lists(&self, _: &SystemScope) -> Result<Vec<ListReach>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, org, name, version, format, loaded, loaded_by, indicators, fresh,
             problem_count, hunted, hunt FROM indicator_lists ORDER BY id",
        )
        .fetch_all(self.readers())
        .await?;
        let tree = self.tree().await?;
        rows.iter()
            .map(|found| {
                let list = list(found)?;
                let orgs = tree.subtree(&list.org).set;
                Ok(ListReach { list, orgs })
            })
            .collect()
    }

    /// The scope in which history is searched for a list: whom it goes for and nobody else. Made
    /// from the right to work for all, so that it can only be less.
    pub async fn search_scope(
        &self,
        _: &SystemScope,
        reach: &ListReach,
        now: Timestamp,
    ) -> Result<TenantScope, StoreError> {
        let (actor, permission) = ("wardwatch".into(), Permission::ReadEvents);
        let orgs = Orgs::new(BTreeSet::clone(&reach.orgs));
        let tree = self.tree().await?;
        Ok(TenantScope::new(actor, permission, now, Arc::clone(&reach.orgs), orgs, tree))
    }

    /// The indicators of a version of a list that came into it after another version, in parts: in
    /// order of kind and value, those behind the last of the part before. Empty at the end, and
    /// when the version is not there any more.
    pub async fn indicators(
        &self,
        _: &SystemScope,
        list: IndicatorListId,
        version: u64,
        after_version: u64,
        last: Option<&Indicator>,
    ) -> Result<Vec<Indicator>, StoreError> {
        let (kind, value) = last.map_or(("", ""), |last| (last.kind.as_str(), last.value.as_str()));
        let rows = sqlx::query(
            "SELECT body FROM indicators
             WHERE list = ? AND version = ? AND first > ? AND (kind, value) > (?, ?)
             ORDER BY kind, value LIMIT ?",
        )
        .bind(list.0.as_slice())
        .bind(row::stored(version))
        .bind(row::stored(after_version))
        .bind(kind)
        .bind(value)
        .bind(AT_ONCE)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(|found| row::body("indicator", found.try_get(0)?)).collect()
    }
}

fn list(found: &SqliteRow) -> Result<IndicatorList, StoreError> {
    let hunt: Option<String> = found.try_get(11)?;
    Ok(IndicatorList {
        id: IndicatorListId(row::id(found, 0)?),
        org: row::word(found, 1)?,
        name: found.try_get(2)?,
        version: row::count(found, 3)?,
        format: found.try_get(4)?,
        loaded: row::time(found, 5)?,
        loaded_by: found.try_get(6)?,
        indicators: row::count(found, 7)?,
        fresh: row::count(found, 8)?,
        problem_count: row::count(found, 9)?,
        hunted: row::count(found, 10)?,
        hunt: hunt.map(|text| row::body("search of history", &text)).transpose()?,
    })
}
