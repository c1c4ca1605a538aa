//! A plan and what it rests on, in the API's words.

use wardwatch_api::plan::{FlowView, PlanView, StepCounts, StepView};
use wardwatch_estate::plan::{Flow, FlowKind, LEARNING_DAYS, Plan, Step, StepState, Verification};
use wardwatch_model::plan::KnownFlow;
use wardwatch_model::{OrgId, PlanFacts};

pub fn shaped(org: OrgId, plan: Plan, facts: PlanFacts) -> PlanView {
    let page = wardwatch_estate::plan::page(&plan);
    let known = |flow: &Flow| facts.flows.iter().find(|known| is(known, flow));
    let keep = plan.flows_to_keep.iter().map(|flow| flow_view(flow, known(flow))).collect();
    let let_through = plan.let_through.iter().map(|flow| flow_view(flow, known(flow))).collect();
    let listed = |one: &&KnownFlow| {
        plan.flows_to_keep.iter().chain(&plan.let_through).any(|flow| is(one, flow))
    };
    let others = facts.flows.iter().filter(|one| !listed(one)).map(seen_view).collect();
    let mut signatures = facts.signatures;
    signatures.reverse();
    PlanView {
        org,
        device: plan.device,
        about: plan.about,
        why: plan.why,
        passive: plan.passive,
        placing: facts.placing,
        watched: facts.watched,
        learnt_until: facts.learnt_from.map(|from| from.plus(LEARNING_DAYS - 1)),
        keep,
        let_through,
        others,
        steps: plan.steps.into_iter().map(step_view).collect(),
        signatures,
        review: plan.review,
        sign_off: plan.sign_off,
        page,
    }
}

/// How many steps stand how.
pub fn counts(plan: &Plan) -> StepCounts {
    let count = |state| plan.steps.iter().filter(|step| step.state == state).count() as u32;
    StepCounts {
        verified: count(StepState::Verified),
        broken: count(StepState::Broken),
        open: count(StepState::Open),
        unknown: count(StepState::Unknown),
    }
}

fn is(known: &KnownFlow, flow: &Flow) -> bool {
    (known.port, known.inward) == (flow.port, flow.inward) && known.peer == flow.peer
}

fn flow_view(flow: &Flow, known: Option<&KnownFlow>) -> FlowView {
    FlowView {
        peer: flow.peer.clone(),
        port: flow.port,
        protocol: flow.protocol.clone(),
        inward: flow.inward,
        purpose: flow.kind().as_str().to_owned(),
        first: known.map(|known| known.first),
        last: known.map(|known| known.last),
        needed: known.and_then(|known| known.needed),
    }
}

fn seen_view(known: &KnownFlow) -> FlowView {
    FlowView {
        peer: known.peer.clone(),
        port: known.port,
        protocol: known.protocol.clone(),
        inward: known.inward,
        purpose: FlowKind::of(known.port).as_str().to_owned(),
        first: Some(known.first),
        last: Some(known.last),
        needed: known.needed,
    }
}

fn step_view(step: Step) -> StepView {
    let signer = |proof: &Verification| match proof {
        Verification::SignedBy { signer } => Some(*signer),
        _ => None,
    };
    StepView {
        number: step.number,
        kind: step.kind,
        title: step.title,
        what: step.what,
        who: step.who.to_string(),
        effect: step.effect,
        proofs: step.verify.iter().map(ToString::to_string).collect(),
        signers: step.verify.iter().filter_map(signer).collect(),
        by_hand: step.verify.iter().any(|proof| matches!(proof, Verification::ManualCheck { .. })),
        state: step.state,
        reason: step.reason,
    }
}
