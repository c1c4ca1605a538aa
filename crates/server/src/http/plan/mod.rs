//! Endpoints of protection plans.

pub mod flow;
pub mod flows;
pub mod get;
pub mod list;
pub mod place;
pub mod sign;
mod view;

use std::collections::BTreeSet;

use wardwatch_api::plan::PlanView;
use wardwatch_estate::plan::{Plan, StepState};
use wardwatch_model::{OrgId, PlanFacts, StepKind};
use wardwatch_store::TenantScope;

use super::exposure::ready;
use super::problem::Problem;
use crate::app::App;
use crate::care::plan_of;

/// The plan of a device of the scope, as it stands; what is proven by it is remembered.
///
/// # Errors
/// When there is no such device, it never reported what it runs, or it gets fixes.
async fn current(
    app: &App,
    scope: &TenantScope,
    org: &OrgId,
    device: &str,
) -> Result<PlanView, Problem> {
    let facts = app.state.plan_facts(scope, org, device).await?;
    let reports = app.state.device_inventories(scope, org, device).await?;
    let (ground, said) =
        ready(app)?.read(|sector| (sector.ground.clone(), sector.said(org, device)));
    let known = facts.clone();
    let work = move || plan_of(&ground, reports, &said, &known);
    let plan = tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a plan could not be made");
        Problem::busy("the plan could not be made: try again")
    })?;
    let plan = plan.ok_or_else(|| {
        Problem::not_found(
            "device that reported a system out of support: only such a one has a plan",
        )
    })?;
    remember(app, scope, org, device, &plan, &facts).await?;
    Ok(view::shaped(org.clone(), plan, facts))
}

/// Remembers what is proven for the first time, so that it can be broken later.
async fn remember(
    app: &App,
    scope: &TenantScope,
    org: &OrgId,
    device: &str,
    plan: &Plan,
    facts: &PlanFacts,
) -> Result<(), Problem> {
    let verified = plan.steps.iter().filter(|step| step.state == StepState::Verified);
    let proven: BTreeSet<StepKind> =
        verified.map(|step| step.kind).filter(|kind| !facts.held.contains(kind)).collect();
    if !proven.is_empty() {
        app.state.hold_steps(scope, org, device, &proven).await?;
    }
    Ok(())
}

/// The organisation of a path, if it is the scope's.
fn of_path(scope: TenantScope, org: &str) -> Result<(TenantScope, OrgId), Problem> {
    let org: OrgId = org.parse().map_err(|_| Problem::not_found("device"))?;
    let scope = scope.narrow(&org).ok_or_else(|| Problem::not_found("device"))?;
    Ok((scope, org))
}
