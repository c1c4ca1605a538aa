//! `GET /api/v1/audit`: who did what, newest first.

use axum::Json;
use axum::extract::State;
use wardwatch_api::audit::{AuditEntry, AuditQuery};
use wardwatch_api::{Access, Paged};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/audit", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<AuditQuery>,
) -> Result<Json<Paged<AuditEntry>>, Problem> {
    let page = request::page(query.after, query.limit)?;
    let entries = app.state.audit(&scope, &page).await?;
    Ok(Json(request::answer(entries, |entry| AuditEntry {
        seq: entry.seq,
        time: entry.time,
        actor: entry.actor,
        org: entry.org,
        action: entry.action,
        target: entry.target,
        detail: entry.detail,
        hash: entry.hash,
    })))
}
