//! Service packs: what needs one waits for it, and nobody is sent to a command that is not there.

use super::*;

fn plan_of(system: &str, ended: &str) -> Plan {
    let normal = Subject {
        care_class: Some(CareClass::Normal),
        ..Subject::unplaced("d".into(), system.into(), Some(day(ended)), vec![], vec![])
    };
    make(&normal, day("2026-11-28"))
}

#[test]
fn below_the_last_pack_the_pack_comes_first() {
    for (system, pack) in [
        ("Microsoft Windows XP", Some("Service Pack 3")),
        ("Microsoft Windows XP Service Pack 1", Some("Service Pack 3")),
        ("Microsoft Windows XP Service Pack 2", Some("Service Pack 3")),
        ("Microsoft Windows XP Service Pack 3", None),
        ("Microsoft Windows XP SP3", None),
        ("Microsoft Windows XP Professional x64 Edition", Some("Service Pack 2")),
        ("Microsoft Windows XP Professional x64 Edition Service Pack 2", None),
        ("Microsoft Windows Server 2003", Some("Service Pack 2")),
        ("Microsoft Windows Server 2003 x64 Edition Service Pack 1", Some("Service Pack 2")),
        ("Windows Server 2003 R2 Service Pack 2", None),
        ("Windows Vista Service Pack 1", Some("Service Pack 2")),
        ("Windows Vista x64 Edition Service Pack 2", None),
        ("Windows 7 for x64-based Systems", Some("Service Pack 1")),
        ("Windows 7 for x64-based Systems Service Pack 1", None),
        ("Windows Server 2008 for 32-bit Systems", Some("Service Pack 2")),
        ("Windows Server 2008 R2 for x64-based Systems", Some("Service Pack 1")),
        ("Windows Server 2008 R2 for x64-based Systems Service Pack 1", None),
        ("Windows 8.1 for x64-based systems", None),
    ] {
        let plan = plan_of(system, "2014-04-08");
        let place = |word: &str| plan.steps.iter().position(|step| step.title.contains(word));
        let step = place("last service pack first").map(|at| plan.steps[at].what.clone());
        assert_eq!(step.is_some(), pack.is_some(), "{system}");
        if let (Some(what), Some(pack)) = (step, pack) {
            assert!(what.contains(pack), "{system}: {what}");
            assert!(place("late updates").is_none_or(|at| Some(at) > place("service pack")));
        }
    }
}

#[test]
fn netsh_firewall_is_named_only_where_it_is() {
    for (system, there) in [
        ("Microsoft Windows XP Service Pack 1", false),
        ("Microsoft Windows XP Service Pack 2", true),
        ("Microsoft Windows XP Professional x64 Edition", true),
        ("Microsoft Windows Server 2003", false),
        ("Microsoft Windows Server 2003 Service Pack 1", true),
        ("Microsoft Windows Server 2003 x64 Edition", true),
    ] {
        let plan = plan_of(system, "2014-04-08");
        let step = plan.steps.iter().find(|step| step.title.contains("firewall"));
        let what = step.map(|step| step.what.clone()).unwrap_or_default();
        assert!(what.contains("netsh firewall add portopening"), "{system}: {what}");
        assert_eq!(!what.contains("only after"), there, "{system}: {what}");
    }
}

#[test]
fn on_a_passive_device_the_pack_is_the_suppliers() {
    let plan = make(
        &Subject { system: "Windows XP Service Pack 2".into(), service_pack: Some(2), ..scanner() },
        day("2026-11-28"),
    );
    let step = plan.steps.iter().find(|step| step.title.contains("service pack"));
    let step = step.expect("an XP with pack 2 needs pack 3");
    assert_eq!(step.who, Who::Supplier);
    assert!(step.what.starts_with("By Lumen Imaging only, never by us"), "{}", step.what);
}

#[test]
fn vistas_update_came_before_the_end_of_its_support() {
    for care_class in [Some(CareClass::Normal), Some(CareClass::Passive)] {
        let mut subject = scanner();
        subject = Subject { care_class, family: Family::Vista, ..subject };
        subject.system = "Windows Vista Service Pack 2".into();
        let text = page(&make(&subject, day("2026-11-28")));
        assert!(text.contains("KB4012598"), "{text}");
        let flat: Vec<_> = text.split_whitespace().collect();
        assert!(!flat.join(" ").contains("after the end of support"), "{text}");
    }
}
