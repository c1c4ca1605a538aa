//! What time it is, as an argument: the machine's clock in service, a hand-set one in tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use wardwatch_model::Timestamp;

/// Tells the time.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    Machine,
    /// One that stands still until it is set; microseconds since 1970.
    Hand(Arc<AtomicI64>),
}

impl Clock {
    /// Now.
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::Machine => {
                let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
                let micros = since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(0));
                Timestamp { micros }
            }
            Clock::Hand(micros) => Timestamp { micros: micros.load(Ordering::Relaxed) },
        }
    }
}
