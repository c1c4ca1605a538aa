//! `POST /api/v1/incidents/{id}/split`: makes an incident of its own out of some of its detections.

use std::collections::HashSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::incident::{Split, SplitDone};
use wardwatch_incident::handling;
use wardwatch_model::incident::MAX_LISTED;
use wardwatch_model::{DetectionId, IncidentId, Permission, Sighting};
use wardwatch_store::{DetectionFilter, IncidentChange, Page, TenantScope};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use super::change::{find, store};
use super::seen_by;
use crate::app::App;

/// Detections that what stays is made afresh from, the latest; the count of all is kept.
const MOST_STAYING: usize = 5_000;
/// Detections that are read at once.
const AT_ONCE: u32 = 1_000;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::HandleIncidents);
    Endpoint::post("/api/v1/incidents/{id}/split", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(Split { detections }): Body<Split>,
) -> Result<Json<SplitDone>, Problem> {
    let incident = find(&app, &scope, request::id(&id, "incident")?).await?;
    if detections.len() > MAX_LISTED {
        let detail = format!("at most {MAX_LISTED} detections leave at once");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    let leaving = leaving(&app, &scope, &detections).await?;
    let staying = staying(&app, &scope, incident.id, &detections).await?;
    let split = handling::split(incident.clone(), &leaving, &staying, scope.actor(), app.now())?;
    let changes = vec![
        IncidentChange { before: Some(incident), after: split.stays.clone() },
        IncidentChange { before: None, after: split.leaves.clone() },
    ];
    store(&app, &scope, changes, "incident.split").await?;
    Ok(Json(SplitDone {
        stays: seen_by(&app, &scope, split.stays),
        leaves: seen_by(&app, &scope, split.leaves),
    }))
}

/// Those that are named, each as often as it is.
async fn leaving(
    app: &App,
    scope: &TenantScope,
    named: &[DetectionId],
) -> Result<Vec<Sighting>, Problem> {
    let mut leaving = Vec::with_capacity(named.len());
    for id in named {
        let found = app.state.detection(scope, *id).await?;
        leaving.push(found.ok_or_else(|| Problem::not_found("detection"))?);
    }
    Ok(leaving)
}

/// Those of the incident that nobody named.
async fn staying(
    app: &App,
    scope: &TenantScope,
    incident: IncidentId,
    named: &[DetectionId],
) -> Result<Vec<Sighting>, Problem> {
    let named: HashSet<&DetectionId> = named.iter().collect();
    let filter = DetectionFilter { incident: Some(incident), ..DetectionFilter::default() };
    let mut page = Page { after: None, limit: AT_ONCE };
    let mut staying = Vec::new();
    loop {
        let read = app.state.detections(scope, &filter, &page).await?;
        staying.extend(read.items.into_iter().filter(|sighting| !named.contains(&sighting.id)));
        page.after = read.next;
        if page.after.is_none() || staying.len() >= MOST_STAYING {
            staying.truncate(MOST_STAYING);
            return Ok(staying);
        }
    }
}
