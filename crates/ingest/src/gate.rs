//! What doors need of the rest: who a secret is, and where batches go.
//!
//! In: secrets as shippers send them, batches. Out: senders, and whether a batch is durable.
//! Never: an organisation from a payload; it comes with the sender.

use std::future::Future;
use std::sync::Arc;

use wardwatch_model::Timestamp;
use wardwatch_store::{Batch, Sender};

use crate::frames::ledger::Ledger;

/// The rest of the server, as doors see it.
pub trait Gate: Clone + Send + Sync + 'static {
    /// Who a secret belongs to; `None` when nobody.
    fn sender(
        &self,
        secret: &str,
    ) -> impl Future<Output = Result<Option<Sender>, Unavailable>> + Send;

    /// Keeps a batch; comes back when it would survive a loss of power.
    fn take(
        &self,
        sender: &Sender,
        batch: Batch,
    ) -> impl Future<Output = Result<(), Refused>> + Send;

    /// Who a verified certificate belongs to, by the SHA-256 of its DER form; `None` when nobody.
    fn certified(
        &self,
        fingerprint: &[u8; 32],
    ) -> impl Future<Output = Result<Option<Sender>, Unavailable>> + Send;

    /// Turns a one-time code into a sender, with a certificate for the signing request (PEM) when
    /// there is one; `None` when the code is unknown, used or too old.
    fn redeem(
        &self,
        code: &str,
        request: Option<&str>,
    ) -> impl Future<Output = Result<Option<Enrolled>, EnrolError>> + Send;

    /// Which numbered records were taken.
    fn ledger(&self) -> &Arc<Ledger>;

    /// What time it is.
    fn now(&self) -> Timestamp;
}

/// Why a batch was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too much waits already, or the disk is nearly full.
    #[error("busy: try again later")]
    Busy,
    /// The disk is nearly full.
    #[error("the disk is nearly full: try again later")]
    Full,
    /// The batch is larger than can be kept at once.
    #[error("too large: at most {limit} bytes at once")]
    TooLarge {
        /// Most bytes of a batch.
        limit: usize,
    },
    /// Something else went wrong that the sender cannot mend.
    #[error("not kept: {0}")]
    Broken(String),
}

impl Refused {
    /// Whether the same batch may be taken later.
    pub fn is_passing(&self) -> bool {
        matches!(self, Refused::Busy | Refused::Full)
    }
}

/// What a one-time code was turned into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The sender's secret.
    pub token: String,
    /// Its certificate and that of the authority, when it asked for one.
    pub certificate: Option<Certified>,
}

/// A sender's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certified {
    /// The certificate, as PEM.
    pub chain: String,
    /// The certificate of the authority that signed it, as PEM.
    pub ca: String,
}

/// Why a code was not turned into a sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// It cannot be done at the moment.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The signing request is none that can be signed.
    #[error("the signing request cannot be used: {0}")]
    Request(String),
}

/// The state cannot be asked at the moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not available: {0}")]
pub struct Unavailable(pub String);
