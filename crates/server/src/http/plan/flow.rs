//! `POST /api/v1/devices/{org}/{name}/plan/flow`: whether care needs a flow that was seen.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::json;
use wardwatch_api::Access;
use wardwatch_api::plan::{JudgeFlow, PlanView};
use wardwatch_model::{Permission, PlanFacts};
use wardwatch_store::PlanChange;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::Body;
use super::super::who::Within;
use super::{current, of_path};
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ClassifyDevices);
    Endpoint::post("/api/v1/devices/{org}/{name}/plan/flow", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path((org, name)): Path<(String, String)>,
    Body(wanted): Body<JudgeFlow>,
) -> Result<Json<PlanView>, Problem> {
    let (scope, org) = of_path(scope, &org)?;
    let present = app.state.plan_facts(&scope, &org, &name).await?;
    let place = |facts: &PlanFacts| {
        facts.flows.iter().position(|known| {
            (known.port, known.inward) == (wanted.port, wanted.inward)
                && known.peer == wanted.peer
                && known.protocol == wanted.protocol
        })
    };
    if place(&present).is_none() {
        return Err(Problem::not_found("such flow that was seen of this device"));
    }
    let change = PlanChange {
        org: &org,
        devices: &BTreeSet::from([name.as_str()]),
        action: "plan.flow",
        detail: json!(wanted),
        now: app.now(),
    };
    let put = |_: &str, facts: &mut PlanFacts| {
        let at = place(facts);
        if let Some(known) = at.and_then(|at| facts.flows.get_mut(at)) {
            known.needed = Some(wanted.needed);
        }
    };
    app.state.change_plan_facts(&scope, change, put).await?;
    Ok(Json(current(&app, &scope, &org, &name).await?))
}
