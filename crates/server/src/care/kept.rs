//! Answers about very many devices, kept while nothing changes, and for a moment after.
//!
//! In: a question and its scope. Out: its answer, worked out now or not long ago. What is cheap is worked
//! out each time. A report leaves an answer to grow old, half a minute at most; any other change (what
//! people said, a campaign, a landscape, the tree) ends it. Never: an answer of another scope.

use std::sync::Arc;
use std::time::Instant;

use wardwatch_estate::lifecycle::{Forecast, Leaving};
use wardwatch_estate::wave::{HalfYear, Wave};
use wardwatch_exposure::survey::Devices;
use wardwatch_model::OrgId;
use wardwatch_store::Kept;

use super::answer::{Doubtful, Surveyed};
use super::decisions::ToDecide;
use super::protection::Stuck;

/// What leaves support, and the half-yearly waves in which its devices move.
pub type LeavingAndWaves = (Vec<Leaving>, std::collections::BTreeMap<HalfYear, Wave>);

/// The answers, by question.
#[derive(Debug, Default)]
pub struct Answers {
    /// Of which revision of the sector new ones are.
    revision: u64,
    pub(super) surveyed: Kept<Surveyed>,
    pub(super) doubtful: Kept<Doubtful>,
    pub(super) alike: Kept<Devices>,
    pub(super) cliff: Kept<Forecast<OrgId>>,
    pub(super) leaving: Kept<LeavingAndWaves>,
    pub(super) to_decide: Kept<Vec<ToDecide>>,
    pub(super) stuck: Kept<Vec<Stuck>>,
}

impl Answers {
    /// Says that a device reported.
    pub(super) fn grow_old(&mut self) {
        self.revision += 1;
    }

    /// Forgets all of them.
    pub(super) fn end(&mut self) {
        *self = Answers { revision: self.revision + 1, ..Answers::default() };
    }

    /// An answer by its key, or worked out and kept.
    pub(super) fn of<T>(&self, kept: &Kept<T>, key: &Arc<str>, work: impl FnOnce() -> T) -> Arc<T> {
        let (of, began) = (Some(self.revision), Instant::now());
        // Who is to renew an answer waits for it; others have the old one meanwhile.
        if let Some((answer, false)) = kept.look(key, of, began) {
            return answer;
        }
        let answer = Arc::new(work());
        kept.put(key, (&answer, of), Instant::now(), began.elapsed());
        answer
    }
}

/// A key for a question that asks for more than a scope.
pub(super) fn with(scope: &Arc<str>, more: impl std::fmt::Display) -> Arc<str> {
    format!("{more} {scope}").into()
}
