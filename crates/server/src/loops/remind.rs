//! Alerts that are not answered in time, looked for now and then.
//!
//! In: running alerts with their answers. Out: notifications of what is overdue, each once. Never: a
//! word to somebody who does not see the organisation.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use wardwatch_store::SystemScope;

use crate::app::App;

/// Time between two looks.
const INTERVAL: Duration = Duration::from_secs(60);

/// Looks until told to stop.
pub async fn run(app: App, system: Arc<SystemScope>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = app.state.remind(&system, app.now()).await {
            tracing::warn!(%error, "overdue alerts could not be looked for; it is tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            _ = stop.changed() => {}
        }
    }
}
