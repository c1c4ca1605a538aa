//! Proofs over time: what once held is remembered, what nobody reports proves nothing.

use super::*;

const TODAY: &str = "2026-11-28";

fn care_seen(pacs: &str) -> Observations {
    let one =
        |peer: &str, port| SeenFlow { peer: peer.into(), port, inward: false, last: day(pacs) };
    Observations {
        watched: Some((day("2026-11-01"), day("2026-11-27"))),
        flows: vec![one("pacs-1", 11_112), one("worklist-1", 104)],
        ..Observations::default()
    }
}

fn stands(plan: &Plan, kind: StepKind) -> (StepState, &str) {
    let step = plan.steps.iter().find(|step| step.kind == kind).expect("the story has this step");
    (step.state, step.reason.as_str())
}

#[test]
fn what_once_held_is_broken_when_it_fails_after_a_gap() {
    let plan = check(make(&scanner(), day(TODAY)), &care_seen("2026-11-27"), day(TODAY));
    assert_eq!(stands(&plan, StepKind::FileSharing).0, StepState::Verified);
    let plan = check(plan, &Observations::default(), day(TODAY));
    assert_eq!(stands(&plan, StepKind::FileSharing).0, StepState::Unknown);
    // The memory outlives being written down.
    let text = serde_json::to_string(&plan).expect("a plan is data");
    let plan: Plan = serde_json::from_str(&text).expect("its own words");
    let mut seen = care_seen("2026-11-27");
    seen.flows.push(SeenFlow {
        peer: "wpc-0117".into(),
        port: 445,
        inward: true,
        last: day("2026-11-26"),
    });
    let plan = check(plan, &seen, day(TODAY));
    assert_eq!(stands(&plan, StepKind::FileSharing).0, StepState::Broken);
}

#[test]
fn silence_of_a_device_that_is_not_known_to_report_proves_nothing() {
    let plan = make(&scanner(), day(TODAY));
    let mut seen = care_seen("2026-11-27");
    let silent = check(plan.clone(), &seen, day(TODAY));
    assert_eq!(
        stands(&silent, StepKind::Listen),
        (StepState::Unknown, "this device is not known to send crash reports")
    );
    seen.reports_crashes_since = Some(day("2026-11-20"));
    assert_eq!(
        stands(&check(plan.clone(), &seen, day(TODAY)), StepKind::Listen),
        (StepState::Unknown, "it is known to send crash reports only since 2026-11-20")
    );
    seen.reports_crashes_since = Some(day("2026-10-01"));
    let deaf = Observations { flows: Vec::new(), ..seen.clone() };
    assert_eq!(
        stands(&check(plan.clone(), &deaf, day(TODAY)), StepKind::Listen),
        (StepState::Unknown, "nothing at all was heard from it for 30 days")
    );
    assert_eq!(stands(&check(plan, &seen, day(TODAY)), StepKind::Listen).0, StepState::Verified);
}

#[test]
fn a_signature_stays_with_its_step_when_the_plan_is_made_anew() {
    let signed = Observations {
        signatures: vec![Signature {
            step: StepKind::Restore,
            signer: None,
            day: day("2026-11-20"),
            until: None,
        }],
        ..Observations::default()
    };
    let without_door = Subject { flows: vec![flow("pacs-1", 104, false)], ..scanner() };
    let numbers = [scanner(), without_door].map(|subject| {
        let plan = check(make(&subject, day(TODAY)), &signed, day(TODAY));
        assert_eq!(stands(&plan, StepKind::Restore).0, StepState::Verified);
        let verified = plan.steps.iter().filter(|step| step.state == StepState::Verified);
        verified.map(|step| step.number).collect::<Vec<_>>()
    });
    assert_ne!(numbers[0], numbers[1], "the story is about numbers that shift");
}

#[test]
fn a_signature_without_an_end_ends_with_the_plans_review() {
    let plan = make(&scanner(), day(TODAY));
    assert_eq!(plan.review, day("2027-02-28"));
    let signed = Observations {
        signatures: vec![Signature {
            step: StepKind::Leave,
            signer: Some(Signer::RiskOwner),
            day: day(TODAY),
            until: None,
        }],
        ..Observations::default()
    };
    let plan = check(plan, &signed, day("2027-02-28"));
    assert_eq!(stands(&plan, StepKind::Leave).0, StepState::Verified);
    let late = check(plan, &signed, day("2027-03-01"));
    assert_eq!(
        stands(&late, StepKind::Leave),
        (StepState::Broken, "what was signed ran out on 2027-02-28")
    );
    // A plan made anew later does not lengthen it.
    let anew = check(make(&scanner(), day("2027-03-05")), &signed, day("2027-03-05"));
    assert_eq!(
        stands(&anew, StepKind::Leave),
        (StepState::Open, "what was signed ran out on 2027-02-28")
    );
}

#[test]
fn a_share_that_reaches_in_does_not_prove_that_results_go_out() {
    let subject = Subject { flows: vec![flow("results", 445, false)], ..scanner() };
    let mut seen = care_seen("2026-11-27");
    seen.flows =
        vec![SeenFlow { peer: "results".into(), port: 445, inward: true, last: day("2026-11-27") }];
    let plan = check(make(&subject, day(TODAY)), &seen, day(TODAY));
    assert_eq!(stands(&plan, StepKind::Care).0, StepState::Broken);
}
