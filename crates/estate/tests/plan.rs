//! Stories of protection plans: what a clinical engineer is handed, and what comes of it.

#![allow(clippy::unwrap_used, clippy::panic)]

use wardwatch_estate::plan::{
    Duty, Family, Flow, Observations, Plan, Reach, SeenFlow, Signature, Signer, StepKind,
    StepState, Subject, Who, check, make, page, rank,
};
use wardwatch_model::{CareClass, Day, Kb};

#[path = "plan/care.rs"]
mod care;
#[path = "plan/facts.rs"]
mod facts;
#[path = "plan/pack.rs"]
mod pack;
#[path = "plan/proofs.rs"]
mod proofs;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day of a story")
}

fn flow(peer: &str, port: u16, inward: bool) -> Flow {
    Flow { peer: peer.into(), port, protocol: "tcp".into(), inward }
}

fn scanner() -> Subject {
    Subject {
        device: "MRI-2".into(),
        system: "Windows XP Service Pack 3".into(),
        family: Family::Xp,
        service_pack: Some(3),
        support_ended: Some(day("2014-04-08")),
        duty: Duty::ImagingConsole,
        what: "MRI console".into(),
        service: Some("radiology".into()),
        care_class: Some(CareClass::Passive),
        supplier: Some("Lumen Imaging".into()),
        jump_host: Some("jump-1".into()),
        reach: Reach::WholeNetwork,
        smb_open: Some(true),
        flows: vec![
            flow("pacs-1", 11_112, false),
            flow("worklist-1", 104, false),
            flow("vpn.lumen.example", 3389, true),
            flow("wpc-0117", 445, true),
        ],
        settings: Vec::new(),
        updates: Vec::new(),
        last_crash: None,
    }
}

fn server() -> Subject {
    Subject {
        device: "SRV-OLD-3".into(),
        system: "Windows Server 2003 Service Pack 2".into(),
        family: Family::Server2003,
        service_pack: Some(2),
        support_ended: Some(day("2015-07-14")),
        duty: Duty::FileServer,
        what: "File server".into(),
        service: Some("letters".into()),
        care_class: Some(CareClass::Critical),
        supplier: None,
        reach: Reach::Segment,
        flows: vec![flow("dictation-1", 445, true), flow("print-2", 139, true)],
        updates: vec![Kb(4_012_598)],
        ..scanner()
    }
}

/// Compares a page with the one that is kept; a changed page is put there by hand, after reading it.
fn golden(name: &str, got: &str, want: &str) {
    assert!(got == want, "{name} differs; it is now:\n{got}");
    assert!(got.lines().count() <= 66, "{} lines", got.lines().count());
    assert!(got.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn the_page_of_an_mri_console_on_xp() {
    let text = page(&make(&scanner(), day("2026-11-28")));
    golden("mri", &text, include_str!("plan/mri-xp.out"));
    assert!(!text.contains("KB4012598, with") && text.contains("We install nothing on it"));
}

#[test]
fn the_page_of_a_file_server_on_server_2003() {
    let text = page(&make(&server(), day("2026-11-28")));
    golden("server", &text, include_str!("plan/file-server-2003.out"));
}

#[test]
fn a_device_that_nobody_classified_is_not_touched_either() {
    let plan = make(&Subject { care_class: None, ..server() }, day("2026-11-28"));
    assert!(plan.passive);
    assert!(page(&plan).contains("We install nothing on it"));
}

#[test]
fn every_family_and_duty_fits_one_page() {
    use Family::*;
    for family in [Xp, Server2003, Vista, Seven, Server2008, Eight, Embedded, LockedTen] {
        for care_class in [None, Some(CareClass::Normal), Some(CareClass::Passive)] {
            for mut base in [scanner(), server()] {
                let service_pack = Some(0);
                base.flows.extend((5000..5006).map(|port| flow("gate.lumen.example", port, true)));
                base.flows.push(flow("vpn-2.lumen.example", 1194, false));
                let subject = Subject { family, care_class, service_pack, ..base };
                let plan = make(&subject, day("2026-11-28"));
                let seen = check(plan.clone(), &Observations::default(), day("2026-11-28"));
                for text in [page(&plan), page(&seen)] {
                    assert!(text.lines().count() <= 66, "{} lines: {text}", text.lines().count());
                    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
                }
            }
        }
    }
}

#[test]
fn legacy_is_ranked_by_reach_and_not_by_age() {
    let named = |name: &str, family, reach, smb_open| Subject {
        device: name.into(),
        family,
        reach,
        smb_open,
        ..scanner()
    };
    let crashed = |name: &str, on: &str| Subject {
        last_crash: Some(day(on)),
        ..named(name, Family::Xp, Reach::WholeNetwork, Some(false))
    };
    let devices = [
        named("sealed-xp", Family::Xp, Reach::Peers, Some(false)),
        named("seven-445", Family::Seven, Reach::WholeNetwork, Some(true)),
        named("seven-shut", Family::Seven, Reach::WholeNetwork, Some(false)),
        named("blind-xp", Family::Xp, Reach::NothingKnown, None),
        crashed("crashed-lately", "2026-11-02"),
        crashed("crashed-once", "2026-11-01"),
    ];
    let today = day("2026-12-01");
    let order: Vec<_> =
        rank(&devices, today).into_iter().map(|one| (one.device, one.score)).collect();
    assert_eq!(
        order,
        [
            ("seven-445", 35),
            ("blind-xp", 34),
            ("crashed-lately", 32),
            ("crashed-once", 30),
            ("seven-shut", 30),
            ("sealed-xp", 10),
        ]
        .map(|(name, score)| (name.to_owned(), score))
    );
}

/// The states of the steps, one letter each.
fn states(plan: &Plan) -> String {
    plan.steps.iter().map(|step| &step.state.as_str()[..1]).collect()
}

#[test]
fn steps_are_proven_by_what_was_seen_and_broken_by_what_was_not() {
    let today = day("2026-11-28");
    let plan = make(&scanner(), today);
    assert_eq!(states(&plan), "ooooooooooo"[..plan.steps.len()]);

    // Nobody watches: nothing is known of flows; what people have to sign is open.
    let blind = check(plan.clone(), &Observations::default(), today);
    assert_eq!(blind.steps[0].state, StepState::Unknown);
    assert_eq!(blind.steps[0].reason, "its segment is not watched");

    // Watched for three weeks, care seen, no stranger.
    let care = |port, peer: &str, last| SeenFlow {
        peer: peer.into(),
        port,
        inward: false,
        last: day(last),
    };
    let mut seen = Observations {
        watched: Some((day("2026-11-07"), day("2026-11-27"))),
        flows: vec![care(11_112, "pacs-1", "2026-11-27"), care(104, "worklist-1", "2026-11-26")],
        signatures: vec![Signature {
            step: StepKind::Leave,
            signer: Some(Signer::RiskOwner),
            day: day("2026-11-01"),
            until: Some(day("2027-05-01")),
        }],
        ..Observations::default()
    };
    let good = check(plan, &seen, today);
    assert_eq!(
        good.steps[..3].iter().map(|step| step.state).collect::<Vec<_>>(),
        [StepState::Verified; 3]
    );
    assert_eq!(good.steps.last().map(|step| step.state), Some(StepState::Verified));

    // A ward PC comes through on 445, the archive falls silent, the acceptance runs out.
    let later = day("2027-05-02");
    seen.watched = Some((day("2026-11-07"), day("2027-05-01")));
    seen.flows = vec![
        care(104, "worklist-1", "2027-05-01"),
        SeenFlow { peer: "wpc-0117".into(), port: 445, inward: true, last: day("2027-04-30") },
    ];
    let bad = check(good, &seen, later);
    let reason = |at: usize| (bad.steps[at].state, bad.steps[at].reason.as_str());
    assert_eq!(
        reason(1),
        (StepState::Broken, "port 11112 with pacs-1 was not seen for 7 days: care may be cut off")
    );
    assert_eq!(reason(2), (StepState::Broken, "port 445 was reached by wpc-0117 on 2027-04-30"));
    assert_eq!(
        reason(bad.steps.len() - 1),
        (StepState::Broken, "what was signed ran out on 2027-05-01")
    );
}
