//! Counts that are dear over a whole sector, kept for a moment.
//!
//! In: whose, and how to count. Out: the count, where counting is dear at most half a minute old. Never: a
//! count that was cheap and is not the present one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::StoreError;
use crate::kept::Kept;
use crate::state::State;
use crate::state::heard::HeardDevices;
use crate::state::overview::DetectionSpan;
use crate::state::rule_counts::{RuleClosings, RuleSums};

/// What people change themselves is counted anew each time, unless that takes this long.
const MUCH: Duration = Duration::from_millis(100);

/// Those that are kept.
#[derive(Debug)]
pub(super) struct Dear {
    pub(super) heard: Kept<Vec<HeardDevices>>,
    pub(super) spans: Kept<Vec<DetectionSpan>>,
    pub(super) sums: Kept<Vec<RuleSums>>,
    pub(super) closings: Kept<Vec<RuleClosings>>,
}

impl Default for Dear {
    fn default() -> Self {
        Dear {
            heard: Kept::default(),
            // Nobody changes these: what comes in is in them a moment later.
            spans: Kept::default(),
            sums: Kept::from(MUCH),
            closings: Kept::from(MUCH),
        }
    }
}

impl Dear {
    /// Forgets all of them.
    pub(super) fn clear(&self) {
        self.heard.clear();
        self.spans.clear();
        self.sums.clear();
        self.closings.clear();
    }
}

impl State {
    /// What is kept under a key, or counted now. Who comes when it grows old gets it as it is, while it is
    /// counted anew.
    pub(super) async fn dear<T, C>(
        &self,
        of: fn(&Dear) -> &Kept<T>,
        key: Arc<str>,
        count: impl FnOnce(State) -> C + Send + 'static,
    ) -> Result<Arc<T>, StoreError>
    where
        T: Send + Sync + 'static,
        C: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let known = of(&self.inner.dear).look(&key, None, Instant::now());
        let state = self.clone();
        let count = async move {
            let began = Instant::now();
            let counted = Arc::new(count(state.clone()).await?);
            let kept = (&counted, None);
            of(&state.inner.dear).put(&key, kept, Instant::now(), began.elapsed());
            Ok(counted)
        };
        match known {
            None => count.await,
            Some((known, renew)) => {
                if renew {
                    // When that fails the known one grows old, and whoever asks then gets the error.
                    tokio::spawn(async move { count.await.is_ok() });
                }
                Ok(known)
            }
        }
    }
}
