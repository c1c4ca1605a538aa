//! Answers about very many devices, kept while nothing changes, and for a moment after.
//!
//! In: a question and its scope. Out: its answer, worked out now or not long ago. What is cheap is worked
//! out each time. A report leaves an answer to grow old, half a minute at most; any other change (what
//! people said, a campaign, a landscape, the tree) ends it. What a question asks for beside its scope
//! stands in its key. Never: an answer of another scope, or to another question.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wardwatch_estate::lifecycle::{Forecast, Leaving};
use wardwatch_estate::wave::{HalfYear, Wave};
use wardwatch_exposure::survey::{Devices, Row};
use wardwatch_model::{AlertFigures, OrgId};
use wardwatch_store::Kept;

use super::answer::Doubtful;
use super::decisions::ToDecide;
use super::protection::Stuck;

/// What leaves support, and the half-yearly waves in which its devices move.
pub type LeavingAndWaves = (Vec<Leaving>, BTreeMap<HalfYear, Wave>);

/// The answers, by question.
#[derive(Debug)]
pub struct Answers {
    /// Of which revision of the sector new ones are.
    revision: u64,
    pub(super) surveyed: Kept<Vec<Row>>,
    pub(super) doubtful: Kept<Doubtful>,
    pub(super) alike: Kept<Devices>,
    pub(super) figures: Kept<BTreeMap<OrgId, AlertFigures>>,
    pub(super) cliff: Kept<Forecast<OrgId>>,
    pub(super) leaving: Kept<LeavingAndWaves>,
    pub(super) to_decide: Kept<Vec<ToDecide>>,
    pub(super) stuck: Kept<Vec<Stuck>>,
}

/// What costs less is worked out each time: an answer that is kept is as true as a new one while nothing
/// changes, and after a report it grows old within twenty times what it cost.
const DEAR: Duration = Duration::from_millis(8);

impl Default for Answers {
    fn default() -> Self {
        Answers {
            revision: 0,
            surveyed: Kept::from(DEAR),
            doubtful: Kept::from(DEAR),
            alike: Kept::from(DEAR),
            figures: Kept::from(DEAR),
            cliff: Kept::from(DEAR),
            leaving: Kept::from(DEAR),
            to_decide: Kept::from(DEAR),
            stuck: Kept::from(DEAR),
        }
    }
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_dear_answer_is_worked_out_once_for_its_question_until_something_changes() {
        let mut answers = Answers::default();
        let worked = Cell::new(0);
        let ask = |answers: &Answers, key: &str| {
            let dear = || {
                worked.set(worked.get() + 1);
                std::thread::sleep(Duration::from_millis(25));
                Doubtful { worked_out: worked.get(), ..Doubtful::default() }
            };
            answers.of(&answers.doubtful, &key.into(), dear).worked_out
        };
        assert_eq!([ask(&answers, "12 [ZZ1]"), ask(&answers, "12 [ZZ1]")], [1, 1]);
        assert_eq!(ask(&answers, "12 [ZZ2]"), 2, "another scope");
        assert_eq!(ask(&answers, "13 [ZZ1]"), 3, "another question");
        assert_eq!(ask(&answers, "12 [ZZ1]"), 1);
        answers.end();
        assert_eq!(ask(&answers, "12 [ZZ1]"), 4);
        answers.grow_old();
        answers.end();
        assert_eq!(ask(&answers, "12 [ZZ1]"), 5);
    }
}
