//! Alerts, and how organisations answer them.
//!
//! In: alerts of an organisation in the scope, acknowledgements and signed answers of others. Out:
//! the alerts that go to the scope, with the answers of its organisations alone. Never: an answer
//! in another organisation's name; an alert beyond the organisations below its issuer.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::json;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::alert::{Alert, AlertAnswer, Overdue, Signature, SignedAnswer};
use wardwatch_model::{AlertId, OrgId, OrgKind, Organisation, Permission, Timestamp};

use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::secret;
use crate::state::audit::{self, Fact};
use crate::state::outbox::News;
use crate::state::{State, outbox, row};
use crate::tree::Tree;

/// Alerts that one organisation may have running.
const MAX_RUNNING: u64 = 200;
/// Alerts that are listed: the newest.
const MAX_LISTED: i64 = 1_000;

/// An alert as the scope sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenAlert {
    /// The alert.
    pub alert: Alert,
    /// The organisations of the scope that it goes to, each with its answer.
    pub answers: BTreeMap<OrgId, AlertAnswer>,
}

impl State {
    /// The alerts that go to an organisation of the scope, the newest first; those that were ended
    /// only when wanted.
    pub async fn alerts(
        &self,
        scope: &TenantScope,
        ended_too: bool,
    ) -> Result<Vec<SeenAlert>, StoreError> {
        let tree = self.tree().await?;
        let rows = sqlx::query("SELECT body FROM alerts ORDER BY issued DESC, id DESC LIMIT ?")
            .bind(MAX_LISTED)
            .fetch_all(self.readers())
            .await?;
        let mut seen = Vec::new();
        for found in &rows {
            let alert: Alert = row::body("alert", found.try_get(0)?)?;
            let orgs = addressed(&tree, &alert.org, |org| scope.covers(org));
            if !orgs.is_empty() && (ended_too || alert.ended.is_none()) {
                seen.push(self.with_answers(alert, orgs).await?);
            }
        }
        let orgs: BTreeSet<&OrgId> = seen.iter().flat_map(|one| one.answers.keys()).collect();
        if !orgs.is_empty() {
            self.was_surveyed(scope, "read.alerts").await?;
        }
        Ok(seen)
    }

    /// One alert; none when it is not there or goes to nobody in the scope.
    pub async fn alert(
        &self,
        scope: &TenantScope,
        id: AlertId,
    ) -> Result<Option<SeenAlert>, StoreError> {
        let tree = self.tree().await?;
        let mut connection = self.readers().acquire().await?;
        let Some(alert) = stored(&mut connection, id).await? else { return Ok(None) };
        drop(connection);
        let orgs = addressed(&tree, &alert.org, |org| scope.covers(org));
        if orgs.is_empty() {
            return Ok(None);
        }
        self.was_surveyed(scope, "read.alert").await?;
        Ok(Some(self.with_answers(alert, orgs).await?))
    }

    /// Each organisation with the one that speaks for it: itself, or of a site the one whose it is.
    pub async fn speakers(
        &self,
        _: &SystemScope,
    ) -> Result<Arc<HashMap<OrgId, OrgId>>, StoreError> {
        Ok(self.tree().await?.speakers())
    }

    async fn with_answers(&self, alert: Alert, orgs: Vec<OrgId>) -> Result<SeenAlert, StoreError> {
        let rows = sqlx::query("SELECT org, body FROM alert_answers WHERE alert = ?")
            .bind(alert.id.0.as_slice())
            .fetch_all(self.readers())
            .await?;
        let mut answers: BTreeMap<OrgId, AlertAnswer> =
            orgs.into_iter().map(|org| (org, AlertAnswer::default())).collect();
        for found in &rows {
            let org: OrgId = row::word(found, 0)?;
            if let Some(answer) = answers.get_mut(&org) {
                *answer = row::body("answer", found.try_get(1)?)?;
            }
        }
        Ok(SeenAlert { alert, answers })
    }

    /// Issues an alert; its identity is made here.
    pub async fn issue_alert(
        &self,
        scope: &TenantScope,
        alert: Alert,
    ) -> Result<Alert, StoreError> {
        scope.must_be_for(Permission::HandleIncidents)?;
        scope.must_cover(&alert.org)?;
        let alert = Alert { id: AlertId(secret::id()?), ..alert };
        let tree = self.tree().await?;
        let mut tx = self.write().await?;
        let rows = sqlx::query("SELECT body FROM alerts WHERE org = ?")
            .bind(alert.org.as_str())
            .fetch_all(&mut *tx)
            .await?;
        let mut running = 0;
        for found in &rows {
            let other: Alert = row::body("alert", found.try_get(0)?)?;
            running += u64::from(other.ended.is_none());
        }
        if running >= MAX_RUNNING {
            return Err(StoreError::TooMany { what: "running alerts", limit: MAX_RUNNING });
        }
        sqlx::query("INSERT INTO alerts (id, org, issued, body) VALUES (?, ?, ?, ?)")
            .bind(alert.id.0.as_slice())
            .bind(alert.org.as_str())
            .bind(alert.issued.micros)
            .bind(row::to_body("alert", &alert)?)
            .execute(&mut *tx)
            .await?;
        let fact = Fact {
            time: alert.issued,
            actor: scope.actor(),
            org: Some(&alert.org),
            action: "alert.issue",
            target: &alert.id.to_string(),
            detail: json!({ "alert": alert }),
        };
        audit::append(&mut tx, fact).await?;
        let mut news = News::new(&mut tx).await?;
        news.alert(&alert, tree.below(&alert.org));
        outbox::fill(&mut tx, &tree, news).await?;
        tx.commit().await?;
        Ok(alert)
    }

    /// Tells subscribers which organisations have not done in time what alerts ask for; each is told
    /// once. Says how many were.
    pub async fn remind(&self, _: &SystemScope, now: Timestamp) -> Result<u64, StoreError> {
        // Before the transaction: reading the tree takes the writer too.
        let tree = self.tree().await?;
        let mut tx = self.write().await?;
        let rows = sqlx::query("SELECT body FROM alerts ORDER BY issued DESC, id DESC LIMIT ?")
            .bind(MAX_LISTED)
            .fetch_all(&mut *tx)
            .await?;
        let mut news = News::new(&mut tx).await?;
        if !news.is_wanted() {
            return Ok(0);
        }
        let mut told = 0;
        for found in &rows {
            let alert: Alert = row::body("alert", found.try_get(0)?)?;
            // Nothing can be late before its first moment.
            if alert.ended.is_some() || now <= alert.acknowledge_by {
                continue;
            }
            let answers = answers_to(&mut tx, &tree, &alert).await?;
            let mut late: BTreeMap<Overdue, BTreeSet<OrgId>> = BTreeMap::new();
            for (org, answer) in answers {
                if let Some(what) = alert.overdue(&answer, now)
                    && remember(&mut tx, &alert, &org, what).await?
                {
                    told += 1;
                    late.entry(what).or_default().insert(org);
                }
            }
            late.into_iter().for_each(|(what, orgs)| news.overdue(&alert, what, orgs, now));
        }
        outbox::fill(&mut tx, &tree, news).await?;
        tx.commit().await?;
        Ok(told)
    }

    /// Ends an alert; none when it is not there, or its issuer is outside the scope.
    pub async fn end_alert(
        &self,
        scope: &TenantScope,
        id: AlertId,
        now: Timestamp,
    ) -> Result<Option<Alert>, StoreError> {
        scope.must_be_for(Permission::HandleIncidents)?;
        let mut tx = self.write().await?;
        let found = stored(&mut tx, id).await?.filter(|alert| scope.covers(&alert.org));
        let Some(before) = found else { return Ok(None) };
        let after = Alert { ended: before.ended.or(Some(now)), ..before };
        sqlx::query("UPDATE alerts SET body = ? WHERE id = ?")
            .bind(row::to_body("alert", &after)?)
            .bind(id.0.as_slice())
            .execute(&mut *tx)
            .await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&after.org),
            action: "alert.end",
            target: &id.to_string(),
            detail: serde_json::Value::Null,
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(Some(after))
    }

    /// Says for an organisation that an alert was read; the first time counts. None when there is no
    /// such running alert for it.
    pub async fn acknowledge_alert(
        &self,
        scope: &TenantScope,
        id: AlertId,
        org: &OrgId,
        now: Timestamp,
    ) -> Result<Option<AlertAnswer>, StoreError> {
        let by = scope.actor().to_owned();
        let change = move |answer: &mut AlertAnswer| {
            answer.acknowledged.get_or_insert(Signature { time: now, by });
        };
        self.answer(scope, id, org, "alert.acknowledge", now, change).await
    }

    /// Signs an organisation's answer; it acknowledges the alert too.
    pub async fn sign_alert(
        &self,
        scope: &TenantScope,
        id: AlertId,
        org: &OrgId,
        signed: SignedAnswer,
    ) -> Result<Option<AlertAnswer>, StoreError> {
        let now = signed.signature.time;
        let signed = SignedAnswer {
            signature: Signature { time: now, by: scope.actor().to_owned() },
            ..signed
        };
        let change = move |answer: &mut AlertAnswer| {
            answer.acknowledged.get_or_insert(signed.signature.clone());
            answer.signed = Some(signed);
        };
        self.answer(scope, id, org, "alert.sign", now, change).await
    }

    async fn answer(
        &self,
        scope: &TenantScope,
        id: AlertId,
        org: &OrgId,
        action: &str,
        now: Timestamp,
        change: impl FnOnce(&mut AlertAnswer),
    ) -> Result<Option<AlertAnswer>, StoreError> {
        scope.must_be_for(Permission::HandleIncidents)?;
        scope.must_cover(org)?;
        let tree = self.tree().await?;
        let mut tx = self.write().await?;
        let alert = stored(&mut tx, id).await?.filter(|alert| alert.ended.is_none());
        let goes_there = |alert: &Alert| {
            tree.get(org).is_some_and(answers) && tree.subtree(&alert.org).set.contains(org)
        };
        if !alert.is_some_and(|alert| goes_there(&alert)) {
            return Ok(None);
        }
        let found = sqlx::query("SELECT body FROM alert_answers WHERE alert = ? AND org = ?")
            .bind(id.0.as_slice())
            .bind(org.as_str())
            .fetch_optional(&mut *tx)
            .await?;
        let mut answer: AlertAnswer = match &found {
            Some(found) => row::body("answer", found.try_get(0)?)?,
            None => AlertAnswer::default(),
        };
        change(&mut answer);
        sqlx::query(
            "INSERT INTO alert_answers (alert, org, body) VALUES (?, ?, ?)
             ON CONFLICT (alert, org) DO UPDATE SET body = excluded.body",
        )
        .bind(id.0.as_slice())
        .bind(org.as_str())
        .bind(row::to_body("answer", &answer)?)
        .execute(&mut *tx)
        .await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action,
            target: &id.to_string(),
            detail: json!({ "answer": answer }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(Some(answer))
    }
}

/// Whether an organisation answers alerts: a body that runs devices, and is open.
fn answers(org: &Organisation) -> bool {
    let runs_devices = !matches!(org.kind, OrgKind::Centre | OrgKind::Region | OrgKind::Site);
    org.closed.is_none() && runs_devices
}

/// The wanted organisations that an alert of this issuer goes to, in the order of their codes.
fn addressed(tree: &Tree, issuer: &OrgId, wanted: impl Fn(&OrgId) -> bool) -> Vec<OrgId> {
    let below = tree.subtree(issuer).set;
    let goes_there = |org: &&OrgId| wanted(org) && tree.get(org).is_some_and(answers);
    below.iter().filter(goes_there).cloned().collect()
}

async fn stored(
    connection: &mut SqliteConnection,
    id: AlertId,
) -> Result<Option<Alert>, StoreError> {
    let found = sqlx::query("SELECT body FROM alerts WHERE id = ?")
        .bind(id.0.as_slice())
        .fetch_optional(connection)
        .await?;
    found.map(|found| row::body("alert", found.try_get(0)?)).transpose()
}

/// The answers of all open bodies that an alert goes to; an empty one of those that have not answered.
async fn answers_to(
    connection: &mut SqliteConnection,
    tree: &Tree,
    alert: &Alert,
) -> Result<BTreeMap<OrgId, AlertAnswer>, StoreError> {
    let mut answers: BTreeMap<OrgId, AlertAnswer> = addressed(tree, &alert.org, |_| true)
        .into_iter()
        .map(|org| (org, AlertAnswer::default()))
        .collect();
    let rows = sqlx::query("SELECT org, body FROM alert_answers WHERE alert = ?")
        .bind(alert.id.0.as_slice())
        .fetch_all(connection)
        .await?;
    for found in &rows {
        let org: OrgId = row::word(found, 0)?;
        if let Some(answer) = answers.get_mut(&org) {
            *answer = row::body("answer", found.try_get(1)?)?;
        }
    }
    Ok(answers)
}

/// Remembers that somebody is told; false when they were before.
async fn remember(
    connection: &mut SqliteConnection,
    alert: &Alert,
    org: &OrgId,
    what: Overdue,
) -> Result<bool, StoreError> {
    let done = sqlx::query("INSERT OR IGNORE INTO reminders (alert, org, what) VALUES (?, ?, ?)")
        .bind(alert.id.0.as_slice())
        .bind(org.as_str())
        .bind(what.as_str())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() != 0)
}
