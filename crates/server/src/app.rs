//! What endpoints work with: storage, the clock, and what changed just now.
//!
//! One value, cheap to clone, handed to every endpoint. Loops get the same, so that what they
//! change is seen live, and so that they see what people changed.

mod hashing;
mod live;

use std::sync::Arc;

use tokio::sync::broadcast;
use wardwatch_model::{Incident, Timestamp};
use wardwatch_store::{Log, State};

use crate::care::Care;
use crate::clock::Clock;
use crate::http::AlertLists;
use crate::http::figures::Figures;
use crate::http::limits::Logins;
use crate::hunts::Hunts;
use crate::indicators::Indicators;
use crate::oidc::Oidc;
use crate::rules::{Desk, NoDesk};

pub use hashing::{Hashing, Overloaded};
pub use live::{Entry, Live, Subscription};

/// Incidents that people changed and that loops have not seen yet; beyond it the oldest are
/// dropped, and a loop that missed some reads them from the state.
const HANDLED: usize = 1_024;

/// What does not change while the server runs.
pub struct Settings {
    /// Whether people reach the server by TLS: cookies then go over nothing else.
    pub tls: bool,
    /// The key of pseudonyms for users' names above their organisation.
    pub pseudonym_key: [u8; 32],
    /// The seed of the key that signs evidence (Ed25519).
    pub evidence_key: [u8; 32],
    /// How long a session lasts, in seconds.
    pub session_seconds: i64,
    /// Whether webhooks may go to this machine and to private networks.
    pub local_targets: bool,
    /// Whether mail can be sent.
    pub mail: bool,
}

impl Default for Settings {
    /// No TLS, keys of zeros, sessions of twelve hours, webhooks to the outside only, no mail.
    fn default() -> Self {
        Settings {
            tls: false,
            pseudonym_key: [0; 32],
            evidence_key: [0; 32],
            session_seconds: 12 * 3600,
            local_targets: false,
            mail: false,
        }
    }
}

/// What endpoints work with.
#[derive(Clone)]
pub struct App {
    /// The state.
    pub state: State,
    /// The log.
    pub log: Log,
    /// What time it is.
    pub clock: Clock,
    /// Changes of incidents and campaigns, for whoever watches. Loops publish theirs here.
    pub live: Live,
    /// Incidents as people changed them, for the loop that folds detections.
    pub handled: broadcast::Sender<Arc<Incident>>,
    /// What does not change.
    pub settings: Arc<Settings>,
    /// Attempts to log in.
    pub logins: Arc<Logins>,
    /// Work with passwords.
    pub hashing: Hashing,
    /// Hunts over the lake; none where no lake is open.
    pub hunts: Option<Hunts>,
    /// Logins by another issuer, where there is one.
    pub oidc: Option<Arc<Oidc>>,
    /// Figures of requests, and whoever else has some for `/metrics`.
    pub figures: Arc<Figures>,
    /// Lists of indicators in use.
    pub indicators: Arc<Indicators>,
    /// What devices run, and what they are open to.
    pub care: Arc<Care>,
    /// Lists of alerts that were dear.
    pub alerts: Arc<AlertLists>,
    /// The rules in use; none in a server without.
    desk: Option<Arc<Desk>>,
}

impl App {
    /// Over open storage.
    pub fn new(state: State, log: Log, clock: Clock, settings: Settings) -> Self {
        let live = Live::new(clock.now());
        App {
            state,
            log,
            live,
            clock,
            handled: broadcast::Sender::new(HANDLED),
            settings: Arc::new(settings),
            logins: Arc::default(),
            hashing: Hashing::default(),
            hunts: None,
            oidc: None,
            figures: Arc::default(),
            indicators: Arc::default(),
            care: Arc::default(),
            alerts: Arc::default(),
            desk: None,
        }
    }

    /// With rules.
    #[must_use]
    pub fn with_rules(self, desk: Desk) -> Self {
        App { desk: Some(Arc::new(desk)), ..self }
    }

    /// The rules in use.
    ///
    /// # Errors
    /// When this server has none.
    pub fn desk(&self) -> Result<&Desk, NoDesk> {
        self.desk.as_deref().ok_or(NoDesk)
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
