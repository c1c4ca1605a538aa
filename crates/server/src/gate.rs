//! The doors' view of state and log.
//!
//! In: secrets, certificates and batches from doors. Out: senders, and batches made durable. Never:
//! an organisation from anywhere but the sender's token, or the certificate that stands for it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use wardwatch_ingest::{Certified, EnrolError, Enrolled, Gate, Ledger, Refused, Unavailable};
use wardwatch_model::Timestamp;
use wardwatch_store::{AppendError, Batch, Log, Received, Sender, State, StoreError, SystemScope};

use crate::clock::Clock;
use crate::tls::authority::{Authority, SigningRequest};

/// Bytes of the log that are looked through at once at a start.
const BYTES_AT_ONCE: usize = 16 << 20;

/// State and log behind the doors.
#[derive(Clone)]
pub struct Doors {
    /// State.
    pub state: State,
    /// Log.
    pub log: Log,
    /// What time it is.
    pub clock: Clock,
    /// Which numbered records were taken.
    pub ledger: Arc<Ledger>,
    /// Who signs senders' certificates.
    pub authority: Arc<Authority>,
}

/// The ledger as the last run left it: what the state kept, and what the log holds behind that.
///
/// # Errors
/// When state or log cannot be read.
pub async fn ledger(
    state: &State,
    system: &SystemScope,
    log: &Log,
    grace: Duration,
    now: Timestamp,
) -> Result<Arc<Ledger>> {
    let ledger = Ledger::new(grace);
    ledger.resume(state.tracks(system).await?, now);
    let mut position = state.position(system).await?;
    loop {
        let entries = log.read_from(position, BYTES_AT_ONCE).await;
        let entries = entries.context("the log behind the state cannot be read")?;
        let Some((last, _)) = entries.last() else { return Ok(Arc::new(ledger)) };
        position = Some(*last);
        for (_, entry) in &entries {
            if let Some(received) = Received::of(entry) {
                ledger.replay(&entry.sender(), &received, now);
            }
        }
    }
}

impl Gate for Doors {
    async fn sender(&self, secret: &str) -> Result<Option<Sender>, Unavailable> {
        let found = self.state.sender(secret, self.clock.now()).await;
        found.map_err(|error| Unavailable(error.to_string()))
    }

    async fn certified(&self, fingerprint: &[u8; 32]) -> Result<Option<Sender>, Unavailable> {
        let found = self.state.certified_sender(fingerprint, self.clock.now()).await;
        found.map_err(|error| Unavailable(error.to_string()))
    }

    async fn take(&self, sender: &Sender, batch: Batch) -> Result<(), Refused> {
        match self.log.append(sender, batch, self.clock.now()).await {
            Ok(_) => Ok(()),
            Err(AppendError::Busy) => Err(Refused::Busy),
            Err(AppendError::Full) => Err(Refused::Full),
            Err(AppendError::TooLarge { limit, .. }) => Err(Refused::TooLarge { limit }),
            Err(error) => Err(Refused::Broken(error.to_string())),
        }
    }

    async fn redeem(
        &self,
        code: &str,
        request: Option<&str>,
    ) -> Result<Option<Enrolled>, EnrolError> {
        let unavailable = |error: StoreError| Unavailable(error.to_string());
        let now = self.clock.now();
        let Some(request) = request else {
            let redeemed = self.state.redeem_code(code, now).await.map_err(unavailable)?;
            return Ok(redeemed.map(|(_, token)| Enrolled { token, certificate: None }));
        };
        // Checked before the code is looked at: a code is not wasted on a request that is none.
        let request = SigningRequest::parse(request)
            .map_err(|error| EnrolError::Request(error.to_string()))?;
        let authority = self.authority.clone();
        let sign = move |org: &_, token| {
            authority.sender(request, org, token, now).map_err(|error| error.to_string())
        };
        let redeemed = self.state.redeem_code_for_certificate(code, now, sign).await;
        let redeemed = match redeemed {
            // Most likely a kind of key that the authority does not sign for.
            Err(StoreError::NotSigned(reason)) => return Err(EnrolError::Request(reason)),
            other => other.map_err(unavailable)?,
        };
        Ok(redeemed.map(|redeemed| Enrolled {
            token: redeemed.secret,
            certificate: Some(Certified {
                chain: redeemed.certificate,
                ca: self.authority.pem().to_owned(),
            }),
        }))
    }

    fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
