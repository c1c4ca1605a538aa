//! `GET /api/v1/me`: who asks.

use axum::Json;
use wardwatch_api::Access;
use wardwatch_api::me::{Held, Me, PERMISSIONS, permission_word};

use super::super::endpoint::Endpoint;
use super::super::who::Who;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/me", Access::Known, handle)
}

async fn handle(Who { principal, .. }: Who) -> Json<Me> {
    let grants = principal.grants().iter();
    let may = PERMISSIONS.into_iter().filter(|permission| principal.scope(*permission).is_some());
    Json(Me {
        name: principal.name().to_owned(),
        person: principal.person(),
        grants: grants.map(|(org, role)| Held { org: org.clone(), role: *role }).collect(),
        may: may.map(|permission| permission_word(permission).to_owned()).collect(),
    })
}
