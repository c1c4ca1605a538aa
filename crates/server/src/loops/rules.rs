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

/// What the loop saw of the files.
#[derive(Debug, Default)]
pub struct Seen {
    loaded: Option<u64>,
    last: Option<u64>,
}

impl Seen {
    /// Takes a stamp; says whether to load: it differs from what was loaded, and nothing changed
    /// since the look before.
    pub fn look(&mut self, stamp: u64) -> bool {
        let settled = self.last.replace(stamp) == Some(stamp);
        let first = self.loaded.is_none();
        let load = settled && !first && self.loaded != Some(stamp);
        if load || first {
            self.loaded = Some(stamp);
        }
        load
    }
}

/// Follows until told to stop.
pub async fn run(
    app: App,
    system: Arc<SystemScope>,
    stamp: Option<Stamp>,
    mut stop: watch::Receiver<bool>,
) {
    let stamp = stamp.map(Arc::new);
    let mut hangups = signal(SignalKind::hangup()).ok();
    let mut seen = Seen::default();
    let mut looks = 0u32;
    while !*stop.borrow() {
        let asked = tokio::select! {
            () = tokio::time::sleep(INTERVAL) => false,
            () = hangup(&mut hangups) => true,
            _ = stop.changed() => continue,
        };
        let changed = match &stamp {
            Some(stamp) => {
                let stamp = Arc::clone(stamp);
                let found = tokio::task::spawn_blocking(move || stamp()).await;
                found.is_ok_and(|found| seen.look(found))
            }
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
        let mut seen = Seen::default();
        let looks = [1, 1, 2, 3, 3, 3, 1, 1];
        let loads: Vec<bool> = looks.into_iter().map(|stamp| seen.look(stamp)).collect();
        assert_eq!(loads, [false, false, false, false, true, false, false, true]);
    }
}
