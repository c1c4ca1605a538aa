//! Lists of indicators kept up: the matcher follows lists and organisations, sources are pulled
//! when they are due, and history is searched for what is new.
//!
//! In: the state. Out: a matcher, lists, sightings from history. Never: one of the three held up
//! by another; a source asked again at once when it failed; a secret in a log.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::{oneshot, watch};
use wardwatch_feeds::fetch::Credentials;
use wardwatch_feeds::pull::{self, Source};
use wardwatch_model::Timestamp;
use wardwatch_store::{Lake, SourceSecret, SystemScope};

use crate::app::App;
use crate::indicators::History;

/// Time between two looks when nobody says that something changed.
const INTERVAL: Duration = Duration::from_secs(5);
/// First wait after a source failed; doubled with every further failure.
const FIRST_WAIT_SECONDS: u64 = 60;
/// Longest wait after failures.
const LONGEST_WAIT_SECONDS: u64 = 6 * 3600;
/// Characters of an error that are kept.
const ERROR_CHARS: usize = 500;

/// Keeps lists up until told to stop. What fails is said and tried again.
pub async fn run(app: App, system: Arc<SystemScope>, lake: Lake, stop: watch::Receiver<bool>) {
    if let Err(error) = app.state.sweep_indicators(&system).await {
        tracing::warn!(%error, "what earlier loads of indicators left behind was not removed");
    }
    let history = History { app: app.clone(), system: system.clone(), lake };
    tokio::join!(
        follow(&app, &system, stop.clone()),
        pull_due(&app, &system, stop.clone()),
        search(&history, stop),
    );
}

/// Waits until something changed or some time is over; false when it is time to stop.
async fn wait(changes: &mut watch::Receiver<u64>, stop: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        _ = changes.changed() => {}
        () = tokio::time::sleep(INTERVAL) => {}
        _ = stop.changed() => {}
    }
    !*stop.borrow()
}

async fn follow(app: &App, system: &SystemScope, mut stop: watch::Receiver<bool>) {
    let mut changes = app.indicators.changes();
    while wait(&mut changes, &mut stop).await {
        if let Err(error) = app.indicators.refresh(&app.state, system).await {
            tracing::warn!(%error, "lists of indicators cannot be read; it is tried again");
        }
    }
}

async fn search(history: &History, mut stop: watch::Receiver<bool>) {
    let mut changes = history.app.indicators.changes();
    loop {
        match history.step(&stop).await {
            Ok(true) if !*stop.borrow() => continue,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "history was not searched to its end; it is tried again");
            }
        }
        if !wait(&mut changes, &mut stop).await {
            return;
        }
    }
}

async fn pull_due(app: &App, system: &SystemScope, mut stop: watch::Receiver<bool>) {
    let mut changes = app.indicators.changes();
    loop {
        match pull_one(app, system).await {
            Ok(true) if !*stop.borrow() => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "sources of indicators cannot be read"),
        }
        if !wait(&mut changes, &mut stop).await {
            return;
        }
    }
}

/// Pulls the source that is due longest; false when none is.
///
/// # Errors
/// When the state fails. A source that fails is no error here: its error is kept with it.
pub async fn pull_one(app: &App, system: &SystemScope) -> Result<bool> {
    let now = app.now();
    let Some((source, secret, read_up_to)) = app.state.due_indicator_source(system, now).await?
    else {
        return Ok(false);
    };
    let wanted = Source {
        kind: source.kind,
        address: source.address.clone(),
        collection: source.collection.clone(),
        credentials: credentials(secret),
        read_up_to,
    };
    let (reach, limits) = (app.indicators.reach.clone(), app.indicators.limits);
    // A thread of its own: one of the runtime's would keep the server from ending.
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new().name("pull".to_owned()).spawn(move || {
        // Whoever waits may have ended with the server.
        let _ = tell.send(pull::pull(&wanted, &reach, &limits, now));
    })?;
    let pulled = told.await?;
    let outcome = match pulled {
        Ok(pulled) => {
            let read_up_to = pulled.read_up_to.clone();
            let loaded = app.indicators.load_pulled(&app.state, system, &source, pulled, now).await;
            loaded.map(|()| read_up_to).map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    let seconds = match &outcome {
        Ok(_) => source.interval_seconds,
        Err(error) => {
            let name = &source.name;
            tracing::warn!(%error, org = %source.org, name, "a source cannot be pulled");
            wait_seconds(source.failures, source.interval_seconds)
        }
    };
    let outcome = outcome.map_err(|error| error.chars().take(ERROR_CHARS).collect());
    let after = i64::try_from(seconds.saturating_mul(1_000_000)).unwrap_or(i64::MAX);
    let next = Timestamp { micros: now.micros.saturating_add(after) };
    app.state.indicator_source_pulled(system, source.id, outcome, now, next).await?;
    Ok(true)
}

/// How long to wait after another failure.
fn wait_seconds(failures: u64, interval: u64) -> u64 {
    let doubled = FIRST_WAIT_SECONDS.saturating_mul(1 << failures.min(16));
    doubled.min(LONGEST_WAIT_SECONDS).min(interval.max(FIRST_WAIT_SECONDS))
}

fn credentials(secret: SourceSecret) -> Credentials {
    match secret {
        SourceSecret::None => Credentials::None,
        SourceSecret::Basic(name, password) => Credentials::Basic { name, password },
        SourceSecret::Bearer(token) => Credentials::Bearer(token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_fails_is_asked_less_and_less_often() {
        let waits: Vec<u64> = (0..5).map(|failures| wait_seconds(failures, 86_400)).collect();
        assert_eq!(waits, [60, 120, 240, 480, 960]);
        assert_eq!(wait_seconds(100, 86_400), LONGEST_WAIT_SECONDS);
        assert_eq!(wait_seconds(100, 900), 900, "never less often than it is pulled anyway");
    }
}
