//! What organisations set about rules: levels and canaries, and filters laid over hits.
//!
//! In: settings and filters of organisations in the scope. Out: all of them, for whoever applies
//! them; those of a scope, for readers. Never: a look at whether the rule is there.

use serde_json::json;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::{
    FilterId, OrgId, Permission, RuleFilter, RuleId, RuleSetting, SetLevel, Timestamp,
};

use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::secret;
use crate::state::audit::{self, Fact};
use crate::state::{State, row};

/// Filters and settings, each, that one organisation may have at a time.
const MAX_OF_ONE: u64 = 1_000;

/// A change of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingChange {
    /// The level; none leaves it to the text again.
    Level(Option<SetLevel>),
    /// Where alone the rule is live; none makes it live everywhere.
    LiveIn(Option<Vec<OrgId>>),
}

impl State {
    /// All settings of all organisations.
    pub async fn rule_settings(&self, _: &SystemScope) -> Result<Vec<RuleSetting>, StoreError> {
        let rows = sqlx::query("SELECT body FROM rule_settings ORDER BY org, rule")
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(|found| row::body("rule setting", found.try_get(0)?)).collect()
    }

    /// All filters that have not ended.
    pub async fn rule_filters(
        &self,
        _: &SystemScope,
        now: Timestamp,
    ) -> Result<Vec<RuleFilter>, StoreError> {
        let rows = sqlx::query("SELECT body FROM rule_filters WHERE until > ? ORDER BY id")
            .bind(now.micros)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(|found| row::body("rule filter", found.try_get(0)?)).collect()
    }

    /// The settings and filters of the scope's organisations for a rule; filters that ended too.
    pub async fn settings_of_rule(
        &self,
        scope: &TenantScope,
        rule: &RuleId,
    ) -> Result<(Vec<RuleSetting>, Vec<RuleFilter>), StoreError> {
        let settings = sqlx::query(
            "SELECT body FROM rule_settings
             WHERE rule = ? AND org IN (SELECT value FROM json_each(?)) ORDER BY org",
        )
        .bind(&rule.0)
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let settings: Vec<RuleSetting> = settings
            .iter()
            .map(|found| row::body("rule setting", found.try_get(0)?))
            .collect::<Result<_, StoreError>>()?;
        let filters = sqlx::query(
            "SELECT body FROM rule_filters
             WHERE rule = ? AND org IN (SELECT value FROM json_each(?)) ORDER BY org, id",
        )
        .bind(&rule.0)
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let filters: Vec<RuleFilter> = filters
            .iter()
            .map(|found| row::body("rule filter", found.try_get(0)?))
            .collect::<Result<_, StoreError>>()?;
        let orgs = settings.iter().map(|one| &one.org).chain(filters.iter().map(|one| &one.org));
        self.was_read(scope, "read.rule_settings", &rule.0, orgs).await?;
        Ok((settings, filters))
    }

    /// Changes what an organisation set about a rule; gives how it stands then, none when nothing
    /// is set any more.
    pub async fn change_rule_setting(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        rule: &RuleId,
        change: SettingChange,
        reason: &str,
        now: Timestamp,
    ) -> Result<Option<RuleSetting>, StoreError> {
        scope.must_be_for(Permission::WriteRules)?;
        scope.must_cover(org)?;
        if let SettingChange::LiveIn(Some(orgs)) = &change {
            orgs.iter().try_for_each(|org| scope.must_cover(org))?;
        }
        let mut tx = self.write().await?;
        let before = setting(&mut tx, org, rule).await?;
        let mut after = before.clone().unwrap_or_else(|| RuleSetting {
            org: org.clone(),
            rule: rule.clone(),
            level: None,
            live_in: None,
            reason: String::new(),
            by: String::new(),
            time: now,
        });
        (after.reason, after.by, after.time) = (reason.to_owned(), scope.actor().to_owned(), now);
        match change {
            SettingChange::Level(level) => after.level = level,
            SettingChange::LiveIn(orgs) => after.live_in = orgs,
        }
        let sets = after.level.is_some() || after.live_in.is_some();
        if sets && before.is_none() && count(&mut tx, SETTINGS, org).await? >= MAX_OF_ONE {
            return Err(StoreError::TooMany { what: "rule settings", limit: MAX_OF_ONE });
        }
        put_setting(&mut tx, &after, sets).await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action: "rule.set",
            target: &rule.0,
            detail: json!({ "before": before, "after": sets.then_some(&after) }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        self.note_change();
        Ok(sets.then_some(after))
    }

    /// Adds a filter; its identity is made here.
    pub async fn add_rule_filter(
        &self,
        scope: &TenantScope,
        filter: RuleFilter,
    ) -> Result<RuleFilter, StoreError> {
        scope.must_be_for(Permission::WriteRules)?;
        scope.must_cover(&filter.org)?;
        let filter = RuleFilter { id: FilterId(secret::id()?), ..filter };
        let mut tx = self.write().await?;
        if count(&mut tx, FILTERS, &filter.org).await? >= MAX_OF_ONE {
            return Err(StoreError::TooMany { what: "filters", limit: MAX_OF_ONE });
        }
        sqlx::query("INSERT INTO rule_filters (id, org, rule, until, body) VALUES (?, ?, ?, ?, ?)")
            .bind(filter.id.0.as_slice())
            .bind(filter.org.as_str())
            .bind(&filter.rule.0)
            .bind(filter.until.micros)
            .bind(row::to_body("rule filter", &filter)?)
            .execute(&mut *tx)
            .await?;
        let fact = Fact {
            time: filter.created,
            actor: scope.actor(),
            org: Some(&filter.org),
            action: "rule.filter",
            target: &filter.rule.0,
            detail: json!({ "filter": filter }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        self.note_change();
        Ok(filter)
    }

    /// Takes a filter away; says whether there was one in the scope.
    pub async fn remove_rule_filter(
        &self,
        scope: &TenantScope,
        id: FilterId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::WriteRules)?;
        let mut tx = self.write().await?;
        let found = sqlx::query(
            "DELETE FROM rule_filters WHERE id = ?
             AND org IN (SELECT value FROM json_each(?)) RETURNING body",
        )
        .bind(id.0.as_slice())
        .bind(scope.json())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else { return Ok(false) };
        let filter: RuleFilter = row::body("rule filter", found.try_get(0)?)?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&filter.org),
            action: "rule.unfilter",
            target: &filter.rule.0,
            detail: json!({ "filter": filter }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        self.note_change();
        Ok(true)
    }
}

async fn setting(
    connection: &mut SqliteConnection,
    org: &OrgId,
    rule: &RuleId,
) -> Result<Option<RuleSetting>, StoreError> {
    let found = sqlx::query("SELECT body FROM rule_settings WHERE org = ? AND rule = ?")
        .bind(org.as_str())
        .bind(&rule.0)
        .fetch_optional(connection)
        .await?;
    found.map(|found| row::body("rule setting", found.try_get(0)?)).transpose()
}

async fn put_setting(
    connection: &mut SqliteConnection,
    setting: &RuleSetting,
    sets: bool,
) -> Result<(), StoreError> {
    let query = match sets {
        true => sqlx::query(
            "INSERT INTO rule_settings (org, rule, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (org, rule) DO UPDATE SET body = excluded.body",
        ),
        false => sqlx::query("DELETE FROM rule_settings WHERE org = ?1 AND rule = ?2 AND ?3 <> ''"),
    };
    query
        .bind(setting.org.as_str())
        .bind(&setting.rule.0)
        .bind(row::to_body("rule setting", setting)?)
        .execute(connection)
        .await?;
    Ok(())
}

const SETTINGS: &str = "SELECT count(*) FROM rule_settings WHERE org = ?";
const FILTERS: &str = "SELECT count(*) FROM rule_filters WHERE org = ?";

async fn count(
    connection: &mut SqliteConnection,
    query: &'static str,
    org: &OrgId,
) -> Result<u64, StoreError> {
    let found = sqlx::query(query).bind(org.as_str()).fetch_one(connection).await?;
    row::count(&found, 0)
}
