//! Steps of protection plans that turn without anybody looking, looked for now and then.
//!
//! In: what people and sensors said of devices, their reports, the landscape in use. Out: steps that are proven
//! are remembered, and who wants to know is told of those that broke. Never: a step told to be broken
//! before all devices were worked out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::watch;
use wardwatch_estate::plan::{Plan, StepState};
use wardwatch_model::{OrgId, PlanFacts, StepKind};
use wardwatch_store::{PlanTurn, SystemScope};

use crate::app::App;
use crate::care::plan_of;

/// Time between two looks.
const INTERVAL: Duration = Duration::from_secs(300);
/// Time between two questions whether all devices were worked out.
const SOON: Duration = Duration::from_secs(5);
/// Devices that are looked at at once.
const BATCH: u32 = 200;

/// Looks until told to stop.
pub async fn run(app: App, system: Arc<SystemScope>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let wait = if app.care.ready() {
            if let Err(error) = look(&app, &system, &stop).await {
                tracing::warn!(%error, "protection plans could not be looked at; it is tried again");
            }
            INTERVAL
        } else {
            SOON
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Looks at the plan of each device of which anything was said. Says how many steps broke.
///
/// # Errors
/// When the state fails.
pub async fn look(app: &App, system: &SystemScope, stop: &watch::Receiver<bool>) -> Result<usize> {
    let (mut broke, mut last) = (0, None);
    loop {
        let known = app.state.plan_facts_behind(system, last.as_ref(), BATCH).await?;
        let Some((org, device, _)) = known.last() else { return Ok(broke) };
        last = Some((org.clone(), device.clone()));
        for (org, device, facts) in known {
            if *stop.borrow() {
                return Ok(broke);
            }
            let Some(turn) = turn(app, system, org, device, facts).await? else { continue };
            broke += app.state.turn_plan(system, turn, app.now()).await?;
        }
    }
}

/// How a device's plan turned; none when it stands as it is remembered, or there is no plan.
async fn turn(
    app: &App,
    system: &SystemScope,
    org: OrgId,
    device: String,
    facts: PlanFacts,
) -> Result<Option<PlanTurn>> {
    let reports = app.state.reports_of(system, &org, &device).await?;
    let (ground, said) =
        app.care.read(|sector| (sector.ground.clone(), sector.said(&org, &device)));
    let known = facts.clone();
    let plan =
        tokio::task::spawn_blocking(move || plan_of(&ground, reports, &said, &known)).await?;
    Ok(plan.and_then(|plan| {
        let (proven, broken) = turned(&plan, &facts)?;
        Some(PlanTurn { org, device, about: plan.about, proven, broken })
    }))
}

/// Steps that are proven, and those that are broken; none when all of them are remembered so.
fn turned(
    plan: &Plan,
    facts: &PlanFacts,
) -> Option<(BTreeSet<StepKind>, BTreeMap<StepKind, String>)> {
    let of = |state| plan.steps.iter().filter(move |step| step.state == state);
    let proven: BTreeSet<StepKind> = of(StepState::Verified).map(|step| step.kind).collect();
    let broken: BTreeMap<StepKind, String> =
        of(StepState::Broken).map(|step| (step.kind, step.title.clone())).collect();
    let known = proven.is_subset(&facts.held) && broken.keys().eq(&facts.broken);
    (!known).then_some((proven, broken))
}
