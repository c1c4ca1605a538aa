//! People: accounts, and what they may be where.
//!
//! In: names and hashed passwords. Out: people and their credentials. Never: a password; hashing
//! and checking it is the server's business.

use serde_json::json;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::{OrgId, Permission, PersonId, Role, Timestamp};

use crate::error::StoreError;
use crate::scope::{Principal, TenantScope};
use crate::secret;
use crate::state::audit::{self, Fact};
use crate::state::{State, accounts, organisations, row};

/// A person to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Login name.
    pub name: String,
    /// The organisation that the person belongs to.
    pub org: OrgId,
    /// What the person is there.
    pub role: Role,
    /// The hashed password.
    pub password_hash: String,
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its identity.
    pub id: PersonId,
    /// Login name.
    pub name: String,
    /// The organisation that the person belongs to.
    pub org: OrgId,
    /// Whether the account is locked.
    pub disabled: bool,
    /// Whether a second factor is asked for.
    pub has_totp: bool,
    /// When the account was made.
    pub created: Timestamp,
    /// When the person last logged in.
    pub last_login: Option<Timestamp>,
    /// What the person may be where within the reader's scope; ended grants too.
    pub grants: Vec<Grant>,
}

/// What a login is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The person.
    pub person: PersonId,
    /// The hashed password.
    pub password_hash: String,
    /// The secret of the second factor; none when there is none.
    pub totp_secret: Option<String>,
    /// Whether the account is locked.
    pub disabled: bool,
    /// Up to when a password that somebody else set may be used, once, to set another; none for
    /// one's own.
    pub password_until: Option<Timestamp>,
}

/// A role for an organisation and all below it, from a moment on, perhaps up to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The person.
    pub person: PersonId,
    /// Where.
    pub org: OrgId,
    /// What.
    pub role: Role,
    /// From when.
    pub from: Timestamp,
    /// Until when, if it ends.
    pub until: Option<Timestamp>,
}

impl State {
    /// Makes an account with one role in the person's own organisation.
    pub async fn create_person(
        &self,
        scope: &TenantScope,
        new: NewPerson,
        now: Timestamp,
    ) -> Result<PersonId, StoreError> {
        self.create_person_until(scope, new, None, now).await
    }

    /// The same; with a moment, the password works once up to then, to choose another.
    pub async fn create_person_until(
        &self,
        scope: &TenantScope,
        new: NewPerson,
        password_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<PersonId, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        scope.must_cover(&new.org)?;
        let mut tx = self.write().await?;
        organisations::must_be_open(&mut tx, &new.org).await?;
        let person = insert(&mut tx, &new.name, &new.org, &new.password_hash, now).await?;
        sqlx::query("UPDATE people SET password_until = ? WHERE id = ?")
            .bind(password_until.map(|time| time.micros))
            .bind(person.0.as_slice())
            .execute(&mut *tx)
            .await?;
        let grant = Grant { person, org: new.org.clone(), role: new.role, from: now, until: None };
        insert_grant(&mut tx, &grant).await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&new.org),
            action: "person.create",
            target: &new.name,
            detail: json!({ "role": new.role }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// The people who belong to organisations of the scope, by name.
    pub async fn people(&self, scope: &TenantScope) -> Result<Vec<Person>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, org, disabled, totp_secret IS NOT NULL, created, last_login FROM people
             WHERE org IN (SELECT value FROM json_each(?)) ORDER BY name",
        )
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let mut people = Vec::with_capacity(rows.len());
        for found in &rows {
            let id = PersonId(row::id(found, 0)?);
            people.push(Person {
                id,
                name: found.try_get(1)?,
                org: row::word(found, 2)?,
                disabled: found.try_get(3)?,
                has_totp: found.try_get(4)?,
                created: row::time(found, 5)?,
                last_login: row::time_or_none(found, 6)?,
                grants: self.grants_in(scope, id).await?,
            });
        }
        self.was_read(scope, "read.people", "", people.iter().map(|person| &person.org)).await?;
        Ok(people)
    }

    async fn grants_in(
        &self,
        scope: &TenantScope,
        person: PersonId,
    ) -> Result<Vec<Grant>, StoreError> {
        let rows = sqlx::query(
            "SELECT org, role, from_time, until_time FROM grants
             WHERE person = ? ORDER BY org, role, from_time",
        )
        .bind(person.0.as_slice())
        .fetch_all(self.readers())
        .await?;
        let grants = rows
            .iter()
            .map(|found| {
                Ok(Grant {
                    person,
                    org: row::word(found, 0)?,
                    role: row::word(found, 1)?,
                    from: row::time(found, 2)?,
                    until: row::time_or_none(found, 3)?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        Ok(grants.into_iter().filter(|grant| scope.covers(&grant.org)).collect())
    }

    /// What a login with this name is checked against. This is before authentication, so there is
    /// no scope; nothing of it may reach the caller's screen.
    pub async fn credentials(&self, name: &str) -> Result<Option<Credentials>, StoreError> {
        let found = sqlx::query(
            "SELECT id, password_hash, totp_secret, disabled, password_until FROM people
             WHERE name = ?",
        )
        .bind(name)
        .fetch_optional(self.readers())
        .await?;
        found
            .map(|found| {
                Ok(Credentials {
                    person: PersonId(row::id(&found, 0)?),
                    password_hash: found.try_get(1)?,
                    totp_secret: found.try_get(2)?,
                    disabled: found.try_get(3)?,
                    password_until: row::time_or_none(&found, 4)?,
                })
            })
            .transpose()
    }

    /// Sets or takes away the second factor, of oneself or as administrator.
    pub async fn set_totp(
        &self,
        by: &Principal,
        person: PersonId,
        secret: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let action = if secret.is_some() { "person.totp_set" } else { "person.totp_remove" };
        let mut tx = self.write().await?;
        may_change(&mut tx, by, person, now).await?;
        sqlx::query("UPDATE people SET totp_secret = ? WHERE id = ?")
            .bind(secret)
            .bind(person.0.as_slice())
            .execute(&mut *tx)
            .await?;
        note(&mut tx, by.name(), person, action, now).await?;
        Ok(tx.commit().await?)
    }

    /// Sets the hashed password, of oneself or as administrator, and ends the person's sessions.
    pub async fn set_password(
        &self,
        by: &Principal,
        person: PersonId,
        password_hash: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        may_change(&mut tx, by, person, now).await?;
        sqlx::query("UPDATE people SET password_hash = ?, password_until = NULL WHERE id = ?")
            .bind(password_hash)
            .bind(person.0.as_slice())
            .execute(&mut *tx)
            .await?;
        end_sessions(&mut tx, person).await?;
        note(&mut tx, by.name(), person, "person.password", now).await?;
        Ok(tx.commit().await?)
    }

    /// Gives a person a role in an organisation of the scope. The person may belong elsewhere:
    /// that is how one organisation lets another one's people in.
    pub async fn grant(
        &self,
        scope: &TenantScope,
        grant: &Grant,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        scope.must_be_for(Permission::Administer)?;
        scope.must_cover(&grant.org)?;
        let mut tx = self.write().await?;
        let (name, _) = home_of(&mut tx, grant.person).await?;
        insert_grant(&mut tx, grant).await?;
        accounts::keep_an_administrator(&mut tx).await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&grant.org),
            action: "person.grant",
            target: &name,
            detail: json!({ "role": grant.role, "from": grant.from, "until": grant.until }),
        };
        audit::append(&mut tx, fact).await?;
        Ok(tx.commit().await?)
    }
}

/// An error unless it is oneself, or an administrator of everything that the person may touch.
/// Otherwise the administrator of a small organisation could take over the account of somebody
/// who has rights in a large one.
pub(super) async fn may_change(
    connection: &mut SqliteConnection,
    by: &Principal,
    person: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    if by.person() == Some(person) {
        return Ok(());
    }
    let needed = StoreError::NotPermitted(Permission::Administer);
    let scope = by.scope(Permission::Administer).ok_or(needed)?;
    let (_, org) = home_of(connection, person).await?;
    // Those outside look the same as those that are not there.
    if !scope.covers(&org) {
        return Err(StoreError::NoSuchPerson(person));
    }
    let rows = sqlx::query(
        "SELECT DISTINCT org FROM grants
         WHERE person = ? AND (until_time IS NULL OR until_time > ?)",
    )
    .bind(person.0.as_slice())
    .bind(now.micros)
    .fetch_all(connection)
    .await?;
    rows.iter().try_for_each(|found| scope.must_cover(&row::word(found, 0)?))
}

pub(super) async fn home_of(
    connection: &mut SqliteConnection,
    person: PersonId,
) -> Result<(String, OrgId), StoreError> {
    let found = sqlx::query("SELECT name, org FROM people WHERE id = ?")
        .bind(person.0.as_slice())
        .fetch_optional(connection)
        .await?
        .ok_or(StoreError::NoSuchPerson(person))?;
    Ok((found.try_get(0)?, row::word(&found, 1)?))
}

pub(super) async fn end_sessions(
    connection: &mut SqliteConnection,
    person: PersonId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE person = ?")
        .bind(person.0.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes down a change of an account.
pub(super) async fn note(
    connection: &mut SqliteConnection,
    actor: &str,
    person: PersonId,
    action: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (name, org) = home_of(connection, person).await?;
    let detail = serde_json::Value::Null;
    let fact = Fact { time: now, actor, org: Some(&org), action, target: &name, detail };
    audit::append(connection, fact).await
}

/// Adds a person.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    name: &str,
    org: &OrgId,
    password_hash: &str,
    now: Timestamp,
) -> Result<PersonId, StoreError> {
    let id = PersonId(secret::id()?);
    let done = sqlx::query(
        "INSERT INTO people (id, name, org, password_hash, created) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (name) DO NOTHING",
    )
    .bind(id.0.as_slice())
    .bind(name)
    .bind(org.as_str())
    .bind(password_hash)
    .bind(now.micros)
    .execute(connection)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NameTaken(name.to_owned()));
    }
    Ok(id)
}

/// Adds a grant; the same once more changes when it ends.
pub(super) async fn insert_grant(
    connection: &mut SqliteConnection,
    grant: &Grant,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO grants (person, org, role, from_time, until_time) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET until_time = excluded.until_time",
    )
    .bind(grant.person.0.as_slice())
    .bind(grant.org.as_str())
    .bind(grant.role.as_str())
    .bind(grant.from.micros)
    .bind(grant.until.map(|time| time.micros))
    .execute(connection)
    .await?;
    Ok(())
}
