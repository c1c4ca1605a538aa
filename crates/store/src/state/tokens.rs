//! Tokens: of the API with a role, of senders without one.
//!
//! In: a name and an organisation, or a token's secret. Out: the secret, once; then who it is.
//! Never: a stored secret.

use std::sync::Arc;

use serde_json::json;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use wardwatch_model::{OrgId, Permission, Role, Timestamp, TokenId};

use crate::error::StoreError;
use crate::scope::{Principal, Sender, TenantScope};
use crate::secret::{self, Purpose};
use crate::state::audit::{self, Fact};
use crate::state::within::within;
use crate::state::{State, organisations, row};

/// A sender's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderInfo {
    /// Its identity.
    pub token: TokenId,
    /// Whose data it sends.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When something of it was last worked through.
    pub last_seen: Option<Timestamp>,
    /// How many events of it were worked through.
    pub events: u64,
    /// How many gaps in its devices' numbering were found and are still open.
    pub gaps: u64,
}

/// A token of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiTokenInfo {
    /// Its identity.
    pub token: TokenId,
    /// Where its role holds.
    pub org: OrgId,
    /// What it may be.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends, if it does.
    pub until: Option<Timestamp>,
}

/// A token to be stored.
pub(super) struct NewToken<'a> {
    pub(super) purpose: Purpose,
    pub(super) name: &'a str,
    pub(super) org: &'a OrgId,
    pub(super) role: Option<Role>,
    pub(super) until: Option<Timestamp>,
    pub(super) made_by: &'a str,
}

impl State {
    /// Makes a token of the API; gives its secret.
    pub async fn create_api_token(
        &self,
        scope: &TenantScope,
        name: &str,
        org: &OrgId,
        role: Role,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(TokenId, String), StoreError> {
        let made_by = scope.actor();
        let new = NewToken { purpose: Purpose::Api, name, org, role: Some(role), until, made_by };
        self.create_token(scope, new, now).await
    }

    /// Makes a sender's token; gives its secret.
    pub async fn create_sender(
        &self,
        scope: &TenantScope,
        name: &str,
        org: &OrgId,
        now: Timestamp,
    ) -> Result<(TokenId, String), StoreError> {
        let (purpose, made_by) = (Purpose::Sender, scope.actor());
        let new = NewToken { purpose, name, org, role: None, until: None, made_by };
        self.create_token(scope, new, now).await
    }

    async fn create_token(
        &self,
        scope: &TenantScope,
        new: NewToken<'_>,
        now: Timestamp,
    ) -> Result<(TokenId, String), StoreError> {
        scope.must_be_for(Permission::Administer)?;
        scope.must_cover(new.org)?;
        let mut tx = self.write().await?;
        organisations::must_be_open(&mut tx, new.org).await?;
        let made = insert(&mut tx, &new, now).await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(new.org),
            action: "token.create",
            target: &made.0.to_string(),
            detail: json!({ "name": new.name, "role": new.role, "until": new.until }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Who a token of the API is; none when it is unknown, over or revoked.
    pub async fn api_token(
        &self,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<Principal>, StoreError> {
        let Some(hash) = secret::hash(Purpose::Api, secret) else { return Ok(None) };
        let found = sqlx::query(
            "SELECT name, org, role, id, last_seen FROM tokens
             WHERE hash = ? AND kind = 'api' AND revoked IS NULL
             AND (until IS NULL OR until > ?)",
        )
        .bind(hash)
        .bind(now.micros)
        .fetch_optional(self.readers())
        .await?;
        let Some(found) = found else { return Ok(None) };
        let (name, org): (String, OrgId) = (found.try_get(0)?, row::word(&found, 1)?);
        let grants = vec![(org.clone(), row::word(&found, 2)?)];
        self.token_used(TokenId(row::id(&found, 3)?), row::time_or_none(&found, 4)?, now).await?;
        let tree = self.tree().await?;
        Ok(Some(Principal::new(&name, None, &org, grants, now, Arc::clone(&tree))))
    }

    /// Who a sender is; none when its token is unknown or revoked.
    pub async fn sender(&self, secret: &str, now: Timestamp) -> Result<Option<Sender>, StoreError> {
        let Some(hash) = secret::hash(Purpose::Sender, secret) else { return Ok(None) };
        let found = sqlx::query(
            "SELECT id, org, name FROM tokens
             WHERE hash = ? AND kind = 'sender' AND revoked IS NULL
             AND (until IS NULL OR until > ?)",
        )
        .bind(hash)
        .bind(now.micros)
        .fetch_optional(self.readers())
        .await?;
        found
            .map(|found| {
                let token = TokenId(row::id(&found, 0)?);
                Ok(Sender::new(row::word(&found, 1)?, token, found.try_get(2)?))
            })
            .transpose()
    }

    /// The senders of the scope that are not revoked, by organisation and name.
    pub async fn senders(&self, scope: &TenantScope) -> Result<Vec<SenderInfo>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT id, org, name, created, last_seen, events, gaps +
             coalesce((SELECT sum(tracks.gaps) FROM tracks WHERE sender = tokens.id), 0)
             FROM tokens WHERE kind = 'sender' AND revoked IS NULL AND ",
        );
        within(&mut query, "org", scope, None);
        query.push(" ORDER BY org, name, id");
        let rows = query.build().fetch_all(self.readers()).await?;
        let senders = rows
            .iter()
            .map(|found| {
                Ok(SenderInfo {
                    token: TokenId(row::id(found, 0)?),
                    org: row::word(found, 1)?,
                    name: found.try_get(2)?,
                    created: row::time(found, 3)?,
                    last_seen: row::time_or_none(found, 4)?,
                    events: row::count(found, 5)?,
                    gaps: row::count(found, 6)?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.was_read(scope, "read.senders", "", senders.iter().map(|sender| &sender.org)).await?;
        Ok(senders)
    }

    /// The tokens of the API in the scope that are not revoked, by organisation and name.
    pub async fn api_tokens(&self, scope: &TenantScope) -> Result<Vec<ApiTokenInfo>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, org, role, name, created, until FROM tokens
             WHERE kind = 'api' AND revoked IS NULL
             AND org IN (SELECT value FROM json_each(?)) ORDER BY org, name, id",
        )
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let tokens = rows
            .iter()
            .map(|found| {
                Ok(ApiTokenInfo {
                    token: TokenId(row::id(found, 0)?),
                    org: row::word(found, 1)?,
                    role: row::word(found, 2)?,
                    name: found.try_get(3)?,
                    created: row::time(found, 4)?,
                    until: row::time_or_none(found, 5)?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.was_read(scope, "read.tokens", "", tokens.iter().map(|token| &token.org)).await?;
        Ok(tokens)
    }

    /// Ends a token; says whether there was one in the scope.
    pub async fn revoke_token(
        &self,
        scope: &TenantScope,
        token: TokenId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        let mut tx = self.write().await?;
        let found = sqlx::query(
            "UPDATE tokens SET revoked = ? WHERE id = ? AND revoked IS NULL
             AND org IN (SELECT value FROM json_each(?)) RETURNING org, name",
        )
        .bind(now.micros)
        .bind(token.0.as_slice())
        .bind(scope.json())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else { return Ok(false) };
        let (org, name): (OrgId, String) = (row::word(&found, 0)?, found.try_get(1)?);
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(&org),
            action: "token.revoke",
            target: &token.to_string(),
            detail: json!({ "name": name }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Stores a new token; gives its secret.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    new: &NewToken<'_>,
    now: Timestamp,
) -> Result<(TokenId, String), StoreError> {
    let (id, secret) = (TokenId(secret::id()?), secret::create(new.purpose)?);
    sqlx::query(
        "INSERT INTO tokens (id, kind, hash, name, org, role, created, until, made_by)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.0.as_slice())
    .bind(if new.purpose == Purpose::Api { "api" } else { "sender" })
    .bind(secret::hash(new.purpose, &secret))
    .bind(new.name)
    .bind(new.org.as_str())
    .bind(new.role.map(Role::as_str))
    .bind(now.micros)
    .bind(new.until.map(|time| time.micros))
    .bind(new.made_by)
    .execute(connection)
    .await?;
    Ok((id, secret))
}
