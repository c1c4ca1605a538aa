//! Certificates of senders: which sender a verified certificate stands for.
//!
//! In: a one-time code and what signs, or a fingerprint. Out: a sender with its certificate, or the
//! sender. Never: a private key; a certificate that outlives its token.

use serde_json::json;
use sqlx::Row;
use wardwatch_model::{OrgId, Timestamp, TokenId};

use crate::error::StoreError;
use crate::scope::Sender;
use crate::state::audit::{self, Fact};
use crate::state::{State, codes, row};

/// A certificate that was just signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCertificate {
    /// SHA-256 of its DER form.
    pub fingerprint: [u8; 32],
    /// Its serial number.
    pub serial: Vec<u8>,
    /// When it ends.
    pub until: Timestamp,
    /// The certificate itself as PEM, for its owner.
    pub pem: String,
}

/// A sender that a code made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// Its token's identity.
    pub token: TokenId,
    /// Its token's secret.
    pub secret: String,
    /// Its certificate as PEM.
    pub certificate: String,
}

impl State {
    /// Turns a code into a sender with a certificate; none when the code is unknown, used or over.
    /// `sign` gets the organisation and the token. When it fails the code stays unused.
    pub async fn redeem_code_for_certificate(
        &self,
        typed: &str,
        now: Timestamp,
        sign: impl FnOnce(&OrgId, TokenId) -> Result<NewCertificate, String> + Send,
    ) -> Result<Option<Redeemed>, StoreError> {
        let mut tx = self.write().await?;
        let Some(redeemed) = codes::redeem(&mut tx, typed, now).await? else { return Ok(None) };
        let codes::NewSender { org, name, token, secret } = redeemed;
        let signed = sign(&org, token).map_err(StoreError::NotSigned)?;
        sqlx::query(
            "INSERT INTO certificates (fingerprint, sender, serial, created, until)
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(signed.fingerprint.as_slice())
        .bind(token.0.as_slice())
        .bind(signed.serial.as_slice())
        .bind(now.micros)
        .bind(signed.until.micros)
        .execute(&mut *tx)
        .await?;
        let serial: String = signed.serial.iter().map(|byte| format!("{byte:02x}")).collect();
        let fact = Fact {
            time: now,
            actor: &name,
            org: Some(&org),
            action: "code.redeem",
            target: &token.to_string(),
            detail: json!({ "certificate": serial, "until": signed.until }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(Some(Redeemed { token, secret, certificate: signed.pem }))
    }

    /// Who a verified certificate stands for; none when it is unknown or over, or its token is
    /// revoked.
    pub async fn certified_sender(
        &self,
        fingerprint: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Sender>, StoreError> {
        let found = sqlx::query(
            "SELECT tokens.id, org, name FROM certificates
             JOIN tokens ON tokens.id = certificates.sender
             WHERE fingerprint = ?1 AND certificates.until > ?2 AND kind = 'sender'
             AND revoked IS NULL AND (tokens.until IS NULL OR tokens.until > ?2)",
        )
        .bind(fingerprint.as_slice())
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
}
