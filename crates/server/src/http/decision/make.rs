//! `POST /api/v1/decisions`: one decision for devices of an organisation.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::decision::{Decide, DecisionMade, MAX_ACCEPTED_DAYS, MAX_DAYS, MAX_DEVICES};
use wardwatch_model::{Course, Day, Decided, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use super::answered_for;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/decisions", Access::Needs(Permission::ClassifyDevices), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(wanted): Body<Decide>,
) -> Result<Json<DecisionMade>, Problem> {
    let scope = scope.narrow(&wanted.org).ok_or_else(|| Problem::not_found("organisation"))?;
    let now = app.now();
    if !(1..=MAX_DEVICES).contains(&wanted.devices.len()) {
        let why = format!("'devices' names 1 to {MAX_DEVICES} devices");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, why));
    }
    let names = wanted.devices.iter().map(|name| request::name(name).map(str::to_owned));
    let names = names.collect::<Result<BTreeSet<String>, Problem>>()?;
    let decided = wanted.decision.map(|mut decision| {
        let most = match decision.course {
            Course::Accept => MAX_ACCEPTED_DAYS,
            _ => MAX_DAYS,
        };
        answered_for(&decision.owner, &decision.reason, decision.until, Day::of(now), most)?;
        decision.owner = decision.owner.trim().to_owned();
        decision.reason = decision.reason.trim().to_owned();
        Ok::<_, Problem>(Decided { decision, by: scope.actor().to_owned(), at: now })
    });
    let decided = decided.transpose()?;
    app.state.decide(&scope, &wanted.org, &names, decided.as_ref(), now).await?;
    Ok(Json(DecisionMade { devices: names.len() as u64 }))
}
