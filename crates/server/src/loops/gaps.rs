//! Gaps in what agents number, looked for now and then.
//!
//! In: the ledger of what was taken. Out: a record for each gap, through the log like any other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use wardwatch_ingest::{Counters, report_gaps};

use crate::gate::Doors;

/// Time between two looks.
const INTERVAL: Duration = Duration::from_secs(2);

/// Looks until told to stop.
pub async fn run(gate: Doors, counters: Arc<Counters>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            _ = stop.changed() => continue,
        }
        report_gaps(&gate, &counters).await;
    }
}
