//! Notifications leave the outbox: webhooks one request each, mail as a letter or a digest.
//!
//! In: the outbox. Out: requests and mails; what cannot be delivered is tried again, later and
//! later, for a day, and then given up and shown. Never: one subscriber's silence that holds up
//! another's news; a loss by a restart, since the outbox is a table.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wardwatch_model::{Notification, Permission, SubscriptionId, Timestamp};
use wardwatch_store::{SubscriptionKind, SystemScope, Waiting};

use crate::app::App;
use crate::notify::mail::Mailer;
use crate::notify::webhook::Webhooks;

/// Time between two looks into the outbox.
const INTERVAL: Duration = Duration::from_secs(1);
/// Subscriptions that are served at once.
const AT_ONCE: usize = 8;
/// Requests to one webhook in a round.
const REQUESTS: usize = 20;
/// Notifications of one subscription that are read at once, and so the largest digest.
const READ: u32 = 500;
/// Seconds between two mails of one subscription: what comes meanwhile goes into one digest.
const MAIL_SECONDS: i64 = 60;
/// Mails of all subscriptions in a minute.
const MAILS_A_MINUTE: usize = 60;
/// Seconds between two looks for what was given up long ago.
const FORGET_SECONDS: i64 = 3_600;
/// Days that what was given up is kept, to be shown.
const KEPT_DAYS: i64 = 30;
/// Seconds until the next attempt, after the first, the second, …; then hourly.
const FIRST_DELAYS: [i64; 8] = [10, 30, 60, 120, 300, 600, 1_200, 1_800];
const DELAY: i64 = 3_600;
/// Attempts until a notification is given up: a day after the first.
const ATTEMPTS: u32 = 31;

/// The loop.
#[derive(Clone)]
pub struct Notify {
    /// State and clock.
    pub app: App,
    /// The right to see the outbox.
    pub system: Arc<SystemScope>,
    /// How webhooks are sent to.
    pub webhooks: Webhooks,
    /// How mail is sent, where there is a server of mail.
    pub mailer: Option<Mailer>,
    /// When mails went out in the last minute.
    pub mails: Arc<Mutex<Vec<Timestamp>>>,
}

impl Notify {
    /// Over open storage.
    pub fn new(app: App, system: Arc<SystemScope>, mailer: Option<Mailer>) -> Self {
        let webhooks = Webhooks::new(app.settings.local_targets);
        Notify { app, system, webhooks, mailer, mails: Arc::default() }
    }

    /// Delivers until told to stop. What is under way then is tried again after the next start.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut busy: HashSet<SubscriptionId> = HashSet::new();
        let mut running: JoinSet<SubscriptionId> = JoinSet::new();
        let mut forgot = self.app.now();
        while !*stop.borrow() {
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                Some(done) = running.join_next(), if !running.is_empty() => {
                    match done {
                        Ok(subscription) => { busy.remove(&subscription); }
                        // One that panicked would stay busy for ever.
                        Err(_) => { running.shutdown().await; busy.clear(); }
                    }
                    continue;
                }
                _ = stop.changed() => continue,
            }
            if self.app.now().micros - forgot.micros >= FORGET_SECONDS * 1_000_000 {
                forgot = self.app.now();
                if let Err(error) = self.forget().await {
                    tracing::warn!(%error, "the outbox cannot be tidied");
                }
            }
            match self.app.state.due(&self.system, self.app.now(), READ).await {
                Ok(all) => {
                    for waiting in all {
                        if busy.len() >= AT_ONCE || !busy.insert(waiting.subscription) {
                            continue;
                        }
                        let this = self.clone();
                        running.spawn(async move {
                            let subscription = waiting.subscription;
                            if let Err(error) = this.serve(waiting).await {
                                tracing::warn!(%error, "notifications could not be delivered");
                            }
                            subscription
                        });
                    }
                }
                Err(error) => tracing::warn!(%error, "the outbox cannot be read"),
            }
        }
        running.shutdown().await;
    }

    /// Serves every subscription with something due, one after the other.
    ///
    /// # Errors
    /// When the state fails.
    pub async fn round(&self) -> Result<()> {
        for waiting in self.app.state.due(&self.system, self.app.now(), READ).await? {
            self.serve(waiting).await?;
        }
        self.forget().await
    }

    /// Forgets what was given up long ago.
    async fn forget(&self) -> Result<()> {
        let kept = KEPT_DAYS * 86_400 * 1_000_000;
        let before = Timestamp { micros: self.app.now().micros - kept };
        Ok(self.app.state.forget_given_up(&self.system, before).await?)
    }

    async fn serve(&self, waiting: Waiting) -> Result<()> {
        match waiting.kind {
            SubscriptionKind::Webhook => self.webhook(waiting).await,
            SubscriptionKind::Mail => self.mail(waiting).await,
        }
    }

    /// One request after the other, until one fails.
    async fn webhook(&self, waiting: Waiting) -> Result<()> {
        let key = waiting.secret.unwrap_or_default();
        for parcel in waiting.parcels.into_iter().take(REQUESTS) {
            let now = self.app.now();
            let (webhooks, address, key) =
                (self.webhooks.clone(), waiting.address.clone(), key.clone());
            let notification = parcel.notification;
            let sent = tokio::task::spawn_blocking(move || {
                webhooks.send(&address, &key, &notification, now)
            })
            .await?;
            match sent {
                Ok(()) => self.delivered(waiting.subscription, &[parcel.seq]).await?,
                Err(error) => {
                    let why = error.to_string();
                    return self.failed(waiting.subscription, parcel.attempts, &why).await;
                }
            }
        }
        Ok(())
    }

    /// All that is due in one mail, unless one went out just before.
    async fn mail(&self, waiting: Waiting) -> Result<()> {
        let now = self.app.now();
        let soon = |last: Timestamp| now.micros - last.micros < MAIL_SECONDS * 1_000_000;
        if waiting.last_success.is_some_and(soon) {
            return Ok(());
        }
        let seqs: Vec<i64> = waiting.parcels.iter().map(|parcel| parcel.seq).collect();
        let attempts = waiting.parcels.iter().map(|parcel| parcel.attempts).max().unwrap_or(0);
        if !self.may_still_read(&waiting).await? {
            let why = "the person may no longer read findings there";
            // No use in trying again.
            return self.undelivered(waiting.subscription, now, 0, why).await;
        }
        let Some(mailer) = self.mailer.clone() else {
            let why = "this server sends no mail";
            return self.failed(waiting.subscription, attempts, why).await;
        };
        if !self.takes_a_place(now) {
            return Ok(());
        }
        let notifications: Vec<Notification> =
            waiting.parcels.into_iter().map(|parcel| parcel.notification).collect();
        let address = waiting.address;
        let sent =
            tokio::task::spawn_blocking(move || mailer.send(&address, &notifications)).await?;
        match sent {
            Ok(()) => self.delivered(waiting.subscription, &seqs).await,
            Err(error) => self.failed(waiting.subscription, attempts, &error.to_string()).await,
        }
    }

    /// Whether whoever is told may read what they are told of.
    async fn may_still_read(&self, waiting: &Waiting) -> Result<bool> {
        let Some(person) = waiting.person else { return Ok(true) };
        let principal = self.app.state.principal(person, self.app.now()).await?;
        let scope = principal.and_then(|principal| principal.scope(Permission::ReadFindings));
        Ok(scope.is_some_and(|scope| scope.covers(&waiting.org)))
    }

    /// Whether there is room for another mail in this minute; it is taken then.
    fn takes_a_place(&self, now: Timestamp) -> bool {
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.retain(|sent| now.micros - sent.micros < 60_000_000);
        let room = mails.len() < MAILS_A_MINUTE;
        if room {
            mails.push(now);
        }
        room
    }

    async fn delivered(&self, subscription: SubscriptionId, seqs: &[i64]) -> Result<()> {
        Ok(self.app.state.delivered(&self.system, subscription, seqs, self.app.now()).await?)
    }

    /// Tried again later, or given up when it was tried for a day.
    async fn failed(&self, subscription: SubscriptionId, attempts: u32, why: &str) -> Result<()> {
        let now = self.app.now();
        tracing::info!(%subscription, why, "notifications wait");
        self.undelivered(subscription, after(attempts, now), ATTEMPTS, why).await
    }

    async fn undelivered(
        &self,
        subscription: SubscriptionId,
        next: Timestamp,
        most: u32,
        why: &str,
    ) -> Result<()> {
        let (state, now) = (&self.app.state, self.app.now());
        Ok(state.undelivered(&self.system, subscription, why, next, most, now).await?)
    }
}

/// When to try again after so many attempts before the one that failed now.
fn after(attempts: u32, now: Timestamp) -> Timestamp {
    let seconds = FIRST_DELAYS.get(attempts as usize).copied().unwrap_or(DELAY);
    Timestamp { micros: now.micros + seconds * 1_000_000 }
}

#[cfg(test)]
mod tests;
