//! `GET /api/v1/plans`: devices that get no fixes any more, the most reachable first.

use axum::Json;
use axum::extract::State;
use wardwatch_api::plan::{PlanQuery, PlanRow, StepCounts};
use wardwatch_api::{Access, PAGE, Paged};
use wardwatch_estate::plan::Plan;
use wardwatch_model::{Permission, PlanFacts};

use super::super::endpoint::Endpoint;
use super::super::exposure::{ask, ready};
use super::super::problem::Problem;
use super::super::request::{self, Asked, care_class};
use super::super::who::Within;
use super::{remember, view};
use crate::app::App;
use crate::care::{Only, Unsupported, plan_of};

/// Plans of one page: each is made for it.
const MOST: u32 = 100;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/plans", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<PlanQuery>,
) -> Result<Json<Paged<PlanRow>>, Problem> {
    let scope = request::chosen(scope, query.org.as_ref(), query.not_org.as_deref())?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, MOST) as usize;
    let start = request::start(query.after.as_deref())?;
    let only = Only {
        system: query.system,
        not_system: query.not_system,
        care_class: query.care_class.as_deref().map(care_class).transpose()?,
        not_care_class: query.not_care_class.as_deref().map(care_class).transpose()?,
    };
    let (asked, placings) = (scope.clone(), app.state.placings(&scope).await?);
    let (found, more) =
        ask(&app, move |sector| sector.unsupported(&asked, &placings, &only, (start, limit)))
            .await?;
    let names: Vec<_> = found.iter().map(|one| (one.org.clone(), one.device.clone())).collect();
    let reports = app.state.listed_inventories(&scope, &names).await?;
    let known = app.state.listed_plan_facts(&scope, &names).await?;
    let (ground, said) = ready(&app)?.read(|sector| {
        let said: Vec<_> = names.iter().map(|(org, name)| sector.said(org, name)).collect();
        (sector.ground.clone(), said)
    });
    let work = move || -> Vec<(Option<Plan>, PlanFacts)> {
        let each = reports.into_iter().zip(said).zip(known);
        each.map(|((reports, said), known)| (plan_of(&ground, reports, &said, &known), known))
            .collect()
    };
    let plans = tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "plans could not be made");
        Problem::busy("the plans could not be made: try again")
    })?;
    let mut items = Vec::with_capacity(found.len());
    for (one, (plan, known)) in found.into_iter().zip(plans) {
        if let Some(plan) = &plan {
            remember(&app, &scope, &one.org, &one.device, plan, &known).await?;
        }
        items.push(row(one, plan.as_ref(), &known));
    }
    Ok(Json(Paged { items, next: more.then(|| (start + limit).to_string()) }))
}

fn row(one: Unsupported, plan: Option<&Plan>, known: &PlanFacts) -> PlanRow {
    PlanRow {
        org: one.org,
        device: one.device,
        system: one.system,
        ended: one.ended,
        care_class: one.care_class,
        service: one.service,
        duty: known.placing.duty,
        reach: known.placing.reach,
        score: one.score,
        reasons: one.reasons,
        steps: plan.map_or_else(StepCounts::default, view::counts),
    }
}
