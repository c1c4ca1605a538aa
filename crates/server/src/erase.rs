//! An organisation's data erased: doors closed, the log drained, lake and state emptied.
//!
//! In: a scope that lies above the organisation. Out: how much went. Never: an entry of the audit;
//! a record that was acknowledged before and not yet worked through left to come back later.

use std::sync::Arc;
use std::time::Duration;

use wardwatch_api::retention::Erased;
use wardwatch_model::OrgId;
use wardwatch_store::TenantScope;
use wardwatch_store::lake::Stays;

use crate::app::App;
use crate::http::Problem;
use crate::hunts::Hunts;

/// How often it is looked whether the log is worked through.
const LOOK: Duration = Duration::from_millis(200);
/// How often at most: for two minutes.
const LOOKS: usize = 600;
/// How often the lake is gone through until nothing changes meanwhile.
const TRIES: usize = 5;

/// Erases.
///
/// # Errors
/// When the caller may not, the log is not worked through in time, or storage fails. What was done
/// stays done; asking again goes on.
pub async fn erase(
    app: &App,
    hunts: &Hunts,
    scope: &TenantScope,
    org: &OrgId,
) -> Result<Erased, Problem> {
    let closed = app.state.close_doors(scope, org, app.now()).await?;
    drained(app, hunts).await?;
    let code = org.to_string();
    let others: Stays = Arc::new(move |org: &str, _: &str, _| org != code);
    let mut events = 0;
    for turn in 1.. {
        let files = app.state.lake_files(&hunts.system, None, None).await?;
        let done = hunts.lake.expire(&app.state, &hunts.system, files, &others).await?;
        events += done.rows;
        if done.missed == 0 {
            break;
        }
        if turn == TRIES {
            return Err(Problem::busy("the lake is being tidied: ask again in a minute"));
        }
    }
    hunts.lake.sweep(&app.state, &hunts.system).await?;
    let erased = app.state.erase(scope, org, events, app.now()).await?;
    app.care.forget(org);
    Ok(Erased {
        events,
        detections: erased.detections,
        incidents: erased.incidents,
        campaign_parts: erased.campaign_parts,
        devices: erased.devices,
        observations: erased.observations,
        tokens: erased.tokens.max(closed),
        saved_hunts: erased.saved_hunts,
        inventories: erased.inventories,
    })
}

/// Waits until what was acknowledged so far is worked through.
async fn drained(app: &App, hunts: &Hunts) -> Result<(), Problem> {
    // More may come in of others meanwhile: only what was there before counts.
    let Some(end) = app.log.end() else { return Ok(()) };
    for _ in 0..LOOKS {
        if app.state.position(&hunts.system).await?.is_some_and(|position| position >= end) {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(Problem::busy("the log is not worked through yet: ask again in a minute"))
}
