//! What endpoints need to change and try rules: the book, the right to read for the engine, and
//! the lake for back-tests.
//!
//! In: the parts. Out: calls without the parts. Never: a change without a scope; those are the
//! state's.

use std::sync::Arc;

use wardwatch_model::Timestamp;
use wardwatch_store::{Lake, State, StoreError, SystemScope};

use super::{ReloadError, RuleBook, Rules};
use crate::backtest::Backtests;

/// The book with what it needs.
#[derive(Clone)]
pub struct Desk {
    /// The rules in use.
    pub book: Arc<RuleBook>,
    /// Rules that are tried on stored events.
    pub backtests: Backtests,
    state: State,
    system: Arc<SystemScope>,
}

/// This server has no rules: it only stores and reads.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("this server has no rules")]
pub struct NoDesk;

impl Desk {
    /// Over open storage.
    pub fn new(book: Arc<RuleBook>, state: State, system: Arc<SystemScope>, lake: Lake) -> Self {
        let backtests = Backtests::new(state.clone(), system.clone(), lake);
        Desk { book, backtests, state, system }
    }

    /// Loads the rules again; says how many are in use then.
    ///
    /// # Errors
    /// When the rules in use stay.
    pub async fn reload(&self, now: Timestamp) -> Result<usize, ReloadError> {
        self.book.reload(&self.state, &self.system, now).await
    }

    /// The ids of rules that organisations wrote, in order; their findings have these as files.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn own_ids(&self) -> Result<Vec<String>, StoreError> {
        let own = self.state.own_rules(&self.system).await?;
        Ok(own.into_iter().map(|rule| rule.id.0).collect())
    }

    /// The rules in use, with what organisations decided up to now.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn rules(&self, now: Timestamp) -> Result<Arc<Rules>, StoreError> {
        self.book.follow(&self.state, &self.system, now).await
    }
}
