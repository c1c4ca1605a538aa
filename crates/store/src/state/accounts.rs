//! Upkeep of accounts: locked and opened again, passwords for once, sessions and grants ended.
//!
//! In: who acts, and on whom. Out: nothing, or grants with their ends. Never: a change that leaves
//! the top of the tree without an administrator.

use serde_json::json;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::{OrgId, Permission, PersonId, Role, Timestamp};

use crate::error::StoreError;
use crate::scope::{Principal, TenantScope};
use crate::state::audit::{self, Fact};
use crate::state::people::{Grant, end_sessions, home_of, may_change, note};
use crate::state::{State, row};

/// A grant, and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldGrant {
    /// Login name of the person.
    pub name: String,
    /// The organisation that the person belongs to.
    pub home: OrgId,
    /// What is granted.
    pub grant: Grant,
}

impl State {
    /// Locks or unlocks an account; its sessions end.
    pub async fn set_disabled(
        &self,
        by: &Principal,
        person: PersonId,
        disabled: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        may_change(&mut tx, by, person, now).await?;
        sqlx::query("UPDATE people SET disabled = ? WHERE id = ?")
            .bind(disabled)
            .bind(person.0.as_slice())
            .execute(&mut *tx)
            .await?;
        keep_an_administrator(&mut tx).await?;
        end_sessions(&mut tx, person).await?;
        let action = if disabled { "person.lock" } else { "person.unlock" };
        note(&mut tx, by.name(), person, action, now).await?;
        Ok(tx.commit().await?)
    }

    /// Sets a password that lets somebody in once, up to a moment, to choose one of their own.
    /// Ends their sessions.
    pub async fn set_password_for_once(
        &self,
        by: &Principal,
        person: PersonId,
        password_hash: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        may_change_another(&mut tx, by, person, now).await?;
        sqlx::query("UPDATE people SET password_hash = ?, password_until = ? WHERE id = ?")
            .bind(password_hash)
            .bind(until.micros)
            .bind(person.0.as_slice())
            .execute(&mut *tx)
            .await?;
        end_sessions(&mut tx, person).await?;
        note(&mut tx, by.name(), person, "person.password_for_once", now).await?;
        Ok(tx.commit().await?)
    }

    /// Takes away somebody's second factor, as administrator above them. Ends their sessions.
    pub async fn take_totp(
        &self,
        by: &Principal,
        person: PersonId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        may_change_another(&mut tx, by, person, now).await?;
        sqlx::query("UPDATE people SET totp_secret = NULL WHERE id = ?")
            .bind(person.0.as_slice())
            .execute(&mut *tx)
            .await?;
        end_sessions(&mut tx, person).await?;
        note(&mut tx, by.name(), person, "person.totp_remove", now).await?;
        Ok(tx.commit().await?)
    }

    /// Ends all sessions of somebody.
    pub async fn end_sessions(
        &self,
        by: &Principal,
        person: PersonId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        may_change(&mut tx, by, person, now).await?;
        end_sessions(&mut tx, person).await?;
        note(&mut tx, by.name(), person, "person.sessions_end", now).await?;
        Ok(tx.commit().await?)
    }

    /// The one who has just shown a password for once chooses one of their own. This is a part of
    /// logging in, so nobody is known yet. False when the stored password is another one by now.
    pub async fn choose_password(
        &self,
        person: PersonId,
        for_once_hash: &str,
        password_hash: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE people SET password_hash = ?1, password_until = NULL
             WHERE id = ?2 AND password_hash = ?3 AND disabled = 0 AND password_until > ?4",
        )
        .bind(password_hash)
        .bind(person.0.as_slice())
        .bind(for_once_hash)
        .bind(now.micros)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let (name, _) = home_of(&mut tx, person).await?;
        note(&mut tx, &name, person, "person.password", now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends what somebody holds as this role in an organisation of the scope; says whether there
    /// was something. What lies in the future never begins.
    pub async fn revoke_grant(
        &self,
        scope: &TenantScope,
        person: PersonId,
        org: &OrgId,
        role: Role,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        scope.must_cover(org)?;
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE grants SET until_time = max(from_time, ?1)
             WHERE person = ?2 AND org = ?3 AND role = ?4
             AND (until_time IS NULL OR until_time > max(from_time, ?1))",
        )
        .bind(now.micros)
        .bind(person.0.as_slice())
        .bind(org.as_str())
        .bind(role.as_str())
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        keep_an_administrator(&mut tx).await?;
        let (name, _) = home_of(&mut tx, person).await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action: "person.revoke",
            target: &name,
            detail: json!({ "role": role }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// What anybody holds, held or will hold in organisations of the scope, guests from elsewhere
    /// included; by organisation, name and role.
    pub async fn grants(&self, scope: &TenantScope) -> Result<Vec<HeldGrant>, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        let rows = sqlx::query(
            "SELECT people.id, people.name, people.org, grants.org, role, from_time, until_time
             FROM grants JOIN people ON people.id = grants.person
             WHERE grants.org IN (SELECT value FROM json_each(?))
             ORDER BY grants.org, people.name, role, from_time",
        )
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let grants = rows
            .iter()
            .map(|found| {
                Ok(HeldGrant {
                    name: found.try_get(1)?,
                    home: row::word(found, 2)?,
                    grant: Grant {
                        person: PersonId(row::id(found, 0)?),
                        org: row::word(found, 3)?,
                        role: row::word(found, 4)?,
                        from: row::time(found, 5)?,
                        until: row::time_or_none(found, 6)?,
                    },
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.was_read(scope, "read.grants", "", grants.iter().map(|held| &held.grant.org)).await?;
        Ok(grants)
    }
}

/// As [`may_change`], but never oneself: an open session is no proof that its owner sits there.
pub(super) async fn may_change_another(
    connection: &mut SqliteConnection,
    by: &Principal,
    person: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    if by.person() == Some(person) {
        return Err(StoreError::Oneself);
    }
    may_change(connection, by, person, now).await
}

/// An error unless somebody who may log in administers the top, without an end. Call it after the
/// change, within its transaction.
pub(super) async fn keep_an_administrator(
    connection: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let left: bool = sqlx::query_scalar(
        "SELECT EXISTS (
             SELECT 1 FROM grants
             JOIN people ON people.id = grants.person
             JOIN organisations ON organisations.code = grants.org
             WHERE organisations.parent IS NULL AND people.disabled = 0
             AND grants.role = 'administrator' AND grants.until_time IS NULL
         )",
    )
    .fetch_one(connection)
    .await?;
    if left { Ok(()) } else { Err(StoreError::LastAdministrator) }
}
