//! Enrolment codes: printed on paper, typed once, turned into a sender's token.
//!
//! In: an organisation, or a code as typed. Out: the code, once; then a token. Never: a second
//! token for a code; a word on why a code does not work.

use serde_json::json;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::{OrgId, Permission, Timestamp, TokenId};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::secret::{self, Purpose};
use crate::state::audit::{self, Fact};
use crate::state::tokens::{self, NewToken};
use crate::state::{State, organisations, row};

impl State {
    /// Makes a code for one sender of an organisation.
    pub async fn create_code(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        name: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        scope.must_cover(org)?;
        let code = secret::create_code()?;
        let mut tx = self.write().await?;
        organisations::must_be_open(&mut tx, org).await?;
        sqlx::query(
            "INSERT INTO codes (hash, org, name, created, until, made_by)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(secret::hash_code(&code))
        .bind(org.as_str())
        .bind(name)
        .bind(now.micros)
        .bind(until.micros)
        .bind(scope.actor())
        .execute(&mut *tx)
        .await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action: "code.create",
            target: name,
            detail: json!({ "until": until }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(code)
    }

    /// Turns a code into a sender's token and its secret; none when the code is unknown, used or
    /// over. Small letters and missing hyphens do not matter.
    pub async fn redeem_code(
        &self,
        typed: &str,
        now: Timestamp,
    ) -> Result<Option<(TokenId, String)>, StoreError> {
        let mut tx = self.write().await?;
        let Some(redeemed) = redeem(&mut tx, typed, now).await? else { return Ok(None) };
        let fact = Fact {
            time: now,
            actor: &redeemed.name,
            org: Some(&redeemed.org),
            action: "code.redeem",
            target: &redeemed.token.to_string(),
            detail: serde_json::Value::Null,
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(Some((redeemed.token, redeemed.secret)))
    }
}

/// A sender that a code was turned into.
pub(super) struct NewSender {
    pub(super) org: OrgId,
    pub(super) name: String,
    pub(super) token: TokenId,
    pub(super) secret: String,
}

/// Uses a code up and makes its sender; none when the code is unknown, used or over.
pub(super) async fn redeem(
    connection: &mut SqliteConnection,
    typed: &str,
    now: Timestamp,
) -> Result<Option<NewSender>, StoreError> {
    let Some(code) = secret::clean_code(typed) else { return Ok(None) };
    let found = sqlx::query(
        "UPDATE codes SET used = ?1 WHERE hash = ?2 AND used IS NULL AND until > ?1
         RETURNING org, name, made_by",
    )
    .bind(now.micros)
    .bind(secret::hash_code(&code))
    .fetch_optional(&mut *connection)
    .await?;
    let Some(found) = found else { return Ok(None) };
    let (org, name): (OrgId, String) = (row::word(&found, 0)?, found.try_get(1)?);
    // Whoever made the code answers for the token.
    let made_by: Option<String> = found.try_get(2)?;
    let new = NewToken {
        purpose: Purpose::Sender,
        name: &name,
        org: &org,
        role: None,
        until: None,
        made_by: made_by.as_deref().unwrap_or_default(),
    };
    let (token, secret) = tokens::insert(connection, &new, now).await?;
    Ok(Some(NewSender { org, name, token, secret }))
}
