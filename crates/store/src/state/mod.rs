//! The state: organisations, people, tokens, findings, the log's position, the lake's catalogue,
//! the audit; in one SQLite file.
//!
//! In: scopes and values of the model. Out: the same. Never: a list of organisations built into
//! the text of a query; a read that leaves out the scope. One connection writes, so that writers
//! queue here and not in SQLite; several read beside it (WAL).

pub(crate) mod access;
pub(crate) mod accounts;
pub(crate) mod alerts;
pub(crate) mod audit;
pub(crate) mod campaigns;
pub(crate) mod care;
pub(crate) mod certificates;
pub(crate) mod closing;
pub(crate) mod codes;
pub(crate) mod commit;
pub(crate) mod contacts;
pub(crate) mod dear;
pub(crate) mod decisions;
pub(crate) mod detections;
pub(crate) mod devices;
pub(crate) mod erase;
pub(crate) mod files;
pub(crate) mod heard;
pub(crate) mod hunts;
pub(crate) mod identities;
pub(crate) mod incidents;
pub(crate) mod indicators;
pub(crate) mod inventories;
pub(crate) mod landscapes;
pub(crate) mod observations;
pub(crate) mod organisations;
pub(crate) mod outbox;
pub(crate) mod overview;
pub(crate) mod own_rules;
pub(crate) mod people;
pub(crate) mod plan_turns;
pub(crate) mod plans;
pub(crate) mod principals;
pub(crate) mod retention;
pub(crate) mod row;
pub(crate) mod rule_counts;
pub(crate) mod rule_settings;
pub(crate) mod saved_hunts;
pub(crate) mod services;
pub(crate) mod sessions;
pub(crate) mod start;
pub(crate) mod subscriptions;
pub(crate) mod suppressions;
pub(crate) mod tokens;
pub(crate) mod tracks;
pub(crate) mod within;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};
use wardwatch_model::OrgId;

use crate::error::StoreError;
use crate::scope::SystemScope;
use crate::state::dear::Dear;
use crate::tree::Tree;

/// How many connections read at once.
const READERS: u32 = 4;
/// How long a connection waits for another process that holds the file.
pub(crate) const BUSY: Duration = Duration::from_secs(10);
/// How long a caller waits for the writer before it gets an error. Writers wait in a queue.
const QUEUE: Duration = Duration::from_secs(60);

/// The state; clones share it.
#[derive(Debug, Clone)]
pub struct State {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    readers: SqlitePool,
    writer: SqlitePool,
    /// The tree of organisations as stored; none until asked for, and after a change.
    tree: RwLock<Option<Arc<Tree>>>,
    /// How often the tree, or what organisations decide about rules, changed since the start.
    changes: AtomicU64,
    /// Who read counts of which scope, and in which hour.
    surveyed: Mutex<HashMap<String, i64>>,
    /// Counts that are dear.
    dear: Dear,
}

impl State {
    /// Opens the file, makes it when it is not there, and brings its tables up to date. The scope
    /// over the whole sector is for the server's own loops.
    pub async fn open(path: &Path) -> Result<(State, SystemScope), StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(QUEUE)
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("./migrations").run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(QUEUE)
            .connect_with(options.read_only(true))
            .await?;
        let inner = Inner {
            readers,
            writer,
            tree: RwLock::new(None),
            changes: AtomicU64::new(0),
            surveyed: Mutex::default(),
            dear: Dear::default(),
        };
        Ok((State { inner: Arc::new(inner) }, SystemScope { _only_here: () }))
    }

    /// Closes all connections; later calls get an error. Dropping the state does the same, but
    /// not at once.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.close().await;
    }

    fn readers(&self) -> &SqlitePool {
        &self.inner.readers
    }

    /// A transaction that holds the right to write from its first statement on.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.inner.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// The tree of organisations.
    async fn tree(&self) -> Result<Arc<Tree>, StoreError> {
        if let Some(tree) = &*self.inner.tree.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(tree));
        }
        // Read by the writer's connection, so that no change lies between reading and keeping.
        let mut tx = self.write().await?;
        let tree = Arc::new(Tree::new(organisations::all(&mut tx).await?));
        *self.inner.tree.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&tree));
        tx.rollback().await?;
        Ok(tree)
    }

    /// Forgets the kept tree. Call it while the writing transaction is still open or just after.
    fn forget_tree(&self) {
        self.inner.dear.clear();
        *self.inner.tree.write().unwrap_or_else(PoisonError::into_inner) = None;
        self.note_change();
    }

    /// Counts a change of the tree or of what organisations decide about rules.
    fn note_change(&self) {
        self.inner.changes.fetch_add(1, Ordering::Release);
    }

    /// How often the tree of organisations, or what they decide about rules, changed since the
    /// start. Whoever remembers either looks here whether it is still so.
    pub fn changes(&self) -> u64 {
        self.inner.changes.load(Ordering::Acquire)
    }

    /// Each organisation with those above it, itself first.
    pub async fn lineage(&self, _: &SystemScope) -> Result<HashMap<OrgId, Vec<OrgId>>, StoreError> {
        Ok(self.tree().await?.lineage())
    }
}
