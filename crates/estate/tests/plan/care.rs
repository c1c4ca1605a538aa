//! Care goes on: what was observed stays, and no step of a page cuts what another needs.

use super::*;

fn texts(subject: &Subject) -> (Plan, String) {
    let plan = make(subject, day("2026-11-28"));
    let text = page(&plan);
    (plan, text)
}

/// The page in one line, so that a wrapped sentence is found.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a step, found by its title.
fn what(plan: &Plan, title: &str) -> String {
    let found = plan.steps.iter().find(|step| step.title.starts_with(title));
    found.map(|step| step.what.clone()).unwrap_or_else(|| panic!("no step {title}"))
}

#[test]
fn every_observed_flow_stays_whatever_its_port() {
    let flows = vec![
        flow("lis", 1433, false),
        flow("hl7", 6661, false),
        flow("archive", 4242, true),
        flow("pacs", 2762, false),
        flow("results", 445, false),
        flow("wpc-0117", 445, true),
        flow("vpn.lumen.example", 3389, true),
        flow("gate.lumen.example", 1194, false),
    ];
    let (plan, text) = texts(&Subject { duty: Duty::LabAnalyser, flows, ..scanner() });
    for line in [
        "  -> lis tcp port 1433 (purpose to be confirmed)\n",
        "  -> hl7 tcp port 6661 (purpose to be confirmed)\n",
        "  <- archive tcp port 4242 (purpose to be confirmed)\n",
        "  -> pacs tcp port 2762 (DICOM)\n",
        "  -> results tcp port 445 (file share)\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert_eq!(plan.flows_to_keep.len(), 5, "neither sessions, tunnels nor SMB inward");
    assert!(!text.contains("none observed"), "{text}");
    assert!(what(&plan, "Prove that care goes on").contains("every flow"));
    assert!(what(&plan, "Cut everything").contains("to be confirmed"));
    // The share of the results stays, though nobody may come in.
    let smb = what(&plan, "Cut file sharing");
    assert!(smb.contains("in on ports 139 and 445") && smb.contains("outward"), "{smb}");
    assert!(smb.contains("wpc-0117"), "who is cut is named: {smb}");
}

#[test]
fn none_observed_is_said_only_when_nothing_was() {
    let (plan, text) = texts(&Subject { flows: Vec::new(), ..scanner() });
    assert!(text.contains("none observed yet"), "{text}");
    assert!(!what(&plan, "Prove that care goes on").contains("listed above"));
    let sessions = vec![flow("vpn.lumen.example", 3389, true)];
    let (plan, text) = texts(&Subject { flows: sessions, ..scanner() });
    assert!(!text.contains("none observed"), "{text}");
    assert!(!what(&plan, "Prove that care goes on").contains("listed above"));
}

#[test]
fn a_firewall_that_filters_inward_names_only_what_comes_in() {
    let mut subject = scanner();
    subject.flows.push(flow("modality-3", 4242, true));
    let (plan, _) = texts(&subject);
    let firewall = what(&plan, "Switch on its own firewall");
    assert!(firewall.contains("tcp 4242 from modality-3"), "{firewall}");
    assert!(firewall.contains("tcp 3389 from jump-1"), "{firewall}");
    assert!(!firewall.contains("pacs-1") && !firewall.contains("11112"), "{firewall}");
    assert!(!firewall.contains("ports above"), "{firewall}");
}

#[test]
fn the_jump_host_and_the_collector_are_let_through() {
    let (plan, text) = texts(&scanner());
    assert!(text.contains("  <- jump-1 tcp port 3389 (remote session)\n"), "{text}");
    assert!(text.contains("  -> collector of crash reports tcp port 445 (file share)\n"), "{text}");
    assert!(what(&plan, "Cut everything").contains("listed above"));
    let seven = Subject { family: Family::Seven, ..scanner() };
    let (_, text) = texts(&seven);
    assert!(
        text.contains("  -> collector of crash reports tcp port 1273 (crash reports)\n"),
        "{text}"
    );
    // A supplier who comes through the jump host already is not sent away.
    let flows = vec![flow("pacs-1", 104, false), flow("jump-1", 3389, true)];
    let (plan, _) = texts(&Subject { flows, ..scanner() });
    assert!(plan.steps.iter().all(|step| !step.what.contains("Close it")));
}

#[test]
fn a_collector_of_old_systems_is_set_by_group_policy() {
    for base in [scanner(), server()] {
        let (_, text) = texts(&base);
        let flat = flat(&text);
        assert!(
            flat.contains(
                "Computer Configuration, Administrative Templates, System, Error Reporting, \
                 Configure Error Reporting: corporate upload file path"
            ),
            "{text}"
        );
        assert!(!flat.contains("System Properties"), "{text}");
    }
}

#[test]
fn port_135_is_excepted_only_for_who_comes_in_on_it() {
    let (plan, _) = texts(&scanner());
    assert_eq!(plan.steps[0].verify[0].to_string(), "nobody reaches port 135 for 14 days");
    let mut seen = Observations {
        watched: Some((day("2026-11-01"), day("2026-11-27"))),
        flows: vec![SeenFlow {
            peer: "pacs-1".into(),
            port: 135,
            inward: true,
            last: day("2026-11-20"),
        }],
        ..Observations::default()
    };
    let bad = check(plan, &seen, day("2026-11-28"));
    assert_eq!(bad.steps[0].state, StepState::Open);
    assert_eq!(bad.steps[0].reason, "port 135 was reached by pacs-1 on 2026-11-20");
    let mut subject = scanner();
    subject.flows.push(flow("console-9", 135, true));
    seen.flows[0].peer = "console-9".into();
    let good = check(make(&subject, day("2026-11-28")), &seen, day("2026-11-28"));
    assert_eq!(good.steps[0].state, StepState::Verified);
}

#[test]
fn a_file_server_keeps_smb_1_while_a_client_may_need_it() {
    let (plan, text) = texts(&Subject { family: Family::Seven, ..server() });
    assert!(what(&plan, "Narrow").contains("When no client needs SMB 1 any more: HKLM"), "{text}");
    assert!(!flat(&text).contains("SMB 1 server reported off"), "{text}");
    let (_, text) = texts(&Subject { family: Family::Seven, duty: Duty::WardPc, ..server() });
    assert!(flat(&text).contains("SMB 1 server reported off"), "{text}");
}

#[test]
fn flows_that_do_not_fit_the_page_are_counted_and_kept() {
    let flows = (5000..5009).map(|port| flow("bridge", port, true)).collect();
    let (plan, text) = texts(&Subject { flows, ..scanner() });
    assert_eq!(plan.flows_to_keep.len(), 9);
    assert!(text.contains("and 3 more: they count as listed here"), "{text}");
}
