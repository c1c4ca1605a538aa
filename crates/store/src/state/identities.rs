//! Identities: people as another issuer knows them.
//!
//! In: an issuer and a subject. Out: the person. Never: two people for one identity.

use sqlx::SqliteConnection;
use wardwatch_model::{PersonId, Timestamp};

use crate::error::StoreError;
use crate::scope::Principal;
use crate::state::accounts::may_change_another;
use crate::state::people::{end_sessions, note};
use crate::state::{State, row};

impl State {
    /// Links an identity to a person.
    pub async fn link_identity(
        &self,
        by: &Principal,
        person: PersonId,
        issuer: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        may_change_another(&mut tx, by, person, now).await?;
        match owner(&mut tx, issuer, subject).await? {
            Some(known) if known == person => return Ok(()),
            // Whose it is, is none of the caller's business.
            Some(_) => return Err(StoreError::IdentityTaken),
            None => {}
        }
        sqlx::query(
            "INSERT INTO identities (issuer, subject, person, created) VALUES (?, ?, ?, ?)",
        )
        .bind(issuer)
        .bind(subject)
        .bind(person.0.as_slice())
        .bind(now.micros)
        .execute(&mut *tx)
        .await?;
        note(&mut tx, by.name(), person, "person.identity_link", now).await?;
        Ok(tx.commit().await?)
    }

    /// Ends a link, and the person's sessions; says whether there was one.
    pub async fn unlink_identity(
        &self,
        by: &Principal,
        person: PersonId,
        issuer: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        may_change_another(&mut tx, by, person, now).await?;
        let done =
            sqlx::query("DELETE FROM identities WHERE issuer = ? AND subject = ? AND person = ?")
                .bind(issuer)
                .bind(subject)
                .bind(person.0.as_slice())
                .execute(&mut *tx)
                .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        end_sessions(&mut tx, person).await?;
        note(&mut tx, by.name(), person, "person.identity_unlink", now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Whose identity it is. This is before authentication, so there is no scope; call it only
    /// with what the issuer vouched for.
    pub async fn person_of_identity(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<PersonId>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        owner(&mut connection, issuer, subject).await
    }
}

async fn owner(
    connection: &mut SqliteConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<PersonId>, StoreError> {
    let found = sqlx::query("SELECT person FROM identities WHERE issuer = ? AND subject = ?")
        .bind(issuer)
        .bind(subject)
        .fetch_optional(connection)
        .await?;
    found.map(|found| row::id(&found, 0).map(PersonId)).transpose()
}
