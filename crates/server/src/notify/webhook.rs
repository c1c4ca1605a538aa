//! One request to a webhook: signed, encrypted, bounded in time and in what is read.
//!
//! In: an address, its key, a notification, the time. Out: nothing, or why not. Never: a redirect
//! followed; a proxy from the environment; an address inside, unless allowed.
//!
//! `Wardwatch-Signature: t=SECONDS,v1=HEX` holds an HMAC-SHA-256 by the webhook's key over the
//! seconds since 1970, a full stop and the body. `Wardwatch-Id` is the same for every attempt.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use wardwatch_model::{Notification, Timestamp};

use super::target::{self, TargetError};
use crate::outward;

/// Characters of a reason that are kept.
const REASON_CHARS: usize = 200;

/// Why a webhook did not take a notification.
#[derive(Debug, Error)]
pub enum WebhookError {
    /// It may not be a target, or no more.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// It answered without success.
    #[error("the answer was {0}, and only 2xx is taken as success")]
    Status(u16),
    /// It could not be reached.
    #[error("{0}")]
    Unreachable(String),
    /// The notification could not be written or signed.
    #[error("the notification cannot be written: {0}")]
    Body(String),
}

/// Sends to webhooks. Clones share their connections. Each call blocks.
#[derive(Clone)]
pub struct Webhooks {
    agent: Agent,
    local: bool,
}

impl Webhooks {
    /// With this machine's certificates; `local` allows this machine and private networks.
    pub fn new(local: bool) -> Self {
        let config = outward::config();
        let resolver = Outside { local, inner: DefaultResolver::default() };
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        Webhooks { agent, local }
    }

    /// Sends one notification.
    ///
    /// # Errors
    /// When it was not taken.
    pub fn send(
        &self,
        address: &str,
        key: &str,
        notification: &Notification,
        now: Timestamp,
    ) -> Result<(), WebhookError> {
        target::check(address, self.local)?;
        let body = serde_json::to_vec(notification)
            .map_err(|error| WebhookError::Body(error.to_string()))?;
        let signature = signature(key, now.micros.div_euclid(1_000_000), &body)?;
        let answer = self
            .agent
            .post(address)
            .header("content-type", "application/json")
            .header("wardwatch-id", notification.id.to_string())
            .header("wardwatch-event", notification.event.as_str())
            .header("wardwatch-signature", signature)
            .send(&body)
            .map_err(|error| WebhookError::Unreachable(reason(&error)))?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            status => Err(WebhookError::Status(status)),
        }
    }
}

/// What stands in the header for this body at this second.
fn signature(key: &str, seconds: i64, body: &[u8]) -> Result<String, WebhookError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map_err(|error| WebhookError::Body(error.to_string()))?;
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("t={seconds},v1={hex}"))
}

fn reason(error: &ureq::Error) -> String {
    error.to_string().chars().filter(|letter| !letter.is_control()).take(REASON_CHARS).collect()
}

/// Resolves names, and refuses what they resolve to when it lies inside: the connection is made to
/// the very addresses that were looked at.
#[derive(Debug)]
struct Outside {
    local: bool,
    inner: DefaultResolver,
}

impl Resolver for Outside {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let encrypted = uri.scheme_str() == Some("https");
        for address in found.iter().map(std::net::SocketAddr::ip) {
            // One address inside is enough to refuse: a name with both is up to something.
            if !self.local && !target::is_public(address) {
                let host = uri.host().unwrap_or_default().to_owned();
                return Err(ureq::Error::Other(Box::new(TargetError::Private(host))));
            }
            if !encrypted && !address.is_loopback() {
                return Err(ureq::Error::Other(Box::new(TargetError::NotEncrypted)));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_that_receivers_compute() {
        // By: printf '1494583200.{"a":1}' | openssl dgst -sha256 -hmac wh_key
        let made = signature("wh_key", 1_494_583_200, br#"{"a":1}"#).unwrap();
        let (time, hex) = made.split_once(",v1=").unwrap();
        assert_eq!(time, "t=1494583200");
        assert_eq!(hex, "bbcdb82d83b8d98d768677a8399a75252eb4529c35f913a1079d22d41520595c");
    }
}
