//! Sessions of people in the console.
//!
//! In: a person, or a session's secret. Out: the secret, once; then the principal. Never: a stored
//! secret.

use wardwatch_model::{PersonId, Timestamp};

use crate::error::StoreError;
use crate::scope::Principal;
use crate::secret::{self, Purpose};
use crate::state::{State, row};

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

    /// Whose session it is; none when it is unknown or over.
    pub async fn session(
        &self,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<Principal>, StoreError> {
        let Some(hash) = secret::hash(Purpose::Session, secret) else { return Ok(None) };
        let found = sqlx::query("SELECT person FROM sessions WHERE hash = ? AND until > ?")
            .bind(hash)
            .bind(now.micros)
            .fetch_optional(self.readers())
            .await?;
        match found {
            Some(found) => self.principal(PersonId(row::id(&found, 0)?), now).await,
            None => Ok(None),
        }
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
