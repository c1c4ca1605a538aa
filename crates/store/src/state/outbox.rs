//! The outbox: notifications on their way, written in the transaction of what they tell of.
//!
//! In: findings of a commit. Out: parcels that are due, with where they go. Never: the same
//! notification twice for a subscription; more than a bounded number that wait for one; a word of
//! an organisation that the subscriber does not see.

mod news;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::{
    Level, Notification, NotificationId, NotifyEvent, OrgId, PersonId, SubscriptionId, Timestamp,
};

pub(super) use self::news::News;

use crate::error::StoreError;
use crate::scope::SystemScope;
use crate::secret;
use crate::state::subscriptions::SubscriptionKind;
use crate::state::{State, row};
use crate::tree::Tree;

/// How many may wait for one subscription; more are counted and not kept.
const MOST_WAITING: i64 = 1_000;

/// A notification to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Its place in the outbox.
    pub seq: i64,
    /// What is to be told.
    pub notification: Notification,
    /// How often delivering was tried.
    pub attempts: u32,
}

/// A subscription with what is due for it, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub subscription: SubscriptionId,
    /// How.
    pub kind: SubscriptionKind,
    /// The organisation that it is for.
    pub org: OrgId,
    /// Where to.
    pub address: String,
    /// The key to sign with; none for mail.
    pub secret: Option<String>,
    /// Only as long as this person may read findings there.
    pub person: Option<PersonId>,
    /// When something was last delivered.
    pub last_success: Option<Timestamp>,
    /// What is due.
    pub parcels: Vec<Parcel>,
}

/// Puts into the outbox what subscribers want to be told.
pub(super) async fn fill(
    connection: &mut SqliteConnection,
    tree: &Tree,
    news: News,
) -> Result<(), StoreError> {
    if news.facts.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query(
        "SELECT id, org, events, level,
                (SELECT count(*) FROM outbox
                 WHERE subscription = subscriptions.id AND given_up IS NULL)
         FROM subscriptions",
    )
    .fetch_all(&mut *connection)
    .await?;
    for found in &rows {
        let subscription = SubscriptionId(row::id(found, 0)?);
        let seen = tree.below(&row::word(found, 1)?);
        let events: Vec<NotifyEvent> = row::body("events", found.try_get(2)?)?;
        let level = row::level(found, 3)?;
        let mut waiting: i64 = found.try_get(4)?;
        let mut dropped = 0;
        let wanted =
            news.facts.iter().filter(|fact| fact.level >= level && events.contains(&fact.event));
        for notification in wanted.filter_map(|fact| fact.told(&seen)) {
            if waiting >= MOST_WAITING {
                dropped += 1;
                continue;
            }
            waiting += i64::from(put(connection, subscription, &notification).await?);
        }
        if dropped > 0 {
            sqlx::query("UPDATE subscriptions SET dropped = dropped + ? WHERE id = ?")
                .bind(dropped)
                .bind(subscription.0.as_slice())
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// Puts a test into the outbox.
pub(super) async fn test(
    connection: &mut SqliteConnection,
    subscription: SubscriptionId,
    org: &OrgId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let notification = Notification {
        id: NotificationId(secret::id()?),
        event: NotifyEvent::Test,
        time: now,
        organisations: vec![org.clone()],
        level: Level::Informational,
        title: "A test: nothing happened".to_owned(),
        object: None,
    };
    put(connection, subscription, &notification).await?;
    Ok(())
}

/// Whether it was not there yet.
async fn put(
    connection: &mut SqliteConnection,
    subscription: SubscriptionId,
    notification: &Notification,
) -> Result<bool, StoreError> {
    // Due at once, or with what waits already: news are no reason to try again sooner.
    let done = sqlx::query(
        "INSERT INTO outbox (id, subscription, created, body, due)
         SELECT ?1, ?2, ?3, ?4, coalesce(max(due), 0) FROM outbox
         WHERE subscription = ?2 AND given_up IS NULL
         ON CONFLICT DO NOTHING",
    )
    .bind(notification.id.0.as_slice())
    .bind(subscription.0.as_slice())
    .bind(notification.time.micros)
    .bind(row::to_body("notification", notification)?)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() != 0)
}

impl State {
    /// What is due, at most so many for each subscription.
    pub async fn due(
        &self,
        _: &SystemScope,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<Waiting>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, kind, org, address, secret, person, last_success FROM subscriptions
             WHERE id IN (SELECT subscription FROM outbox WHERE due <= ? AND given_up IS NULL)
             ORDER BY id",
        )
        .bind(now.micros)
        .fetch_all(self.readers())
        .await?;
        let mut all = Vec::with_capacity(rows.len());
        for found in &rows {
            let subscription = SubscriptionId(row::id(found, 0)?);
            let kind: String = found.try_get(1)?;
            let person: Option<Vec<u8>> = found.try_get(5)?;
            let parcels = sqlx::query(
                "SELECT seq, body, attempts FROM outbox
                 WHERE subscription = ? AND due <= ? AND given_up IS NULL ORDER BY seq LIMIT ?",
            )
            .bind(subscription.0.as_slice())
            .bind(now.micros)
            .bind(most)
            .fetch_all(self.readers())
            .await?;
            all.push(Waiting {
                subscription,
                kind: SubscriptionKind::from_word(&kind),
                org: row::word(found, 2)?,
                address: found.try_get(3)?,
                secret: found.try_get(4)?,
                person: person.map(|_| row::id(found, 5).map(PersonId)).transpose()?,
                last_success: row::time_or_none(found, 6)?,
                parcels: parcels.iter().map(parcel).collect::<Result<_, _>>()?,
            });
        }
        Ok(all)
    }

    /// Takes out of the outbox what was delivered.
    pub async fn delivered(
        &self,
        _: &SystemScope,
        subscription: SubscriptionId,
        seqs: &[i64],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "DELETE FROM outbox WHERE subscription = ?
             AND seq IN (SELECT value FROM json_each(?))",
        )
        .bind(subscription.0.as_slice())
        .bind(row::to_body("outbox", &seqs)?)
        .execute(&mut *tx)
        .await?;
        sqlx::query("UPDATE subscriptions SET last_success = ? WHERE id = ?")
            .bind(now.micros)
            .bind(subscription.0.as_slice())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Writes down that delivering failed. That counts for all that is due for the subscription, and
    /// all of it waits at least until `next`; what had so many attempts is given up.
    pub async fn undelivered(
        &self,
        _: &SystemScope,
        subscription: SubscriptionId,
        error: &str,
        next: Timestamp,
        most_attempts: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE outbox SET attempts = attempts + 1
             WHERE subscription = ? AND given_up IS NULL AND due <= ?",
        )
        .bind(subscription.0.as_slice())
        .bind(now.micros)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE outbox SET given_up = ?
             WHERE subscription = ? AND given_up IS NULL AND attempts >= ?",
        )
        .bind(now.micros)
        .bind(subscription.0.as_slice())
        .bind(most_attempts)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE outbox SET due = ?1
             WHERE subscription = ?2 AND given_up IS NULL AND due < ?1",
        )
        .bind(next.micros)
        .bind(subscription.0.as_slice())
        .execute(&mut *tx)
        .await?;
        sqlx::query("UPDATE subscriptions SET last_failure = ?, last_error = ? WHERE id = ?")
            .bind(now.micros)
            .bind(error)
            .bind(subscription.0.as_slice())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Forgets what was given up before a moment.
    pub async fn forget_given_up(
        &self,
        _: &SystemScope,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM outbox WHERE given_up < ?")
            .bind(before.micros)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}

fn parcel(found: &SqliteRow) -> Result<Parcel, StoreError> {
    let attempts: i64 = found.try_get(2)?;
    Ok(Parcel {
        seq: found.try_get(0)?,
        notification: row::body("notification", found.try_get(1)?)?,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
    })
}
