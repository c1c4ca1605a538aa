//! Subscriptions: the webhooks and addresses of mail that notifications go to.
//!
//! In: a scope, and where to send what. Out: subscriptions with how delivering went; a webhook's
//! key, once. Never: a key in a list. A key is kept as it is, since it signs what is sent.

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use wardwatch_model::{Level, NotifyEvent, OrgId, Permission, PersonId, SubscriptionId, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::secret::{self, Purpose};
use crate::state::audit::{self, Fact};
use crate::state::{State, organisations, outbox, row};

/// The most subscriptions of one organisation.
const MOST: i64 = 100;

/// How notifications go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionKind {
    /// By HTTP.
    Webhook,
    /// By mail.
    Mail,
}

impl SubscriptionKind {
    /// The word that is stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            SubscriptionKind::Webhook => "webhook",
            SubscriptionKind::Mail => "mail",
        }
    }

    pub(super) fn from_word(word: &str) -> Self {
        if word == "mail" { SubscriptionKind::Mail } else { SubscriptionKind::Webhook }
    }
}

/// A subscription to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// How.
    pub kind: SubscriptionKind,
    /// Of this organisation and those below it.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// Where to: an address of HTTP or of mail.
    pub address: String,
    /// Only as long as this person may read findings there.
    pub person: Option<PersonId>,
    /// What is told.
    pub events: Vec<NotifyEvent>,
    /// This serious or more.
    pub level: Level,
}

/// A subscription, and how delivering went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its identity.
    pub id: SubscriptionId,
    /// What was asked for.
    pub wanted: NewSubscription,
    /// When it was made.
    pub created: Timestamp,
    /// Who made it.
    pub made_by: String,
    /// When something was last delivered.
    pub last_success: Option<Timestamp>,
    /// When delivering last failed.
    pub last_failure: Option<Timestamp>,
    /// Why.
    pub last_error: Option<String>,
    /// How many notifications wait.
    pub waiting: u64,
    /// How many were given up and are still kept.
    pub given_up: u64,
    /// How many were not taken since too many waited.
    pub dropped: u64,
}

impl State {
    /// Makes a subscription; for a webhook, gives its key.
    pub async fn create_subscription(
        &self,
        scope: &TenantScope,
        new: NewSubscription,
        now: Timestamp,
    ) -> Result<(SubscriptionId, Option<String>), StoreError> {
        scope.must_be_for(Permission::Administer)?;
        scope.must_cover(&new.org)?;
        let id = SubscriptionId(secret::id()?);
        let key = match new.kind {
            SubscriptionKind::Webhook => Some(secret::create(Purpose::Webhook)?),
            SubscriptionKind::Mail => None,
        };
        let mut tx = self.write().await?;
        organisations::must_be_open(&mut tx, &new.org).await?;
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM subscriptions WHERE org = ?")
            .bind(new.org.as_str())
            .fetch_one(&mut *tx)
            .await?;
        if count >= MOST {
            return Err(StoreError::Full { what: "subscriptions of an organisation", most: MOST });
        }
        sqlx::query(
            "INSERT INTO subscriptions
             (id, kind, org, name, address, secret, person, events, level, created, made_by)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id.0.as_slice())
        .bind(new.kind.as_str())
        .bind(new.org.as_str())
        .bind(&new.name)
        .bind(&new.address)
        .bind(&key)
        .bind(new.person.as_ref().map(|person| person.0.as_slice()))
        .bind(row::to_body("events", &new.events)?)
        .bind(row::rank(new.level))
        .bind(now.micros)
        .bind(scope.actor())
        .execute(&mut *tx)
        .await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&new.org),
            action: "subscription.create",
            target: &id.to_string(),
            detail: json!({
                "kind": new.kind.as_str(), "name": new.name, "address": new.address,
                "events": new.events, "level": new.level,
            }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok((id, key))
    }

    /// The subscriptions of a kind in the scope, by organisation and name.
    pub async fn subscriptions(
        &self,
        scope: &TenantScope,
        kind: SubscriptionKind,
    ) -> Result<Vec<Subscription>, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        let rows = sqlx::query(
            "SELECT id, kind, org, name, address, person, events, level, created, made_by,
                    last_success, last_failure, last_error, dropped,
                    (SELECT count(*) FROM outbox
                     WHERE subscription = subscriptions.id AND given_up IS NULL),
                    (SELECT count(*) FROM outbox
                     WHERE subscription = subscriptions.id AND given_up IS NOT NULL)
             FROM subscriptions
             WHERE kind = ? AND org IN (SELECT value FROM json_each(?)) ORDER BY org, name, id",
        )
        .bind(kind.as_str())
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let found = rows.iter().map(subscription).collect::<Result<Vec<_>, _>>()?;
        self.was_read(scope, "read.subscriptions", "", found.iter().map(|one| &one.wanted.org))
            .await?;
        Ok(found)
    }

    /// Ends a subscription, with all that waits for it; says whether there was one in the scope.
    pub async fn remove_subscription(
        &self,
        scope: &TenantScope,
        kind: SubscriptionKind,
        id: SubscriptionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        let mut tx = self.write().await?;
        let found = sqlx::query(
            "DELETE FROM subscriptions WHERE id = ? AND kind = ?
             AND org IN (SELECT value FROM json_each(?)) RETURNING org, name",
        )
        .bind(id.0.as_slice())
        .bind(kind.as_str())
        .bind(scope.json())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else { return Ok(false) };
        let (org, name): (OrgId, String) = (row::word(&found, 0)?, found.try_get(1)?);
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&org),
            action: "subscription.remove",
            target: &id.to_string(),
            detail: json!({ "name": name }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Sends a test; says whether there is such a subscription in the scope.
    pub async fn test_subscription(
        &self,
        scope: &TenantScope,
        kind: SubscriptionKind,
        id: SubscriptionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        let mut tx = self.write().await?;
        let found = sqlx::query(
            "SELECT org FROM subscriptions WHERE id = ? AND kind = ?
             AND org IN (SELECT value FROM json_each(?))",
        )
        .bind(id.0.as_slice())
        .bind(kind.as_str())
        .bind(scope.json())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else { return Ok(false) };
        let org: OrgId = row::word(&found, 0)?;
        outbox::test(&mut tx, id, &org, now).await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&org),
            action: "subscription.test",
            target: &id.to_string(),
            detail: serde_json::Value::Null,
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn subscription(found: &SqliteRow) -> Result<Subscription, StoreError> {
    let kind: String = found.try_get(1)?;
    let person: Option<Vec<u8>> = found.try_get(5)?;
    Ok(Subscription {
        id: SubscriptionId(row::id(found, 0)?),
        wanted: NewSubscription {
            kind: SubscriptionKind::from_word(&kind),
            org: row::word(found, 2)?,
            name: found.try_get(3)?,
            address: found.try_get(4)?,
            person: person.map(|_| row::id(found, 5).map(PersonId)).transpose()?,
            events: row::body("events", found.try_get(6)?)?,
            level: row::level(found, 7)?,
        },
        created: row::time(found, 8)?,
        made_by: found.try_get(9)?,
        last_success: row::time_or_none(found, 10)?,
        last_failure: row::time_or_none(found, 11)?,
        last_error: found.try_get(12)?,
        dropped: row::count(found, 13)?,
        waiting: row::count(found, 14)?,
        given_up: row::count(found, 15)?,
    })
}
