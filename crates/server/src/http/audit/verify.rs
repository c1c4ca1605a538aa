//! `GET /api/v1/audit/verify`: goes over the whole chain. One at a time: it reads everything.

use axum::Json;
use axum::extract::State;
use tokio::sync::Semaphore;
use wardwatch_api::Access;
use wardwatch_api::audit::AuditProof;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use crate::app::App;

static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/audit/verify", Access::Needs(Permission::Administer), handle)
}

async fn handle(State(app): State<App>) -> Result<Json<AuditProof>, Problem> {
    let _turn = ONE_AT_A_TIME
        .try_acquire()
        .map_err(|_| Problem::busy("somebody verifies the audit just now"))?;
    let proof = app.state.verify_audit().await?;
    Ok(Json(AuditProof { entries: proof.entries, broken_at: proof.broken_at, head: proof.head }))
}
