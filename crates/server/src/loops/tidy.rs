//! Housekeeping: small lake files merged, files that nobody names removed, old observations and
//! events forgotten.
//!
//! In: the catalogue. Out: fewer and larger files. Never: a row lost before its
//! time; a file goes only after the
//! catalogue names the one that replaced it, and one round later, so that readers can end.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::watch;
use wardwatch_model::Timestamp;
use wardwatch_store::{Lake, SystemScope};

use super::detect::OBSERVATIONS_MICROS;
use super::retention;
use crate::app::App;

/// Time between two rounds.
const INTERVAL: Duration = Duration::from_secs(60);
/// Rounds from one look for events that are too old to the next: every file is looked into.
const RETENTION_ROUNDS: u64 = 6 * 60;
/// Small files of a day from which on they are merged.
const SMALL_FILES: usize = 8;

/// Tidies until told to stop. A round that fails is said and tried again with the next.
pub async fn run(app: App, system: Arc<SystemScope>, lake: Lake, mut stop: watch::Receiver<bool>) {
    let mut round_number = 0_u64;
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            _ = stop.changed() => continue,
        }
        if let Err(error) = round(&app, &system, &lake).await {
            tracing::warn!(%error, "housekeeping did not end; it is tried again");
        }
        if round_number.is_multiple_of(RETENTION_ROUNDS)
            && let Err(error) = retention::round(&app, &system, &lake).await
        {
            tracing::warn!(%error, "events that are too old could not be removed");
        }
        round_number += 1;
    }
}

async fn round(app: &App, system: &SystemScope, lake: &Lake) -> Result<()> {
    lake.sweep(&app.state, system).await?;
    lake.compact(&app.state, system, SMALL_FILES).await?;
    let before = Timestamp { micros: app.now().micros - OBSERVATIONS_MICROS };
    app.state.forget_observations(system, before).await?;
    Ok(())
}
