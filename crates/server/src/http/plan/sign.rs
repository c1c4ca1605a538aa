//! `POST /api/v1/devices/{org}/{name}/plan/sign`: a name under a step, or that somebody looked.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;
use wardwatch_api::Access;
use wardwatch_api::plan::{MAX_NOTE, PlanView, SignStep, StepView};
use wardwatch_estate::plan;
use wardwatch_model::plan::StepSignature;
use wardwatch_model::{Day, Permission, PlanFacts};
use wardwatch_store::PlanChange;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::Body;
use super::super::who::Within;
use super::{current, of_path};
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ClassifyDevices);
    Endpoint::post("/api/v1/devices/{org}/{name}/plan/sign", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path((org, name)): Path<(String, String)>,
    Body(wanted): Body<SignStep>,
) -> Result<Json<PlanView>, Problem> {
    let (scope, org) = of_path(scope, &org)?;
    let refused = |why: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, why);
    if wanted.note.chars().count() > MAX_NOTE {
        return Err(refused(format!("'note' has at most {MAX_NOTE} characters")));
    }
    let now = app.now();
    if wanted.until.is_some_and(|until| until < Day::of(now)) {
        return Err(refused("'until' lies in the past".to_owned()));
    }
    let present = current(&app, &scope, &org, &name).await?;
    let step = present.steps.iter().find(|step| step.kind == wanted.step);
    let step =
        step.ok_or_else(|| refused(format!("its plan has no step '{}'", wanted.step.as_str())))?;
    is_wanted(step, &wanted).map_err(refused)?;
    let signature = StepSignature {
        step: wanted.step,
        signer: wanted.signer,
        by: scope.actor().to_owned(),
        time: now,
        until: wanted.until,
        note: wanted.note.trim().to_owned(),
    };
    let change = PlanChange {
        org: &org,
        devices: &BTreeSet::from([name.as_str()]),
        action: "plan.sign",
        detail: json!(signature),
        now,
    };
    let put = |_: &str, facts: &mut PlanFacts| plan::sign(facts, signature.clone());
    app.state.change_plan_facts(&scope, change, put).await?;
    Ok(Json(current(&app, &scope, &org, &name).await?))
}

/// A name that a step does not ask for would prove nothing, and look as if it did.
fn is_wanted(step: &StepView, wanted: &SignStep) -> Result<(), String> {
    match wanted.signer {
        Some(signer) if step.signers.contains(&signer) => Ok(()),
        None if step.by_hand => Ok(()),
        _ => {
            let mut ways: Vec<&str> = step.signers.iter().map(|signer| signer.as_str()).collect();
            if step.by_hand {
                ways.push("nobody: it is looked at by hand");
            }
            let ways =
                if ways.is_empty() { "none: data proves it".to_owned() } else { ways.join(", ") };
            Err(format!("step '{}' asks for another signer: {ways}", step.kind.as_str()))
        }
    }
}
