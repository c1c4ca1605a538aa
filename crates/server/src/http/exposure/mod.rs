//! Endpoints of what devices are open to.

pub mod device;
pub mod devices;
pub mod list;

use std::sync::Arc;

use wardwatch_api::exposure::{Reporting, STALE_DAYS};
use wardwatch_api::landscape::LandscapeInUse;
use wardwatch_api::overview::SILENT_HOURS;
use wardwatch_model::{Day, Exception, Timestamp};
use wardwatch_store::TenantScope;

use super::problem::Problem;
use crate::app::App;
use crate::care::{Care, Doubtful, Ground, Sector};

/// The landscape in few words.
pub fn in_use(ground: &Ground) -> LandscapeInUse {
    let feeds = &ground.catalogue.landscape().feeds;
    LandscapeInUse {
        version: ground.origin.version,
        loaded: ground.origin.loaded,
        newest: feeds.iter().filter_map(|feed| feed.newest).max(),
    }
}

/// The care wing's memory, once all devices are in it.
///
/// # Errors
/// While the server starts: a count of some of the devices would look like one of all.
pub fn ready(app: &App) -> Result<Arc<Care>, Problem> {
    if app.care.ready() {
        Ok(Arc::clone(&app.care))
    } else {
        Err(Problem::busy("devices are still being worked out after the start: try again soon"))
    }
}

/// Asks the sector, on a thread that may take its time.
///
/// # Errors
/// When the work ended before its answer, as at the end of the program.
pub async fn ask<T: Send + 'static>(
    app: &App,
    question: impl FnOnce(&Sector) -> T + Send + 'static,
) -> Result<T, Problem> {
    let care = ready(app)?;
    tokio::task::spawn_blocking(move || care.read(question)).await.map_err(|error| {
        tracing::error!(%error, "a question about the sector ended without an answer");
        Problem::busy("the question could not be answered: try again")
    })
}

/// Of how many devices of the scope an answer speaks.
///
/// # Errors
/// When the state cannot be read.
pub async fn coverage(
    app: &App,
    scope: &TenantScope,
    doubtful: Doubtful,
) -> Result<Reporting, Problem> {
    let heard = app.state.heard_devices(scope, silent_since(app)).await?;
    let heard: u64 = heard.iter().map(|org| org.devices).sum();
    let Doubtful { worked_out, unresolved, stale } = doubtful;
    Ok(Reporting { heard, reported: worked_out.min(heard), unresolved, stale })
}

/// The exceptions of the scope that have not run out.
///
/// # Errors
/// When the state cannot be read.
pub async fn running(app: &App, scope: &TenantScope) -> Result<Vec<Exception>, Problem> {
    let today = Day::of(app.now());
    let mut found = app.state.exceptions(scope).await?;
    found.retain(|exception| exception.runs(today));
    Ok(found)
}

/// A device that was not heard from since this moment is silent.
pub fn silent_since(app: &App) -> Timestamp {
    Timestamp { micros: app.now().micros - SILENT_HOURS * 3_600_000_000 }
}

/// Before this moment a report is old.
pub fn stale_before(app: &App) -> Timestamp {
    Timestamp { micros: app.now().micros - STALE_DAYS * 86_400_000_000 }
}

/// Whether a day has passed.
pub fn passed(day: Option<Day>, today: Day) -> bool {
    day.is_some_and(|day| day < today)
}
