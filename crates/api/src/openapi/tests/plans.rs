//! Examples of what is said of protection plans.

use serde_json::{Value, json};
use wardwatch_model::plan::{Placing, StepSignature, Watched};
use wardwatch_model::{Day, Duty, Reach, Signer, StepKind, StepState, Timestamp};

use crate::Paged;
use crate::plan::*;

fn value(of: impl serde::Serialize) -> Value {
    serde_json::to_value(of).unwrap()
}

fn day() -> Day {
    Day::parse("2026-11-28").unwrap()
}

fn flow() -> FlowView {
    FlowView {
        peer: "pacs-1".into(),
        port: 104,
        protocol: "tcp".into(),
        inward: false,
        purpose: "DICOM".into(),
        first: Some(day()),
        last: Some(day()),
        needed: Some(true),
    }
}

fn step() -> StepView {
    StepView {
        number: 1,
        kind: StepKind::Wall,
        title: "Cut everything but care".into(),
        what: "w".into(),
        who: "network team".into(),
        effect: "e".into(),
        proofs: vec!["p".into()],
        signers: vec![Signer::Supplier],
        by_hand: true,
        state: StepState::Broken,
        reason: "r".into(),
    }
}

pub fn samples() -> Vec<(&'static str, Value)> {
    let placing = Placing {
        duty: Some(Duty::ImagingConsole),
        what: Some("MRI console".into()),
        supplier: Some("Lumen Imaging".into()),
        jump_host: Some("jump-1".into()),
        reach: Some(Reach::Segment),
    };
    let watched = Watched { from: day(), through: day() };
    let signature = StepSignature {
        step: StepKind::Updates,
        signer: Some(Signer::Supplier),
        by: "cleo".into(),
        time: Timestamp { micros: 0 },
        until: Some(day()),
        note: "n".into(),
    };
    let counts = StepCounts { verified: 1, broken: 2, open: 3, unknown: 4 };
    let row = PlanRow {
        org: "ZZ1".parse().unwrap(),
        device: "MRI-2".into(),
        system: "s".into(),
        ended: Some(day()),
        care_class: None,
        service: Some("radiology".parse().unwrap()),
        duty: Some(Duty::Kiosk),
        reach: None,
        score: 44,
        reasons: vec!["r".into()],
        steps: counts,
    };
    let plan = PlanView {
        org: "ZZ1".parse().unwrap(),
        device: "MRI-2".into(),
        about: "a".into(),
        why: "w".into(),
        passive: true,
        placing: placing.clone(),
        watched: Some(watched),
        learnt_until: None,
        keep: vec![flow()],
        let_through: vec![],
        others: vec![FlowView { first: None, needed: None, ..flow() }],
        steps: vec![step()],
        signatures: vec![signature.clone()],
        review: day(),
        sign_off: vec![Signer::RiskOwner],
        page: "p".into(),
    };
    let line = FlowLine {
        device: "MRI-2".into(),
        peer: "pacs-1".into(),
        port: 104,
        protocol: "tcp".into(),
        inward: false,
        first: None,
        last: Some(day()),
    };
    let seen = FlowsSeen {
        org: "ZZ1".parse().unwrap(),
        from: day(),
        through: day(),
        devices: vec!["MRI-3".into()],
        flows: vec![line.clone()],
    };
    let sign = SignStep {
        step: StepKind::Leave,
        signer: Some(Signer::RiskOwner),
        until: Some(day()),
        note: String::new(),
    };
    let judge = JudgeFlow {
        peer: "pacs-1".into(),
        port: 104,
        protocol: "udp".into(),
        inward: true,
        needed: false,
    };
    vec![
        ("StepCounts", value(counts)),
        ("PlanRow", value(&row)),
        ("PlanPage", value(Paged { items: vec![row], next: Some("1".into()) })),
        ("FlowView", value(flow())),
        ("StepView", value(step())),
        ("Watched", value(watched)),
        ("StepSignature", value(signature)),
        ("Placing", value(placing)),
        ("Placing", json!({})),
        ("PlanView", value(plan)),
        ("SignStep", value(sign)),
        ("SignStep", json!({ "step": "wall" })),
        ("JudgeFlow", value(judge)),
        ("FlowLine", value(line)),
        ("FlowsSeen", value(seen)),
        ("FlowsTaken", value(FlowsTaken { devices: 1, flows: 2, strangers: 3 })),
    ]
}
