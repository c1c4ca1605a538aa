//! Answers that are dear, kept for a moment.
//!
//! In: an answer, the organisations that it speaks of, what it cost. Out: the same again, and whether it
//! is time to work it out anew. Never: an answer for other organisations; one that was cheap; one older
//! than [`LONGEST`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What costs less is worked out each time.
const DEAR: Duration = Duration::from_millis(20);
/// So many times what it cost, an answer is good as it is; then it is worked out anew beside its readers.
const WORTH: u32 = 20;
/// No answer is older than this.
const LONGEST: Duration = Duration::from_secs(30);
/// Answers that are kept at once.
const MOST: usize = 64;

/// Answers to one question, by the organisations that they speak of.
#[derive(Debug)]
pub(crate) struct Kept<T>(Mutex<HashMap<Arc<str>, Answer<T>>>);

#[derive(Debug)]
struct Answer<T> {
    value: Arc<T>,
    at: Instant,
    cost: Duration,
    /// Whether somebody works it out anew.
    renewing: bool,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(Mutex::default())
    }
}

impl<T> Kept<T> {
    /// The kept answer, and whether the caller is to work it out anew.
    pub fn look(&self, orgs: &str, now: Instant) -> Option<(Arc<T>, bool)> {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get_mut(orgs)?;
        let age = now.saturating_duration_since(answer.at);
        if age > LONGEST {
            return None;
        }
        let renew = age > answer.cost * WORTH && !answer.renewing;
        answer.renewing |= renew;
        Some((Arc::clone(&answer.value), renew))
    }

    /// Keeps an answer that was dear.
    pub fn put(&self, orgs: &Arc<str>, value: &Arc<T>, now: Instant, cost: Duration) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cost < DEAR {
            answers.remove(orgs);
            return;
        }
        answers.retain(|_, answer| now.saturating_duration_since(answer.at) <= LONGEST);
        if answers.len() < MOST || answers.contains_key(orgs) {
            let value = Arc::clone(value);
            let answer = Answer { value, at: now, cost, renewing: false };
            answers.insert(Arc::clone(orgs), answer);
        }
    }

    /// Forgets all of them.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
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
        kept.put(&one, &Arc::new(1), start, Duration::from_millis(19));
        assert!(kept.look(&one, start).is_none(), "it was cheap");
        kept.put(&one, &Arc::new(2), start, Duration::from_millis(100));
        let look = |millis| kept.look(&one, after(millis)).map(|(value, renew)| (*value, renew));
        assert_eq!(look(2_000), Some((2, false)));
        assert!(kept.look("[\"ZZ2\"]", start).is_none());
        assert_eq!(look(2_001), Some((2, true)));
        assert_eq!(look(2_002), Some((2, false)), "one renews it");
        kept.put(&one, &Arc::new(3), after(2_100), Duration::from_millis(100));
        assert_eq!(look(4_101), Some((3, true)));
        assert_eq!(look(33_000), None, "nobody came for long");
        kept.clear();
        assert_eq!(look(2_200), None);
    }

    #[test]
    fn no_more_are_kept_than_fit() {
        let kept = Kept::default();
        let now = Instant::now();
        for n in 0..2 * MOST {
            kept.put(&n.to_string().into(), &Arc::new(n), now, DEAR);
        }
        assert_eq!(kept.0.lock().unwrap().len(), MOST);
    }
}
