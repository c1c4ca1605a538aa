//! Answers that are dear, kept for a moment.
//!
//! In: an answer, the organisations that it speaks of, what it cost. Out: the same again, and whether it
//! is time to work it out anew. Never: an answer for other organisations; one that was cheap; one older
//! than half a minute, unless nothing has changed since.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What costs less is worked out each time, unless it is said.
const DEAR: Duration = Duration::from_millis(20);
/// So many times what it cost, an answer is good as it is; then it is worked out anew beside its readers.
const WORTH: u32 = 20;
/// No answer is older than this, unless it is still true.
const LONGEST: Duration = Duration::from_secs(30);
/// Answers that are kept at once.
const MOST: usize = 64;

/// Answers to one question, by the organisations that they speak of.
#[derive(Debug)]
pub struct Kept<T> {
    answers: Mutex<HashMap<Arc<str>, Answer<T>>>,
    dear: Duration,
}

#[derive(Debug)]
struct Answer<T> {
    value: Arc<T>,
    /// Of which revision of what it was worked out from; none where those are not counted.
    of: Option<u64>,
    at: Instant,
    cost: Duration,
    /// Whether somebody works it out anew.
    renewing: bool,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept::from(DEAR)
    }
}

impl<T> Kept<T> {
    /// For answers that cost so much or more.
    pub fn from(dear: Duration) -> Self {
        Kept { answers: Mutex::default(), dear }
    }

    /// The kept answer, and whether the caller is to work it out anew. One of the present revision is as
    /// good as a new one, however old.
    pub fn look(&self, orgs: &str, of: Option<u64>, now: Instant) -> Option<(Arc<T>, bool)> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get_mut(orgs)?;
        if of.is_some() && answer.of == of {
            return Some((Arc::clone(&answer.value), false));
        }
        let age = now.saturating_duration_since(answer.at);
        if age > LONGEST {
            return None;
        }
        let renew = age > answer.cost * WORTH && !answer.renewing;
        answer.renewing |= renew;
        Some((Arc::clone(&answer.value), renew))
    }

    /// Keeps an answer that was dear, of a revision.
    pub fn put(
        &self,
        orgs: &Arc<str>,
        (value, of): (&Arc<T>, Option<u64>),
        now: Instant,
        cost: Duration,
    ) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if cost < self.dear {
            answers.remove(orgs);
            return;
        }
        let lasts = |answer: &Answer<T>| of.is_some() && answer.of == of;
        answers.retain(|_, answer| {
            lasts(answer) || now.saturating_duration_since(answer.at) <= LONGEST
        });
        if answers.len() >= MOST && !answers.contains_key(orgs) {
            let oldest = answers.iter().min_by_key(|(_, answer)| answer.at);
            let oldest = oldest.map(|(orgs, _)| Arc::clone(orgs));
            oldest.and_then(|orgs| answers.remove(&orgs));
        }
        let value = Arc::clone(value);
        answers.insert(Arc::clone(orgs), Answer { value, of, at: now, cost, renewing: false });
    }

    /// Forgets all of them.
    pub fn clear(&self) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dear_is_kept_for_its_organisations_and_renewed_by_one() {
        let kept = Kept::default();
        let (one, start) = (Arc::<str>::from("[\"ZZ1\"]"), Instant::now());
        let after = |millis| start + Duration::from_millis(millis);
        let put = |value, at, cost| {
            kept.put(&one, (&Arc::new(value), None), after(at), Duration::from_millis(cost));
        };
        put(1, 0, 19);
        assert!(kept.look(&one, None, start).is_none(), "it was cheap");
        put(2, 0, 100);
        let look =
            |millis| kept.look(&one, None, after(millis)).map(|(value, renew)| (*value, renew));
        assert_eq!(look(2_000), Some((2, false)));
        assert!(kept.look("[\"ZZ2\"]", None, start).is_none());
        assert_eq!(look(2_001), Some((2, true)));
        assert_eq!(look(2_002), Some((2, false)), "one renews it");
        put(3, 2_100, 100);
        assert_eq!(look(4_101), Some((3, true)));
        assert_eq!(look(33_000), None, "nobody came for long");
        kept.clear();
        assert_eq!(look(2_200), None);
    }

    #[test]
    fn an_answer_is_good_while_nothing_changes() {
        let kept = Kept::default();
        let (one, start) = (Arc::<str>::from("[\"ZZ1\"]"), Instant::now());
        kept.put(&one, (&Arc::new(1), Some(7)), start, Duration::from_millis(100));
        let look = |of, seconds| {
            let found = kept.look(&one, Some(of), start + Duration::from_secs(seconds));
            found.map(|(value, renew)| (*value, renew))
        };
        assert_eq!(look(7, 9_000), Some((1, false)));
        assert_eq!(look(8, 2), Some((1, false)), "a moment old");
        assert_eq!(look(8, 3), Some((1, true)));
        assert_eq!(look(8, 31), None);
    }

    #[test]
    fn no_more_are_kept_than_fit_and_the_oldest_goes() {
        let kept = Kept::default();
        let now = Instant::now();
        for n in 0..2 * MOST {
            let at = now + Duration::from_millis(n as u64);
            kept.put(&n.to_string().into(), (&Arc::new(n), None), at, DEAR);
        }
        assert_eq!(kept.answers.lock().unwrap().len(), MOST);
        assert!(kept.look(&(2 * MOST - 1).to_string(), None, now).is_some());
        assert!(kept.look("0", None, now).is_none());
    }
}
