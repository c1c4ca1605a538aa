//! The doors' view of state and log.
//!
//! In: secrets and batches from doors. Out: senders, and batches made durable. Never: an
//! organisation from anywhere but the sender's token.

use wardwatch_ingest::{Gate, Refused, Unavailable};
use wardwatch_store::{AppendError, Batch, Log, Sender, State};

use crate::clock::Clock;

/// State and log behind the doors.
#[derive(Clone)]
pub struct Doors {
    /// State.
    pub state: State,
    /// Log.
    pub log: Log,
    /// What time it is.
    pub clock: Clock,
}

impl Gate for Doors {
    async fn sender(&self, secret: &str) -> Result<Option<Sender>, Unavailable> {
        let found = self.state.sender(secret, self.clock.now()).await;
        found.map_err(|error| Unavailable(error.to_string()))
    }

    async fn take(&self, sender: &Sender, batch: Batch) -> Result<(), Refused> {
        match self.log.append(sender, batch, self.clock.now()).await {
            Ok(_) => Ok(()),
            Err(AppendError::Full | AppendError::Busy) => Err(Refused::Busy),
            Err(AppendError::TooLarge { limit, .. }) => Err(Refused::TooLarge { limit }),
            Err(error) => Err(Refused::Broken(error.to_string())),
        }
    }

    async fn redeem(&self, code: &str) -> Result<Option<String>, Unavailable> {
        let found = self.state.redeem_code(code, self.clock.now()).await;
        found
            .map(|redeemed| redeemed.map(|(_, secret)| secret))
            .map_err(|error| Unavailable(error.to_string()))
    }
}
