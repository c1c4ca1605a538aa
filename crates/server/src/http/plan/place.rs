//! `PUT /api/v1/devices/{org}/{name}/placing`: what a device does, and from where it can be reached.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;
use wardwatch_api::Access;
use wardwatch_model::Permission;
use wardwatch_model::plan::Placing;
use wardwatch_store::PlanChange;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use super::of_path;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ClassifyDevices);
    Endpoint::put("/api/v1/devices/{org}/{name}/placing", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path((org, name)): Path<(String, String)>,
    Body(placing): Body<Placing>,
) -> Result<StatusCode, Problem> {
    let (scope, org) = of_path(scope, &org)?;
    let name = request::name(&name)?;
    for word in [&placing.what, &placing.supplier, &placing.jump_host].into_iter().flatten() {
        request::name(word)?;
    }
    let change = PlanChange {
        org: &org,
        devices: &BTreeSet::from([name]),
        action: "plan.place",
        detail: json!(placing),
        now: app.now(),
    };
    let put = |_: &str, facts: &mut wardwatch_model::PlanFacts| facts.placing = placing.clone();
    app.state.change_plan_facts(&scope, change, put).await?;
    Ok(StatusCode::NO_CONTENT)
}
