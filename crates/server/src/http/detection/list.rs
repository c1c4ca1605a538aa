//! `GET /api/v1/detections`: newest first, in our words or in others'.

use axum::Json;
use axum::extract::State;
use serde_json::Value;
use wardwatch_api::Access;
use wardwatch_api::detection::{Detection, DetectionFormat, DetectionQuery, Suppressed};
use wardwatch_api::export::{ecs, ocsf};
use wardwatch_model::{Permission, Sighting};
use wardwatch_store::{DetectionFilter, Paged};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::seen_by;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/detections", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<DetectionQuery>,
) -> Result<Json<wardwatch_api::Paged<Value>>, Problem> {
    let scope = request::chosen(scope, query.org.as_ref(), query.not_org.as_deref())?;
    let page = request::page(query.after, query.limit)?;
    let filter = DetectionFilter {
        org: None,
        from: query.from,
        until: query.until,
        rule: query.rule,
        device: query.device,
        level_at_least: query.level,
        incident: query.incident,
        suppressed: match query.suppressed.unwrap_or_default() {
            Suppressed::No => Some(false),
            Suppressed::Only => Some(true),
            Suppressed::All => None,
        },
    };
    let Paged { items, next } = app.state.detections(&scope, &filter, &page).await?;
    let ids: Vec<_> = items.iter().map(|sighting| sighting.id).collect();
    let mut suppressed_by = app.state.suppressed_by(&scope, &ids).await?;
    let format = query.format.unwrap_or_default();
    let shape = |sighting: Sighting| {
        let suppressed_by = suppressed_by.remove(&sighting.id);
        let sighting = seen_by(&app, &scope, sighting);
        match format {
            DetectionFormat::Ward => {
                serde_json::to_value(Detection { sighting, suppressed_by }).unwrap_or_default()
            }
            DetectionFormat::Ocsf => ocsf::finding(&sighting),
            DetectionFormat::Ecs => ecs::alert(&sighting),
        }
    };
    Ok(Json(wardwatch_api::Paged { items: items.into_iter().map(shape).collect(), next }))
}
