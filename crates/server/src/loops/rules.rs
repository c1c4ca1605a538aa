//! Rules loaded again when their files changed or somebody asks by SIGHUP; old counts forgotten.
//!
//! In: a stamp of the files, and signals. Out: other rules in use, or the old ones and why. Never: a
//! load of files that are still being written: a stamp must be the same twice.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use wardwatch_model::Timestamp;
use wardwatch_store::SystemScope;

use crate::app::App;
use crate::rules::ReloadError;

/// A number that is another one when what rules come from changed.
pub type Stamp = Box<dyn Fn() -> u64 + Send + Sync>;

/// Time between two looks at the files.
const INTERVAL: Duration = Duration::from_secs(2);
/// Looks between two rounds of forgetting.
const FORGET_EVERY: u32 = 1_800;
/// How long counts of hits and log sources are kept.
const KEPT_MICROS: i64 = 400 * 86_400 * 1_000_000;

/// The files that rules come from, as they were seen.
pub struct Watched {
    stamp: Arc<Stamp>,
    seen: Seen,
}

impl Watched {
    /// Call it before the rules are loaded, so that no change falls between.
    pub fn new(stamp: Stamp) -> Self {
        let seen = Seen { loaded: stamp(), last: None };
        Watched { stamp: Arc::new(stamp), seen }
    }

    /// Looks; says whether to load.
    async fn look(&mut self) -> bool {
        let stamp = Arc::clone(&self.stamp);
        let found = tokio::task::spawn_blocking(move || stamp()).await;
        found.is_ok_and(|found| self.seen.look(found))
    }
}

/// What was seen of the files.
#[derive(Debug)]
struct Seen {
    loaded: u64,
    last: Option<u64>,
}

impl Seen {
    /// Takes a stamp; says whether to load: it differs from what was loaded, and nothing changed
    /// since the look before.
    fn look(&mut self, stamp: u64) -> bool {
        let settled = self.last.replace(stamp) == Some(stamp);
        let load = settled && self.loaded != stamp;
        if load {
            self.loaded = stamp;
        }
        load
    }
}

/// Follows until told to stop.
pub async fn run(
    app: App,
    system: Arc<SystemScope>,
    mut watched: Option<Watched>,
    mut stop: watch::Receiver<bool>,
) {
    let mut hangups = signal(SignalKind::hangup()).ok();
    let mut looks = 0u32;
    while !*stop.borrow() {
        let asked = tokio::select! {
            () = tokio::time::sleep(INTERVAL) => false,
            () = hangup(&mut hangups) => true,
            _ = stop.changed() => continue,
        };
        let changed = match &mut watched {
            Some(watched) => watched.look().await,
            None => false,
        };
        if asked || changed {
            reload(&app).await;
        }
        looks += 1;
        if looks.is_multiple_of(FORGET_EVERY) {
            let before = Timestamp { micros: app.now().micros - KEPT_MICROS };
            if let Err(error) = app.state.forget_rule_counts(&system, before).await {
                tracing::warn!(%error, "old counts of rules could not be forgotten");
            }
        }
    }
}

async fn hangup(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

async fn reload(app: &App) {
    let Ok(desk) = app.desk() else { return };
    match desk.reload(app.now()).await {
        Ok(rules) => tracing::warn!(rules, "rules were loaded again"),
        Err(ReloadError::Refused(refused)) => {
            tracing::warn!(reason = %refused.reason, "the rules in use stay");
            for found in refused.diagnostics.iter().take(20) {
                tracing::warn!("{found}");
            }
        }
        Err(ReloadError::Store(error)) => tracing::error!(%error, "the rules in use stay"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_loaded_once_they_have_settled() {
        let mut seen = Seen { loaded: 1, last: None };
        let looks = [1, 1, 2, 3, 3, 3, 1, 1];
        let loads: Vec<bool> = looks.into_iter().map(|stamp| seen.look(stamp)).collect();
        assert_eq!(loads, [false, false, false, false, true, false, false, true]);
    }
}
