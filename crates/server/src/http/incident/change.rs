//! What changes of incidents have in common: read, change by pure code, store, tell.

use std::sync::Arc;

use axum::Json;
use wardwatch_incident::handling::HandlingError;
use wardwatch_model::{Incident, IncidentId, Timestamp};
use wardwatch_store::{IncidentChange, TenantScope};

use super::super::problem::Problem;
use super::super::request;
use super::seen_by;
use crate::app::App;

/// An incident that the caller may change.
pub async fn find(app: &App, scope: &TenantScope, id: IncidentId) -> Result<Incident, Problem> {
    let found = app.state.incident(scope, id).await?;
    found.ok_or_else(|| Problem::not_found("incident"))
}

/// Changes the incident of the path, and answers with it as it is then.
pub async fn change(
    app: &App,
    scope: &TenantScope,
    id: &str,
    action: &str,
    change: impl FnOnce(Incident, &str, Timestamp) -> Result<Incident, HandlingError>,
) -> Result<Json<Incident>, Problem> {
    let before = find(app, scope, request::id(id, "incident")?).await?;
    let after = change(before.clone(), scope.actor(), app.now())?;
    let change = IncidentChange { before: Some(before), after: after.clone() };
    store(app, scope, vec![change], action).await?;
    Ok(Json(seen_by(app, scope, after)))
}

/// Stores changes together, and tells whoever watches and the loop that folds detections.
pub async fn store(
    app: &App,
    scope: &TenantScope,
    changes: Vec<IncidentChange>,
    action: &str,
) -> Result<(), Problem> {
    let after: Vec<Incident> = changes.iter().map(|change| change.after.clone()).collect();
    if !app.state.change_incidents(scope, changes, action, app.now()).await? {
        return Err(Problem::conflict(
            "somebody changed this incident meanwhile: look at it again",
        ));
    }
    for incident in after {
        app.live.incident(&incident);
        // Nobody folding detections is no failure: the state has it.
        let _ = app.handled.send(Arc::new(incident));
    }
    Ok(())
}
