//! `POST /api/v1/incidents/{id}/merge`: folds it into another of the same organisation.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::incident::Merge;
use wardwatch_incident::handling;
use wardwatch_model::{Incident, Permission};
use wardwatch_store::IncidentChange;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use super::change::{find, store};
use super::seen_by;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::HandleIncidents);
    Endpoint::post("/api/v1/incidents/{id}/merge", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(Merge { into }): Body<Merge>,
) -> Result<Json<Incident>, Problem> {
    let from = find(&app, &scope, request::id(&id, "incident")?).await?;
    let into = find(&app, &scope, into).await?;
    let merged = handling::merge(into.clone(), from.clone(), scope.actor(), app.now())?;
    let changes = vec![
        IncidentChange { before: Some(into), after: merged.into.clone() },
        IncidentChange { before: Some(from), after: merged.from },
    ];
    store(&app, &scope, changes, "incident.merge").await?;
    Ok(Json(seen_by(&app, &scope, merged.into)))
}
