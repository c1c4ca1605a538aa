//! What gives access, listed: tokens and open codes, with who made them and when they were used.
//!
//! In: a scope. Out: lists. Never: a secret, or its hash.

use sqlx::Row;
use wardwatch_model::{OrgId, Permission, PersonId, Role, Timestamp, TokenId};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::{State, row};

/// A token's use is written down when it is this much later than the last that was: a write for
/// every request would be the most expensive part of most of them.
const USE_MICROS: i64 = 60 * 1_000_000;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Asks, with a role.
    Api(Role),
    /// Sends.
    Sender,
}

/// A token that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// Its identity.
    pub token: TokenId,
    /// What it is for.
    pub kind: TokenKind,
    /// The organisation that it belongs to.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// Who made it; none for those from before that was written down.
    pub made_by: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub last_used: Option<Timestamp>,
    /// When it ends, if it does.
    pub until: Option<Timestamp>,
}

/// A code that can still be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCode {
    /// The organisation of the sender that it will make.
    pub org: OrgId,
    /// The name of the sender that it will make.
    pub name: String,
    /// Who made it.
    pub made_by: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

impl State {
    /// The tokens of the scope that count at a moment, by organisation and name.
    pub async fn access_tokens(
        &self,
        scope: &TenantScope,
        now: Timestamp,
    ) -> Result<Vec<AccessToken>, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        let rows = sqlx::query(
            "SELECT id, role, org, name, made_by, created, last_seen, until FROM tokens
             WHERE revoked IS NULL AND (until IS NULL OR until > ?)
             AND org IN (SELECT value FROM json_each(?)) ORDER BY org, name, id",
        )
        .bind(now.micros)
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let tokens = rows
            .iter()
            .map(|found| {
                let role = row::word_or_none(found, 1)?;
                Ok(AccessToken {
                    token: TokenId(row::id(found, 0)?),
                    kind: role.map_or(TokenKind::Sender, TokenKind::Api),
                    org: row::word(found, 2)?,
                    name: found.try_get(3)?,
                    made_by: found.try_get(4)?,
                    created: row::time(found, 5)?,
                    last_used: row::time_or_none(found, 6)?,
                    until: row::time_or_none(found, 7)?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.was_read(scope, "read.tokens", "", tokens.iter().map(|token| &token.org)).await?;
        Ok(tokens)
    }

    /// The codes of the scope that can be used at a moment, the ones that end first before others.
    pub async fn open_codes(
        &self,
        scope: &TenantScope,
        now: Timestamp,
    ) -> Result<Vec<OpenCode>, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        let rows = sqlx::query(
            "SELECT org, name, made_by, created, until FROM codes
             WHERE used IS NULL AND until > ?
             AND org IN (SELECT value FROM json_each(?)) ORDER BY until, org, name",
        )
        .bind(now.micros)
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let codes = rows
            .iter()
            .map(|found| {
                Ok(OpenCode {
                    org: row::word(found, 0)?,
                    name: found.try_get(1)?,
                    made_by: found.try_get(2)?,
                    created: row::time(found, 3)?,
                    until: row::time(found, 4)?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.was_read(scope, "read.codes", "", codes.iter().map(|code| &code.org)).await?;
        Ok(codes)
    }

    /// Writes down that a token of the API was used, unless that was done just before.
    pub(super) async fn token_used(
        &self,
        token: TokenId,
        before: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if before.is_some_and(|before| now.micros - before.micros < USE_MICROS) {
            return Ok(());
        }
        let mut tx = self.write().await?;
        sqlx::query("UPDATE tokens SET last_seen = max(coalesce(last_seen, ?1), ?1) WHERE id = ?2")
            .bind(now.micros)
            .bind(token.0.as_slice())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Writes down that somebody logged in.
    pub(super) async fn logged_in(
        connection: &mut sqlx::SqliteConnection,
        person: PersonId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE people SET last_login = ? WHERE id = ?")
            .bind(now.micros)
            .bind(person.0.as_slice())
            .execute(connection)
            .await?;
        Ok(())
    }
}
