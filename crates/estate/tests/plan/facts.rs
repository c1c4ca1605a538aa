//! What a sensor saw and people said, until it is a plan that stands.

use proptest::prelude::*;
use wardwatch_estate::plan::{LEARNING_DAYS, Seen, observed, place, sign, strangers, take};
use wardwatch_model::Timestamp;
use wardwatch_model::inventory::{Inventory, ReportKind};
use wardwatch_model::plan::{Placing, PlanFacts, StepSignature};

use super::*;

fn seen(peer: &str, port: u16, inward: bool, last: &str) -> Seen {
    Seen { flow: flow(peer, port, inward), first: day(last), last: day(last) }
}

fn stands(facts: &PlanFacts, today: &str) -> Plan {
    let base = Subject { flows: Vec::new(), jump_host: None, ..scanner() };
    let subject = place(base, facts);
    let report = Inventory::new(ReportKind::SystemInfo);
    check(make(&subject, day(today)), &observed(facts, &report, true), day(today))
}

fn state(plan: &Plan, kind: StepKind) -> StepState {
    plan.steps.iter().find(|step| step.kind == kind).expect("it has this step").state
}

#[test]
fn steps_turn_as_a_sensor_reports_week_after_week() {
    let mut facts = PlanFacts::default();
    let before = stands(&facts, "2026-11-01");
    assert_eq!(state(&before, StepKind::Wall), StepState::Unknown);
    let care = |last| [seen("pacs-1", 11_112, false, last), seen("worklist-1", 104, false, last)];
    take(&mut facts, &care("2026-11-07"), day("2026-11-01"), day("2026-11-07"));
    take(&mut facts, &care("2026-11-15"), day("2026-11-08"), day("2026-11-15"));
    let learnt = stands(&facts, "2026-11-16");
    assert_eq!(learnt.flows_to_keep.len(), 2);
    assert_eq!(state(&learnt, StepKind::Care), StepState::Verified);
    assert_eq!(state(&learnt, StepKind::Wall), StepState::Verified);
    assert_eq!(state(&learnt, StepKind::FileSharing), StepState::Verified);

    // A ward's PC asks for shares: that breaks two steps, and does not become part of the plan.
    facts.held = [StepKind::Wall, StepKind::FileSharing].into();
    let mut stranger = care("2026-11-22").to_vec();
    stranger.push(seen("wpc-0117", 445, true, "2026-11-21"));
    take(&mut facts, &stranger, day("2026-11-16"), day("2026-11-22"));
    assert_eq!(strangers(&facts).len(), 1);
    let mut plan = make(
        &place(Subject { flows: Vec::new(), jump_host: None, ..scanner() }, &facts),
        day("2026-11-23"),
    );
    for step in &mut plan.steps {
        step.held = facts.held.contains(&step.kind);
    }
    let report = Inventory::new(ReportKind::SystemInfo);
    let plan = check(plan, &observed(&facts, &report, true), day("2026-11-23"));
    assert_eq!(state(&plan, StepKind::FileSharing), StepState::Broken);
    assert_eq!(state(&plan, StepKind::Wall), StepState::Broken);
    assert_eq!(plan.flows_to_keep.len(), 2);

    // Care stops: that breaks the second step, were it never held.
    take(&mut facts, &[], day("2026-11-23"), day("2026-12-05"));
    assert_eq!(state(&stands(&facts, "2026-12-06"), StepKind::Care), StepState::Broken);
}

#[test]
fn what_somebody_says_of_a_flow_counts_more_than_the_day_it_came() {
    let mut facts = PlanFacts::default();
    take(&mut facts, &[], day("2026-11-01"), day("2026-11-20"));
    take(
        &mut facts,
        &[seen("new-pacs", 104, false, "2026-11-22")],
        day("2026-11-21"),
        day("2026-11-22"),
    );
    assert_eq!(strangers(&facts).len(), 1);
    facts.flows[0].needed = Some(true);
    assert!(strangers(&facts).is_empty());
    assert_eq!(stands(&facts, "2026-11-23").flows_to_keep[0].peer, "new-pacs");
    facts.flows[0].needed = Some(false);
    assert!(stands(&facts, "2026-11-23").flows_to_keep.is_empty());
}

#[test]
fn a_gap_in_the_watch_begins_a_new_one() {
    let mut facts = PlanFacts::default();
    take(&mut facts, &[], day("2026-11-01"), day("2026-11-07"));
    take(&mut facts, &[], day("2026-11-10"), day("2026-11-12"));
    let watched = facts.watched.unwrap();
    assert_eq!((watched.from, watched.through), (day("2026-11-10"), day("2026-11-12")));
    // What is older tells nothing new of the watch, and the days of learning began with the first.
    take(&mut facts, &[], day("2026-10-01"), day("2026-10-02"));
    assert_eq!(facts.watched, Some(watched));
    assert_eq!(facts.learnt_from, Some(day("2026-10-01")));
    take(&mut facts, &[], day("2026-11-08"), day("2026-11-09"));
    assert_eq!(facts.watched.unwrap().from, day("2026-11-08"));
}

#[test]
fn people_s_words_place_it_and_their_names_prove() {
    let mut facts = PlanFacts {
        placing: Placing {
            duty: Some(Duty::ImagingConsole),
            what: None,
            supplier: Some("Lumen Imaging".into()),
            jump_host: Some("jump-7".into()),
            reach: Some(Reach::Peers),
        },
        ..PlanFacts::default()
    };
    let base = Subject::unplaced(
        "MRI-2".into(),
        "Microsoft Windows XP Service Pack 3".into(),
        None,
        vec![],
        vec![],
    );
    let subject = place(base, &facts);
    assert_eq!((subject.what.as_str(), subject.reach), ("Imaging console", Reach::Peers));
    let micros = 1_795_910_400_000_000; // 2026-11-28
    let by_supplier = StepSignature {
        step: StepKind::Updates,
        signer: Some(Signer::Supplier),
        by: "cleo".into(),
        time: Timestamp { micros },
        until: None,
        note: String::new(),
    };
    sign(&mut facts, by_supplier);
    let report = Inventory::new(ReportKind::SystemInfo);
    let plan = check(make(&subject, day(TODAY)), &observed(&facts, &report, true), day(TODAY));
    assert_eq!(state(&plan, StepKind::Updates), StepState::Verified);
}

const TODAY: &str = "2026-11-28";

proptest! {
    /// However sensors report: what is kept is bounded, the watch never ends before it began, and a
    /// flow that came after the days of learning is never one to keep.
    #[test]
    fn what_is_kept_is_bounded_and_no_late_flow_is_learnt(
        reports in proptest::collection::vec(
            (0i32..400, 0i32..20, proptest::collection::vec((0u16..900, any::<bool>(), 0i32..30), 0..40)),
            1..30,
        ),
    ) {
        let start = day("2026-01-01");
        let mut facts = PlanFacts::default();
        for (from, days, flows) in reports {
            let (from, through) = (start.plus(from), start.plus(from + days));
            let flows: Vec<Seen> = flows
                .into_iter()
                .map(|(port, inward, late)| Seen {
                    flow: flow("peer", port, inward),
                    first: from.plus(late),
                    last: from.plus(late),
                })
                .collect();
            take(&mut facts, &flows, from, through);
            let watched = facts.watched.unwrap();
            prop_assert!(watched.from <= watched.through && facts.flows.len() <= 500);
        }
        let learnt = facts.learnt_from.unwrap().plus(LEARNING_DAYS - 1);
        let late = strangers(&facts);
        for known in &facts.flows {
            prop_assert_eq!(known.first > learnt, late.contains(&known));
        }
    }
}
