//! Sessions of people in the console.
//!
//! In: a person, or a session's secret. Out: the secret, once; then the principal. Never: a stored
//! secret.

use wardwatch_model::{PersonId, Timestamp};

use crate::error::StoreError;
use crate::scope::Principal;
use crate::secret::{self, Purpose};
use crate::state::{State, row};

/// A session that nobody used for so long is over.
const IDLE_MICROS: i64 = 2 * 3_600 * 1_000_000;
/// Its use is written down when it is this much later than the last that was.
const USE_MICROS: i64 = 60 * 1_000_000;

impl State {
    /// Opens a session for somebody who has just been authenticated; gives its secret.
    pub async fn open_session(
        &self,
        person: PersonId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<String, StoreError> {
        let secret = secret::create(Purpose::Session)?;
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM sessions WHERE until <= ?")
            .bind(now.micros)
            .execute(&mut *tx)
            .await?;
        sqlx::query("INSERT INTO sessions (hash, person, created, until) VALUES (?, ?, ?, ?)")
            .bind(secret::hash(Purpose::Session, &secret))
            .bind(person.0.as_slice())
            .bind(now.micros)
            .bind(until.micros)
            .execute(&mut *tx)
            .await?;
        State::logged_in(&mut tx, person, now).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Whose session it is; none when it is unknown, over, or was not used for two hours.
    pub async fn session(
        &self,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<Principal>, StoreError> {
        let Some(hash) = secret::hash(Purpose::Session, secret) else { return Ok(None) };
        let found = sqlx::query(
            "SELECT person, coalesce(seen, created) FROM sessions WHERE hash = ? AND until > ?",
        )
        .bind(&hash)
        .bind(now.micros)
        .fetch_optional(self.readers())
        .await?;
        let Some(found) = found else { return Ok(None) };
        let (person, seen) = (PersonId(row::id(&found, 0)?), row::time(&found, 1)?);
        let unused = now.micros - seen.micros;
        if unused >= IDLE_MICROS {
            return Ok(None);
        }
        if unused >= USE_MICROS {
            self.session_used(&hash, now).await?;
        }
        self.principal(person, now).await
    }

    async fn session_used(&self, hash: &[u8], now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE sessions SET seen = max(coalesce(seen, ?1), ?1) WHERE hash = ?2")
            .bind(now.micros)
            .bind(hash)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Ends a session; says whether there was one.
    pub async fn close_session(&self, secret: &str) -> Result<bool, StoreError> {
        let Some(hash) = secret::hash(Purpose::Session, secret) else { return Ok(false) };
        let mut tx = self.write().await?;
        let done =
            sqlx::query("DELETE FROM sessions WHERE hash = ?").bind(hash).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected() != 0)
    }
}
