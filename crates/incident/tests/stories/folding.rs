//! What belongs together in one organisation.

use wardwatch_incident::{Settings, Triage};
use wardwatch_model::incident::MAX_LISTED;
use wardwatch_model::{EntityKind, IncidentState, Level};

use super::made::*;

#[test]
fn detections_that_share_anything_are_one_incident() {
    let shared = [
        (EntityKind::Device, "zzpc09"),
        (EntityKind::User, r"zztrust\ngrant"),
        (EntityKind::Process, "a23eae89-bd28-5903-0000-001009665d00"),
        (EntityKind::Hash, "abababababababababababababababab"),
        (EntityKind::Address, "10.0.0.5"),
        (EntityKind::Domain, "c2.example.org"),
    ];
    for (kind, value) in shared {
        let one = sighting(1, "ZZPC01").with(kind, value);
        let two = sighting(2, "ZZPC02").with(kind, value).when(MINUTE);
        let incidents = folded(&[one, two]);
        assert_eq!(incidents.len(), 1, "{kind:?}");
        assert_eq!(incidents[0].count, 2);
        assert_eq!(incidents[0].devices, ["ZZPC01", "ZZPC02"]);
        assert_eq!((incidents[0].first, incidents[0].last), (at(0), at(MINUTE)));
    }
}

#[test]
fn what_shares_nothing_or_only_what_all_have_stays_apart() {
    let common = [
        (EntityKind::User, r"nt authority\system"),
        (EntityKind::User, "-"),
        (EntityKind::User, "local service"),
        (EntityKind::Address, "127.0.0.1"),
        (EntityKind::Address, "0.0.0.0"),
        (EntityKind::Device, "localhost"),
        (EntityKind::Domain, ""),
    ];
    for (kind, value) in common {
        let one = sighting(1, "ZZPC01").with(kind, value);
        let two = sighting(2, "ZZPC02").with(kind, value);
        assert_eq!(folded(&[one, two]).len(), 2, "{kind:?} {value}");
    }
}

#[test]
fn the_window_ends_after_a_day_of_quiet() {
    let one = sighting(1, "ZZPC01");
    let within = sighting(2, "ZZPC01").when(DAY);
    let beyond = sighting(3, "ZZPC01").when(2 * DAY + 1);
    let incidents = folded(&[one, within, beyond]);
    assert_eq!(incidents.iter().map(|one| one.count).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn no_incident_spans_more_than_its_longest() {
    let settings = Settings { longest_micros: 3 * DAY, ..Settings::default() };
    let mut triage = Triage::new(settings);
    let days: Vec<_> = (0..7).map(|day| sighting(day, "ZZPC01").when(day as i64 * DAY)).collect();
    fold_all(&mut triage, &days);
    let counts: Vec<_> = triage.take_changes().incidents.iter().map(|one| one.count).collect();
    assert_eq!(counts, [4, 3]);
}

#[test]
fn a_detection_that_shares_with_two_incidents_joins_them_under_the_older() {
    let mut triage = triage();
    let older = sighting(1, "ZZPC01").says("First");
    let younger = sighting(2, "ZZPC02").when(HOUR);
    let bridge = sighting(3, "ZZPC02").with(EntityKind::Device, "zzpc01").when(2 * HOUR);
    let first = triage.fold(&older, at(0)).incident.unwrap();
    let second = triage.fold(&younger, at(HOUR)).incident.unwrap();
    let folded = triage.fold(&bridge, at(2 * HOUR));
    assert_eq!((folded.incident, folded.opened), (Some(first), false));
    assert_eq!(folded.absorbed, [second]);

    let changes = triage.take_changes();
    let [kept, gone] = changes.incidents.as_slice() else { panic!("{changes:#?}") };
    assert_eq!((kept.id, kept.count, kept.state), (first, 3, IncidentState::Open));
    assert_eq!(kept.devices, ["ZZPC01", "ZZPC02"]);
    assert_eq!((gone.id, gone.state), (second, IncidentState::Merged));
    assert_eq!(gone.merged_into, Some(first));
    // And what comes next finds the one that is left.
    let next = sighting(4, "ZZPC02").when(3 * HOUR);
    assert_eq!(triage.fold(&next, at(3 * HOUR)).incident, Some(first));
}

#[test]
fn an_informational_detection_opens_nothing_and_is_context_where_it_shares() {
    let mut triage = triage();
    let context = sighting(1, "ZZPC01").level(Level::Informational).tags(&["attack.impact"]);
    let folded = triage.fold(&context, at(0));
    assert_eq!((folded.incident, folded.opened), (None, false));
    assert!(triage.take_changes().incidents.is_empty());

    let alarm = sighting(2, "ZZPC01");
    let id = triage.fold(&alarm, at(0)).incident;
    let later = sighting(3, "ZZPC01")
        .level(Level::Informational)
        .tags(&["attack.impact"])
        .with(EntityKind::User, "ngrant")
        .when(HOUR);
    assert_eq!(triage.fold(&later, at(HOUR)).incident, id);
    let incidents = triage.take_changes().incidents;
    assert_eq!((incidents[0].count, incidents[0].detections.len()), (2, 2));
    assert!(incidents[0].path.is_empty() && incidents[0].last == at(0));
    // Its own entities lead nowhere.
    let other = sighting(4, "ZZPC02").with(EntityKind::User, "ngrant").when(HOUR);
    assert!(triage.fold(&other, at(HOUR)).opened);
}

#[test]
fn what_very_many_devices_share_joins_only_what_is_serious() {
    let settings = Settings { common_devices: 3, ..Settings::default() };
    let user = |number: u64| {
        sighting(number, &format!("ZZPC{number:02}")).with(EntityKind::User, "scanner")
    };
    let mut triage = Triage::new(settings);
    for number in 0..4 {
        triage.fold(&user(number), at(0));
    }
    assert!(triage.fold(&user(4), at(0)).opened, "medium, and common by now");
    assert!(!triage.fold(&user(5).level(Level::High), at(0)).opened, "high");
}

#[test]
fn the_same_detection_again_changes_nothing() {
    let mut triage = triage();
    let one = sighting(1, "ZZPC01");
    let first = triage.fold(&one, at(0));
    triage.take_changes();
    let again = triage.fold(&one, at(HOUR));
    assert_eq!(again.incident, first.incident);
    assert!(!again.opened && triage.take_changes().incidents.is_empty());
}

#[test]
fn detections_that_touched_nothing_go_together_by_rule() {
    let same = [sighting(1, ""), sighting(2, ""), sighting(3, "").rule("zz-other")];
    let counts: Vec<_> = folded(&same).iter().map(|incident| incident.count).collect();
    assert_eq!(counts, [2, 1]);
}

#[test]
fn a_device_joins_even_where_nobody_listed_it() {
    let mut bare = [sighting(1, "ZZPC01"), sighting(2, "zzpc01")];
    bare.iter_mut().for_each(|sighting| sighting.entities.clear());
    let incidents = folded(&bare);
    assert_eq!((incidents.len(), incidents[0].devices.len()), (1, 1));
}

#[test]
fn two_organisations_never_share_an_incident() {
    let one = sighting(1, "ZZPC01").with(EntityKind::User, "ngrant");
    let two = sighting(2, "ZZPC01").with(EntityKind::User, "ngrant").of("ZZ2");
    let incidents = folded(&[one, two]);
    assert_eq!(incidents.len(), 2);
    assert_ne!(incidents[0].org, incidents[1].org);
    assert_ne!(incidents[0].id, incidents[1].id);
}

#[test]
fn the_path_follows_time_whatever_the_order_of_arrival() {
    let seen = [
        sighting(1, "ZZPC01").tags(&["attack.impact", "attack.t1486"]).when(3 * HOUR),
        sighting(2, "ZZPC01").tags(&["attack.lateral_movement"]).when(2 * HOUR),
        sighting(3, "ZZPC01").tags(&["attack.initial-access"]).when(0),
        sighting(4, "ZZPC01").tags(&["attack.impact"]).when(HOUR),
    ];
    let incidents = folded(&seen);
    let path: Vec<_> =
        incidents[0].path.iter().map(|step| (step.tactic.as_str(), step.time)).collect();
    let expected =
        [("initial-access", at(0)), ("impact", at(HOUR)), ("lateral-movement", at(2 * HOUR))];
    assert_eq!(path, expected);
}

#[test]
fn what_was_stored_is_taken_up_again() {
    let mut before = triage();
    let one = sighting(1, "ZZPC01").level(Level::High).says("Files are being locked");
    before.fold(&one, at(0));
    let stored = before.take_changes().incidents;

    let mut after = Triage::resume(Settings::default(), stored.clone(), Vec::new());
    assert!(after.take_changes().incidents.is_empty(), "nothing is new yet");
    assert_eq!(after.fold(&one, at(0)).incident, Some(stored[0].id), "known already");
    let two = sighting(2, "ZZPC01").when(HOUR);
    let folded = after.fold(&two, at(HOUR));
    assert_eq!((folded.incident, folded.opened), (Some(stored[0].id), false));
    let told = after.take_changes().incidents;
    assert_eq!(told[0].count, 2);
    assert_eq!(told[0].title, "Files are being locked on ZZPC01");
    assert_eq!(told[0].proposals[0], stored[0].proposals[0]);
    assert!(told[0].updated > stored[0].updated);
}

#[test]
fn a_title_survives_restarts_while_devices_grow() {
    let mut triage = triage();
    let mut stored = Vec::new();
    for number in 0..4 {
        let one = sighting(number, &format!("ZZPC{number}"))
            .with(EntityKind::User, "ngrant")
            .says("Files on a share are locked");
        triage.fold(&one, at(0));
        stored = triage.take_changes().incidents;
        triage = Triage::resume(Settings::default(), stored.clone(), Vec::new());
    }
    assert_eq!(stored[0].title, "Files on a share are locked on 4 devices");
}

#[test]
fn lists_end_and_counts_go_on() {
    let mut triage = triage();
    for number in 0..MAX_LISTED as u64 + 100 {
        let one = sighting(number, &format!("ZZPC{number}"))
            .level(Level::High)
            .rule(&format!("zz-rule-{number}"))
            .with(EntityKind::User, "ngrant");
        triage.fold(&one, at(0));
    }
    let incidents = triage.take_changes().incidents;
    let [one] = incidents.as_slice() else { panic!("{} incidents", incidents.len()) };
    assert_eq!(one.count, MAX_LISTED as u64 + 100);
    assert_eq!(one.title, format!("Something odd ran on {} devices", MAX_LISTED + 100));
    for listed in [one.detections.len(), one.rules.len(), one.entities.len(), one.devices.len()] {
        assert_eq!(listed, MAX_LISTED);
    }
}

#[test]
fn every_telling_has_its_own_moment() {
    let mut triage = triage();
    let mut told = Vec::new();
    for number in 0..5 {
        triage.fold(&sighting(number, "ZZPC01"), at(0));
        told.push(triage.take_changes().incidents[0].updated);
    }
    assert!(told.windows(2).all(|pair| pair[0] < pair[1]), "{told:?}");
}
