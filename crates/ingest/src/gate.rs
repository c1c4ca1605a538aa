//! What doors need of the rest: who a secret is, and where batches go.
//!
//! In: secrets as shippers send them, batches. Out: senders, and whether a batch is durable.
//! Never: an organisation from a payload; it comes with the sender.

use std::future::Future;

use wardwatch_store::{Batch, Sender};

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

    /// A sender's secret for a one-time code; `None` when the code is unknown, used or too old.
    fn redeem(
        &self,
        code: &str,
    ) -> impl Future<Output = Result<Option<String>, Unavailable>> + Send;
}

/// Why a batch was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too much waits already, or the disk is nearly full.
    #[error("busy: try again later")]
    Busy,
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

/// The state cannot be asked at the moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not available: {0}")]
pub struct Unavailable(pub String);
