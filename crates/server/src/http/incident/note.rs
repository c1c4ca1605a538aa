//! `POST /api/v1/incidents/{id}/note`: writes something down.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::incident::AddNote;
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
    Endpoint::post("/api/v1/incidents/{id}/note", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(AddNote { text }): Body<AddNote>,
) -> Result<Json<Incident>, Problem> {
    change(&app, &scope, &id, "incident.note", |incident, by, now| {
        handling::note(incident, &text, by, now)
    })
    .await
}
