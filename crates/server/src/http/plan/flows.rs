//! `POST /api/v1/flows`: what a sensor of the network saw of devices.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;
use wardwatch_api::Access;
use wardwatch_api::plan::{FlowLine, FlowsSeen, FlowsTaken, MAX_FLOWS};
use wardwatch_estate::plan::{self, Flow, Seen};
use wardwatch_model::{Day, Permission, PlanFacts};
use wardwatch_store::PlanChange;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;

/// Bytes of one delivery.
const BODY_BYTES: usize = 8 << 20;
/// Days that one delivery may speak of.
const MOST_DAYS: i32 = 400;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ClassifyDevices);
    Endpoint::post("/api/v1/flows", access, handle).body_up_to(BODY_BYTES)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(seen): Body<FlowsSeen>,
) -> Result<Json<FlowsTaken>, Problem> {
    let scope = request::narrowed(scope, Some(&seen.org))?;
    let now = app.now();
    may_be(&seen, Day::of(now))
        .map_err(|why| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, why))?;
    let mut lines: BTreeMap<&str, Vec<Seen>> = BTreeMap::new();
    for device in &seen.devices {
        lines.entry(request::name(device)?).or_default();
    }
    for line in &seen.flows {
        let flow = Flow {
            peer: request::name(&line.peer)?.to_owned(),
            port: line.port,
            protocol: line.protocol.clone(),
            inward: line.inward,
        };
        let last = line.last.unwrap_or(seen.through);
        let first = line.first.unwrap_or(last);
        lines.entry(request::name(&line.device)?).or_default().push(Seen { flow, first, last });
    }
    let devices: BTreeSet<&str> = lines.keys().copied().collect();
    let change = PlanChange {
        org: &seen.org,
        devices: &devices,
        action: "plan.flows_seen",
        detail: json!({
            "from": seen.from, "through": seen.through, "flows": seen.flows.len(),
        }),
        now,
    };
    let take = |device: &str, facts: &mut PlanFacts| {
        let seen_of = lines.get(device).map_or(&[][..], Vec::as_slice);
        plan::take(facts, seen_of, seen.from, seen.through);
        plan::strangers(facts).len() as u64
    };
    let strangers = app.state.change_plan_facts(&scope, change, take).await?;
    Ok(Json(FlowsTaken {
        devices: devices.len() as u64,
        flows: seen.flows.len() as u64,
        strangers: strangers.iter().sum(),
    }))
}

/// What speaks against a delivery.
fn may_be(seen: &FlowsSeen, today: Day) -> Result<(), String> {
    let FlowsSeen { from, through, devices, flows, .. } = seen;
    if devices.len() > MAX_FLOWS || flows.len() > MAX_FLOWS {
        return Err(format!("a delivery has at most {MAX_FLOWS} devices and {MAX_FLOWS} flows"));
    }
    if devices.is_empty() && flows.is_empty() {
        return Err("it names no device: say in 'devices' which were watched".to_owned());
    }
    if from > through || through.since(*from) > MOST_DAYS {
        return Err(format!(
            "'from' {from} to 'through' {through} is no time of 1 to {MOST_DAYS} days"
        ));
    }
    if *through > today {
        return Err(format!("'through' {through} lies in the future: nobody watched that day yet"));
    }
    let wrong = |line: &&FlowLine| !matches!(line.protocol.as_str(), "tcp" | "udp");
    if let Some(at) = flows.iter().position(|line| wrong(&line)) {
        return Err(format!("flow {}: its protocol is neither 'tcp' nor 'udp'", at + 1));
    }
    match flows.iter().position(|line| line.last.is_some_and(|last| last > *through)) {
        Some(at) => Err(format!("flow {}: it was seen after 'through' {through}", at + 1)),
        None => Ok(()),
    }
}
