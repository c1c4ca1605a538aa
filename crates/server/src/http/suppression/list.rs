//! `GET /api/v1/suppressions`: newest first, with how many detections each holds.

use axum::Json;
use axum::extract::State;
use wardwatch_api::suppression::{SuppressionCount, SuppressionQuery};
use wardwatch_api::{Access, Paged};
use wardwatch_model::{EntityKind, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/suppressions", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<SuppressionQuery>,
) -> Result<Json<Paged<SuppressionCount>>, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    let page = request::page(query.after, query.limit)?;
    let now = app.now();
    let found = app.state.suppressions(&scope, query.ended, now, &page).await?;
    Ok(Json(request::answer(found, |(mut suppression, detections)| {
        if let Some(entity) = &mut suppression.entity
            && entity.kind == EntityKind::User
            && !scope.home().contains(&suppression.org)
        {
            let key = &app.settings.pseudonym_key;
            entity.value = wardwatch_incident::pseudonym(key, &suppression.org, &entity.value);
        }
        SuppressionCount { running: suppression.until > now, suppression, detections }
    })))
}
