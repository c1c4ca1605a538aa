//! `POST /api/v1/incidents/{id}/close`: ends it, with a reason.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::incident::Close;
use wardwatch_incident::handling;
use wardwatch_model::{Incident, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::Body;
use super::super::who::Within;
use super::change::change;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::HandleIncidents);
    Endpoint::post("/api/v1/incidents/{id}/close", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(Close { reason, note }): Body<Close>,
) -> Result<Json<Incident>, Problem> {
    change(&app, &scope, &id, "incident.close", |incident, by, now| {
        let incident = match &note {
            Some(text) => handling::note(incident, text, by, now)?,
            None => incident,
        };
        handling::close(incident, reason, by, now)
    })
    .await
}
