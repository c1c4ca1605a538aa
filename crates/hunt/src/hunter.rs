//! Hunts: started, watched, stopped.
//!
//! In: a scope, a query, a stretch of time. Out: a result within the limits, or why there is none.
//! Never: work on the threads that answer requests; a hunt without an end.

use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures_util::StreamExt;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{oneshot, watch};
use wardwatch_model::{OrgId, Permission, Timestamp};
use wardwatch_store::{Lake, Lease, State, StoreError, TenantScope};

use crate::check;
use crate::error::HuntError;
use crate::limits::HuntLimits;
use crate::mask::Pseudonyms;
use crate::progress::{Counts, Progress};
use crate::result::HuntResult;
use crate::scope_exec::Gate;
use crate::session;
use crate::table::Events;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Query {
    /// One `SELECT` over `events`.
    pub sql: String,
    /// From when.
    pub from: Timestamp,
    /// Until when, not included.
    pub until: Timestamp,
    /// How many rows at most; none for as many as the limits allow.
    pub rows: Option<usize>,
}

/// Hunts over one lake; clones share threads and memory.
#[derive(Clone)]
pub struct Hunter {
    inner: Arc<Inner>,
}

struct Inner {
    state: State,
    lake: Lake,
    pseudonyms: Arc<dyn Pseudonyms>,
    limits: HuntLimits,
    files: Arc<RuntimeEnv>,
    /// Taken when this is dropped: a runtime must not be dropped by a thread of another one.
    threads: Option<Runtime>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

/// A hunt on its way; clones are the same one.
#[derive(Clone)]
pub struct Running {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
}

/// How a hunt ends.
pub type Outcome = oneshot::Receiver<Result<HuntResult, HuntError>>;

struct Shared {
    counts: Arc<Counts>,
    total: Progress,
    plan: OnceLock<Arc<dyn ExecutionPlan>>,
}

impl Running {
    /// How far it is.
    pub fn progress(&self) -> Progress {
        Progress {
            rows_read: self.shared.counts.rows_read.load(Ordering::Relaxed),
            rows_found: self.shared.counts.rows_found.load(Ordering::Relaxed),
            bytes_read: self.shared.plan.get().map_or(0, bytes_read),
            ..self.shared.total
        }
    }

    /// Stops it; its outcome is then that it was stopped, unless it had ended.
    pub fn cancel(&self) {
        self.stop.send_replace(true);
    }
}

/// Bytes that the plan's files were read for.
fn bytes_read(plan: &Arc<dyn ExecutionPlan>) -> u64 {
    let own = plan
        .metrics()
        .and_then(|metrics| metrics.sum_by_name("bytes_scanned"))
        .map_or(0, |bytes| bytes.as_usize() as u64);
    own + plan.children().into_iter().map(bytes_read).sum::<u64>()
}

impl Hunter {
    /// Over a lake and its catalogue.
    ///
    /// # Errors
    /// When the lake's folder or threads cannot be had.
    pub fn new(
        state: State,
        lake: Lake,
        pseudonyms: Arc<dyn Pseudonyms>,
        limits: HuntLimits,
    ) -> Result<Self, HuntError> {
        let files = session::runtime(lake.dir(), &limits).map_err(|error| HuntError::of(&error))?;
        let threads = Builder::new_multi_thread()
            .worker_threads(limits.threads.max(1))
            .thread_name("hunt")
            .enable_all()
            .build()
            .map_err(|error| HuntError::Lake(error.to_string()))?;
        let threads = Some(threads);
        Ok(Hunter { inner: Arc::new(Inner { state, lake, pseudonyms, limits, files, threads }) })
    }

    /// What hunts may use.
    pub fn limits(&self) -> &HuntLimits {
        &self.inner.limits
    }

    /// Whether a text would be taken, for whoever wants to keep it.
    ///
    /// # Errors
    /// Why it would not.
    pub fn check(&self, sql: &str) -> Result<(), HuntError> {
        check::check(sql, &self.inner.limits).map(|_| ())
    }

    /// Starts a hunt over the scope's organisations.
    ///
    /// # Errors
    /// When the query is not taken, the scope is not one of reading events, or the catalogue
    /// cannot be read.
    pub async fn start(
        &self,
        scope: &TenantScope,
        query: Query,
    ) -> Result<(Running, Outcome), HuntError> {
        if scope.permission() != Permission::ReadEvents {
            return Err(StoreError::NotPermitted(Permission::ReadEvents).into());
        }
        if query.from >= query.until {
            return Err(HuntError::Refused("the stretch of time ends before it begins".to_owned()));
        }
        check::check(&query.sql, &self.inner.limits)?;
        let inner = Arc::clone(&self.inner);
        let lease = inner.lake.lease(&inner.state, scope, query.from, query.until).await?;
        let files = lease.files();
        let total = Progress {
            rows_total: files.iter().map(|file| file.rows).sum(),
            files_total: files.len() as u64,
            bytes_total: files.iter().map(|file| file.bytes).sum(),
            ..Progress::default()
        };
        let counts = Arc::new(Counts::default());
        let codes = |orgs: &mut dyn Iterator<Item = &OrgId>| {
            orgs.map(|org| org.as_str().to_owned()).collect()
        };
        let gate = Gate {
            orgs: codes(&mut scope.orgs()),
            home: codes(&mut scope.home().iter()),
            from: query.from.micros,
            until: query.until.micros,
            pseudonyms: Arc::clone(&inner.pseudonyms),
            counts: Arc::clone(&counts),
        };
        let shared = Arc::new(Shared { counts, total, plan: OnceLock::new() });
        let (stop, mut stopped) = watch::channel(false);
        let (tell, outcome) = oneshot::channel();
        let running = Running { shared: Arc::clone(&shared), stop };
        let time = inner.limits.time;
        let work = async move {
            let hunt = hunt(&inner, gate, &lease, &query, &shared);
            let ended = tokio::select! {
                ended = tokio::time::timeout(time, hunt) => {
                    ended.unwrap_or(Err(HuntError::Time(time.as_secs())))
                }
                Ok(_) = stopped.wait_for(|stop| *stop) => Err(HuntError::Cancelled),
            };
            // Nobody listens any more when the caller has gone.
            let _ = tell.send(ended);
        };
        let threads = self.inner.threads.as_ref().expect("taken only when dropped");
        threads.spawn(work);
        Ok((running, outcome))
    }
}

async fn hunt(
    inner: &Inner,
    gate: Gate,
    lease: &Lease,
    query: &Query,
    shared: &Shared,
) -> Result<HuntResult, HuntError> {
    // Planning of a hostile query must not hold a thread for ever: it is bounded by `check`.
    run(inner, gate, lease, query, shared).await.map_err(|error| HuntError::of(&error))
}

async fn run(
    inner: &Inner,
    gate: Gate,
    lease: &Lease,
    query: &Query,
    shared: &Shared,
) -> Result<HuntResult, DataFusionError> {
    let limits = &inner.limits;
    let events = Events {
        gate: Arc::new(gate),
        files: lease.files().to_vec(),
        threads: limits.threads,
        late: true,
    };
    let context = session::context(Arc::clone(&inner.files), limits, Arc::new(events))?;
    let statement = check::check(&query.sql, limits)
        .map_err(|error| DataFusionError::Plan(error.to_string()))?;
    let state = context.state();
    let plan = state.statement_to_plan(statement).await?;
    let options =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    options.verify_plan(&plan)?;
    let plan = state.create_physical_plan(&plan).await?;
    shared.plan.get_or_init(|| Arc::clone(&plan));
    let mut result = HuntResult::new(&plan.schema());
    let rows = query.rows.unwrap_or(limits.rows).min(limits.rows);
    let mut stream = execute_stream(plan, context.task_ctx())?;
    while let Some(batch) = stream.next().await {
        let more = result.add(&batch?, rows, limits.result_bytes)?;
        shared.counts.rows_found.store(result.rows() as u64, Ordering::Relaxed);
        if !more {
            break;
        }
    }
    Ok(result)
}
