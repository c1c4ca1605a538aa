//! Hunts of people: how many at once, and their results for a while.
//!
//! In: a scope and a query. Out: how the hunt stands, and its result to whoever started it. Never:
//! a hunt without a record; a result for somebody whose scope does not cover it any more.

mod kept;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use wardwatch_hunt::{HuntError, HuntLimits, HuntResult, Hunter, Pseudonyms, Query, Running};
use wardwatch_model::{HuntId, OrgId, Timestamp};
use wardwatch_store::{HuntEnd, Lake, NewHunt, State, StoreError, SystemScope, TenantScope};

use crate::clock::Clock;
use kept::Kept;

/// Hunts of one caller at once.
const OWN: usize = 2;
/// Hunts at once.
const ALL: usize = 8;
/// Pages that ask the lake at once.
const LOOKS: usize = 2;
/// How long a caller may wait for a hunt with its first request, or for a page that asks the lake.
const WAIT: Duration = Duration::from_secs(20);

/// Why a hunt was not started.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// Too many run already.
    #[error("{0} of your hunts are running: wait for one, or stop it")]
    Own(usize),
    /// Too many run already, of others.
    #[error("{0} hunts are running: try again in a moment")]
    All(usize),
    /// The query is not taken, or the catalogue cannot be read.
    #[error(transparent)]
    Hunt(#[from] HuntError),
    /// It could not be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a hunt stands, as far as it is still remembered here.
#[derive(Clone)]
pub struct Standing {
    /// The hunt.
    pub running: Running,
    /// Its result, once it has ended with one.
    pub result: Option<Arc<HuntResult>>,
}

/// Who started a hunt, and over what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owner {
    actor: String,
    home: BTreeSet<OrgId>,
}

impl Owner {
    fn of(scope: &TenantScope) -> Self {
        Owner { actor: scope.actor().to_owned(), home: scope.home().clone() }
    }
}

/// Hunts, and the lake that they are over; clones share them.
#[derive(Clone)]
pub struct Hunts {
    hunter: Hunter,
    state: State,
    clock: Clock,
    kept: Arc<Mutex<Kept>>,
    /// Turns of pages that ask the lake.
    looks: Arc<Semaphore>,
    /// The lake, for what changes it at somebody's wish.
    pub lake: Lake,
    /// The right to do that.
    pub system: Arc<SystemScope>,
}

/// Users above their organisation, by the server's key.
struct Keyed([u8; 32]);

impl Pseudonyms for Keyed {
    fn user(&self, org: &OrgId, user: &str) -> String {
        wardwatch_incident::pseudonym(&self.0, org, user)
    }

    fn text(&self, org: &OrgId, user: Option<&str>, text: &str) -> String {
        wardwatch_incident::above_text(&self.0, org, user, text)
    }
}

impl Hunts {
    /// Over a lake.
    ///
    /// # Errors
    /// When the lake's folder or threads cannot be had.
    pub fn new(
        state: State,
        lake: Lake,
        system: Arc<SystemScope>,
        clock: Clock,
        pseudonym_key: [u8; 32],
        limits: HuntLimits,
    ) -> Result<Self, HuntError> {
        let keyed = Arc::new(Keyed(pseudonym_key));
        let hunter = Hunter::new(state.clone(), lake.clone(), keyed, limits)?;
        let looks = Arc::new(Semaphore::new(LOOKS));
        Ok(Hunts { hunter, state, clock, kept: Arc::default(), looks, lake, system })
    }

    /// Whether a query would be taken.
    ///
    /// # Errors
    /// Why it would not.
    pub fn check(&self, sql: &str) -> Result<(), HuntError> {
        self.hunter.check(sql)
    }

    /// Starts a hunt; waits for its end when asked to, but not for long.
    ///
    /// # Errors
    /// When too many run, or the query is not taken.
    pub async fn start(
        &self,
        scope: &TenantScope,
        new: NewHunt,
        rows: Option<usize>,
        wait: bool,
    ) -> Result<HuntId, NotStarted> {
        self.hunter.check(&new.sql)?;
        let owner = Owner::of(scope);
        let slot = self.slot(&owner)?;
        let now = self.clock.now();
        let id = self.state.start_hunt(scope, &new, now).await?;
        let query = Query { sql: new.sql, from: new.from, until: new.until, rows };
        let (running, outcome) = match self.hunter.start(scope, query).await {
            Ok(started) => started,
            Err(error) => {
                let why = error.to_string();
                self.state.end_hunt(scope, id, HuntEnd::Failed, 0, &why, now).await?;
                return Err(error.into());
            }
        };
        let orgs = scope.orgs().cloned().collect();
        let (tell, mut ended) = watch::channel(false);
        self.lock().add(id, owner, orgs, running, now);
        let (hunts, scope) = (self.clone(), scope.clone());
        tokio::spawn(async move {
            let outcome = outcome.await.unwrap_or(Err(HuntError::Cancelled));
            hunts.ended(&scope, id, outcome).await;
            drop(slot);
            tell.send_replace(true);
        });
        if wait {
            // Whether it has ended or not, the caller is told how it stands.
            let _ = tokio::time::timeout(WAIT, ended.wait_for(|ended| *ended)).await;
        }
        Ok(id)
    }

    /// Asks the lake for a page: not one of the caller's own hunts, and not for long.
    ///
    /// # Errors
    /// When the lake is busy, or cannot be read.
    pub async fn look(&self, scope: &TenantScope, query: Query) -> Result<HuntResult, HuntError> {
        let look = async {
            let _turn = self.looks.acquire().await.map_err(|_| HuntError::Cancelled)?;
            let (running, outcome) = self.hunter.start(scope, query).await?;
            let stop = StopLook(running);
            let outcome = outcome.await.unwrap_or(Err(HuntError::Cancelled));
            drop(stop);
            outcome
        };
        let waited = tokio::time::timeout(WAIT, look).await;
        waited.unwrap_or(Err(HuntError::Time(WAIT.as_secs())))
    }

    /// Writes down how a hunt ended, and keeps its result.
    async fn ended(&self, scope: &TenantScope, id: HuntId, outcome: Result<HuntResult, HuntError>) {
        let (end, rows, detail) = match &outcome {
            Ok(result) => (HuntEnd::Done, result.rows() as u64, String::new()),
            Err(HuntError::Cancelled) => (HuntEnd::Cancelled, 0, "it was stopped".to_owned()),
            Err(error) => {
                if let HuntError::Lake(reason) = error {
                    tracing::error!(%id, reason, "the lake could not be read for a hunt");
                }
                (HuntEnd::Failed, 0, error.to_string())
            }
        };
        let now = self.clock.now();
        self.lock().end(id, outcome.ok().map(Arc::new), now);
        if let Err(error) = self.state.end_hunt(scope, id, end, rows, &detail, now).await {
            tracing::error!(%id, %error, "the end of a hunt could not be written down");
        }
    }

    /// How a hunt stands, if this caller started it and may still see all that it looked into.
    pub fn standing(&self, scope: &TenantScope, id: HuntId) -> Option<Standing> {
        self.lock().get(scope, id, self.clock.now())
    }

    /// A place among the hunts that run.
    fn slot(&self, owner: &Owner) -> Result<Slot, NotStarted> {
        let mut kept = self.lock();
        let own = kept.places.iter().filter(|taken| *taken == owner).count();
        if own >= OWN {
            return Err(NotStarted::Own(own));
        }
        if kept.places.len() >= ALL {
            return Err(NotStarted::All(ALL));
        }
        kept.places.push(owner.clone());
        Ok(Slot { kept: Arc::clone(&self.kept), owner: owner.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among the hunts that run, given back when dropped.
struct Slot {
    kept: Arc<Mutex<Kept>>,
    owner: Owner,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.places.iter().position(|taken| *taken == self.owner) {
            kept.places.swap_remove(at);
        }
    }
}

/// Stops what was asked when nobody waits for it any more.
struct StopLook(Running);

impl Drop for StopLook {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// Whether something that ended at a moment is to be forgotten.
fn is_over(ended: Timestamp, now: Timestamp) -> bool {
    now.micros - ended.micros >= HOUR
}
