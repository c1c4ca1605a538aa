//! Who somebody is and may be, at a moment.
//!
//! In: a person. Out: a principal with the grants that hold at that moment. Never: a principal of
//! a locked account.

use std::sync::Arc;

use sqlx::Row;
use wardwatch_model::{OrgId, PersonId, Role, Timestamp};

use crate::error::StoreError;
use crate::scope::Principal;
use crate::state::{State, row};

impl State {
    /// The person as principal; none when there is no such person or the account is locked.
    ///
    /// Call it only for somebody who has been authenticated.
    pub async fn principal(
        &self,
        person: PersonId,
        now: Timestamp,
    ) -> Result<Option<Principal>, StoreError> {
        let tree = self.tree().await?;
        let found = sqlx::query("SELECT name, org FROM people WHERE id = ? AND disabled = 0")
            .bind(person.0.as_slice())
            .fetch_optional(self.readers())
            .await?;
        let Some(found) = found else { return Ok(None) };
        let (name, org): (String, OrgId) = (found.try_get(0)?, row::word(&found, 1)?);
        let rows = sqlx::query(
            "SELECT DISTINCT org, role FROM grants
             WHERE person = ?1 AND from_time <= ?2 AND (until_time IS NULL OR until_time > ?2)
             ORDER BY org, role",
        )
        .bind(person.0.as_slice())
        .bind(now.micros)
        .fetch_all(self.readers())
        .await?;
        let grants: Vec<(OrgId, Role)> = rows
            .iter()
            .map(|found| Ok((row::word(found, 0)?, row::word(found, 1)?)))
            .collect::<Result<_, StoreError>>()?;
        Ok(Some(Principal::new(&name, Some(person), &org, grants, now, Arc::clone(&tree))))
    }
}
