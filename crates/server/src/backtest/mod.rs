//! Rules tried on stored events, in the background.
//!
//! In: a rule, a scope, a stretch of time. Out: how far it is, and what was found up to then. Never:
//! an event outside the scope; a detection stored.

mod tally;
pub mod trial;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use wardwatch_api::backtest::{Backtest, BacktestState};
use wardwatch_model::{BacktestId, OrgId, RuleId, Timestamp};
use wardwatch_store::{Lake, State, StoreError, SystemScope, TenantScope};

use crate::clock::Clock;
use trial::Trial;
pub use trial::{Tried, TryError};

/// Back-tests that run at once.
const RUNNING: usize = 2;
/// Back-tests that are remembered.
const REMEMBERED: usize = 100;
/// Events that one looks at, at most.
const MAX_ROWS: u64 = 50_000_000;
/// How long one runs, at most.
const MAX_TIME: Duration = Duration::from_secs(15 * 60);

/// What is to be tried.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The rule.
    pub tried: Tried,
    /// Whose events.
    pub scope: TenantScope,
    /// Events from this time on.
    pub from: Timestamp,
    /// Events before this time.
    pub until: Timestamp,
}

/// As many run as may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{RUNNING} back-tests run already: wait for one to end, or cancel it")]
pub struct TooMany;

/// All back-tests; clones share them.
#[derive(Clone)]
pub struct Backtests {
    shared: Arc<Shared>,
}

struct Shared {
    state: State,
    system: Arc<SystemScope>,
    lake: Lake,
    jobs: Mutex<BTreeMap<u64, Arc<Job>>>,
}

struct Job {
    id: BacktestId,
    orgs: Vec<OrgId>,
    cancelled: AtomicBool,
    told: Mutex<Backtest>,
}

impl Job {
    fn tell(&self, change: impl FnOnce(&mut Backtest)) {
        change(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn told(&self) -> Backtest {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Only to who may see all that it may hold.
    fn is_for(&self, scope: &TenantScope) -> bool {
        self.orgs.iter().all(|org| scope.covers(org))
    }
}

impl Backtests {
    /// Over open storage.
    pub fn new(state: State, system: Arc<SystemScope>, lake: Lake) -> Self {
        Backtests { shared: Arc::new(Shared { state, system, lake, jobs: Mutex::default() }) }
    }

    /// Starts one; it goes on by itself.
    ///
    /// # Errors
    /// When as many run as may.
    pub fn start(&self, plan: Plan, clock: Clock, id: BacktestId) -> Result<Backtest, TooMany> {
        let job = {
            let mut jobs = self.shared.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            let runs = |job: &&Arc<Job>| job.told().state == BacktestState::Running;
            if jobs.values().filter(runs).count() >= RUNNING {
                return Err(TooMany);
            }
            while jobs.len() >= REMEMBERED {
                let oldest = jobs.iter().find(|(_, job)| !runs(job)).map(|(number, _)| *number);
                let Some(oldest) = oldest else { break };
                jobs.remove(&oldest);
            }
            let number = jobs.keys().next_back().map_or(1, |last| last + 1);
            let job = Arc::new(Job {
                id,
                orgs: plan.scope.orgs().cloned().collect(),
                cancelled: AtomicBool::new(false),
                told: Mutex::new(started(&plan, id, clock.now())),
            });
            jobs.insert(number, Arc::clone(&job));
            job
        };
        let told = job.told();
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            let ended = run(&shared, &plan, &job).await;
            job.tell(|told| {
                (told.state, told.reason) = match ended {
                    Ok(End::All) => (BacktestState::Done, None),
                    Ok(End::Cut(why)) => (BacktestState::Cut, Some(why)),
                    Ok(End::Cancelled) => (BacktestState::Cancelled, None),
                    Err(error) => {
                        tracing::error!(%error, "a back-test could not go on");
                        (BacktestState::Failed, Some("stored events cannot be read".to_owned()))
                    }
                };
                told.ended = Some(clock.now());
            });
        });
        Ok(told)
    }

    /// How one stands; none when it is not there or not for this caller.
    pub fn get(&self, scope: &TenantScope, id: BacktestId) -> Option<Backtest> {
        self.job(scope, id).map(|job| job.told())
    }

    /// Those for this caller, newest first.
    pub fn list(&self, scope: &TenantScope) -> Vec<Backtest> {
        let jobs = self.shared.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.values().rev().filter(|job| job.is_for(scope)).map(|job| job.told()).collect()
    }

    /// Ends one; false when it is not there or not for this caller.
    pub fn cancel(&self, scope: &TenantScope, id: BacktestId) -> bool {
        let job = self.job(scope, id);
        job.map(|job| job.cancelled.store(true, Ordering::Relaxed)).is_some()
    }

    fn job(&self, scope: &TenantScope, id: BacktestId) -> Option<Arc<Job>> {
        let jobs = self.shared.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.values().find(|job| job.id == id && job.is_for(scope)).cloned()
    }
}

fn started(plan: &Plan, id: BacktestId, now: Timestamp) -> Backtest {
    let (rule, title) = plan.tried.name();
    Backtest {
        id,
        state: BacktestState::Running,
        reason: None,
        rule: RuleId(rule),
        title,
        from: plan.from,
        until: plan.until,
        started: now,
        ended: None,
        files: 0,
        files_read: 0,
        rows: 0,
        unreadable: 0,
        hits: 0,
        by_org: Vec::new(),
        by_device: Vec::new(),
        by_day: Vec::new(),
        alerts_a_day: 0.0,
        samples: Vec::new(),
    }
}

enum End {
    All,
    Cut(String),
    Cancelled,
}

async fn run(shared: &Shared, plan: &Plan, job: &Job) -> Result<End, StoreError> {
    let began = Instant::now();
    let files = shared.state.lake_files(&shared.system, Some(plan.from), Some(plan.until)).await?;
    job.tell(|told| told.files = files.len() as u64);
    let mut trial = Trial::new(plan.tried.clone());
    for file in files {
        if job.cancelled.load(Ordering::Relaxed) {
            return Ok(End::Cancelled);
        }
        let rows = match shared.lake.read(&plan.scope, &file).await {
            Ok(rows) => rows,
            // Merged with others since the list was made: what is in it would be read twice or not
            // at all, so the whole is not an answer.
            Err(StoreError::File { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                return Ok(End::Cut("files were merged meanwhile: try again".to_owned()));
            }
            Err(error) => return Err(error),
        };
        let (from, until) = (plan.from, plan.until);
        let done = tokio::task::spawn_blocking(move || {
            for row in rows.iter().filter(|row| row.time >= from && row.time < until) {
                trial.row(row);
            }
            trial
        });
        trial = done.await.map_err(|_| StoreError::Ending)?;
        job.tell(|told| {
            told.files_read += 1;
            trial.tell(told);
        });
        if trial.rows() >= MAX_ROWS {
            return Ok(End::Cut(format!("{MAX_ROWS} events were looked at: ask for less time")));
        }
        if began.elapsed() >= MAX_TIME {
            return Ok(End::Cut("it took too long: ask for less time".to_owned()));
        }
    }
    let done = tokio::task::spawn_blocking(move || {
        trial.correlate();
        trial
    });
    let trial = done.await.map_err(|_| StoreError::Ending)?;
    job.tell(|told| trial.tell(told));
    Ok(End::All)
}
