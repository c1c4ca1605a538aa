//! Work with passwords: off the threads that answer, and only so much at once.
//!
//! Each takes 19 MiB and some hundredths of a second on purpose; without bound that would be a way
//! to take the server down.

use std::sync::Arc;

use thiserror::Error;
use tokio::sync::Semaphore;

/// How many at once.
const AT_ONCE: usize = 2;
/// How many may wait.
const WAITING: usize = 64;

/// So many wait already that another would wait too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too many people log in at once")]
pub struct Overloaded;

/// Room for work with passwords.
#[derive(Clone)]
pub struct Hashing {
    room: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Default for Hashing {
    fn default() -> Self {
        Hashing {
            room: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
        }
    }
}

impl Hashing {
    /// Does a piece of work when there is room for it.
    ///
    /// # Errors
    /// When too many wait already, or the work did not come to its end.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let _place = self.queue.try_acquire().map_err(|_| Overloaded)?;
        let turn = Arc::clone(&self.room).acquire_owned().await.map_err(|_| Overloaded)?;
        let done = tokio::task::spawn_blocking(move || {
            // Kept until the work is done, even when nobody waits for it any more.
            let _turn = turn;
            work()
        });
        done.await.map_err(|_| Overloaded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn beyond_the_queue_work_is_refused() {
        let hashing = Hashing::default();
        assert_eq!(hashing.run(|| 7).await, Ok(7));
        let held = hashing.queue.acquire_many((AT_ONCE + WAITING) as u32).await.unwrap();
        assert_eq!(hashing.run(|| 7).await, Err(Overloaded));
        drop(held);
        assert_eq!(hashing.run(|| 7).await, Ok(7));
    }
}
