//! What people do with incidents, and how triage goes on from there.

use wardwatch_incident::handling::{self, HandlingError};
use wardwatch_incident::{Limits, Settings, Triage};
use wardwatch_model::{CloseReason, EntityKind, Incident, IncidentState, Level, Sighting};

use super::made::*;

/// Two incidents of ZZ1 and one of ZZ2.
fn three() -> (Triage, [Incident; 3]) {
    let mut triage = triage();
    let seen = [
        sighting(1, "ZZPC01").level(Level::High).tags(&["attack.impact"]),
        sighting(2, "ZZPC02"),
        sighting(3, "ZZPC01").of("ZZ2"),
    ];
    fold_all(&mut triage, &seen);
    let incidents = triage.take_changes().incidents;
    (triage, incidents.try_into().expect("three were opened"))
}

#[test]
fn an_owner_a_note_and_an_end_are_written_down() {
    let (_, [incident, ..]) = three();
    let given = handling::assign(incident.clone(), Some(" amara "), "ben", at(1)).unwrap();
    assert_eq!(given.owner.as_deref(), Some("amara"));
    assert_eq!(
        (given.notes[0].by.as_str(), given.notes[0].text.as_str()),
        ("ben", "Given to amara.")
    );
    let noted = handling::note(given.clone(), " Phoned\nthe ward. ", "amara", at(2)).unwrap();
    assert_eq!(noted.notes[1].text, "Phoned\nthe ward.");
    let closed = handling::close(noted, CloseReason::Resolved, "amara", at(3)).unwrap();
    assert_eq!(closed.state, IncidentState::Closed);
    assert_eq!(closed.closing.as_ref().unwrap().reason, CloseReason::Resolved);
    let again = handling::reopen(closed.clone(), "ben", at(4)).unwrap();
    assert_eq!((again.state, &again.closing), (IncidentState::Open, &None));
    assert_eq!(again.notes[2].text, "Opened again. It was closed as resolved.");
    let nobodys = handling::assign(again, None, "ben", at(5)).unwrap();
    assert_eq!(nobodys.owner, None);
    assert!(handling::note(closed.clone(), "Late.", "ben", at(5)).is_ok(), "closed ones too");

    let state = IncidentState::Closed;
    let wrong = HandlingError::NotOpen { incident: closed.id, state };
    assert_eq!(handling::assign(closed.clone(), None, "ben", at(6)), Err(wrong.clone()));
    assert_eq!(wrong.to_string(), format!("incident {} is closed, not open", closed.id));
    assert!(handling::close(closed, CloseReason::Expected, "ben", at(6)).is_err());
    assert!(handling::reopen(given, "ben", at(6)).is_err());
}

#[test]
fn each_change_has_a_later_moment_even_if_the_clock_stands() {
    let (_, [incident, ..]) = three();
    let one = handling::note(incident.clone(), "One.", "amara", at(-DAY)).unwrap();
    let two = handling::note(one.clone(), "Two.", "amara", at(-DAY)).unwrap();
    assert!(incident.updated < one.updated && one.updated < two.updated);
}

#[test]
fn notes_and_names_are_bounded() {
    let (_, [incident, ..]) = three();
    let long = "é".repeat(handling::LONGEST_NOTE + 1);
    assert_eq!(handling::note(incident.clone(), " ", "a", at(0)), Err(HandlingError::EmptyNote));
    assert!(matches!(
        handling::note(incident.clone(), &long, "a", at(0)),
        Err(HandlingError::LongNote { .. })
    ));
    for name in ["", "  ", &"x".repeat(handling::LONGEST_NAME + 1)] {
        let found = handling::assign(incident.clone(), Some(name), "a", at(0));
        assert_eq!(found, Err(HandlingError::WrongName));
    }
    let mut full = incident;
    while full.notes.len() < wardwatch_model::incident::MAX_LISTED {
        full = handling::note(full, "x", "a", at(0)).unwrap();
    }
    assert!(matches!(handling::note(full, "x", "a", at(0)), Err(HandlingError::ManyNotes { .. })));
}

#[test]
fn a_closed_incident_takes_no_more() {
    let (mut triage, [incident, ..]) = three();
    let closed = handling::close(incident.clone(), CloseReason::Resolved, "a", at(1)).unwrap();
    triage.replace(closed.clone());
    assert!(triage.take_changes().incidents.is_empty(), "stored already");
    let next = triage.fold(&sighting(10, "ZZPC01"), at(2));
    assert!(next.opened && next.incident != Some(incident.id));

    let again = handling::reopen(closed, "a", at(3)).unwrap();
    triage.replace(again);
    let bridge = triage.fold(&sighting(11, "ZZPC01"), at(4));
    assert_eq!(bridge.absorbed.len(), 1, "now both are open and share the device");
}

#[test]
fn what_people_decide_outlives_what_comes_in_meanwhile() {
    let (mut triage, [incident, ..]) = three();
    let given = handling::assign(incident, Some("amara"), "amara", at(1)).unwrap();
    triage.fold(&sighting(10, "ZZPC01"), at(1));
    triage.replace(given.clone());
    let told = triage.take_changes().incidents;
    assert_eq!((told[0].count, told[0].owner.as_deref()), (2, Some("amara")));
    assert!(told[0].updated > given.updated);
}

#[test]
fn what_people_decide_outlives_what_leaves_memory_meanwhile() {
    let limits = Limits { organisation_incidents: 1, ..Limits::default() };
    let mut triage = Triage::new(Settings { limits, ..Settings::default() });
    triage.fold(&sighting(1, "ZZPC01"), at(0));
    let stored = triage.take_changes().incidents.remove(0);
    triage.fold(&sighting(2, "ZZPC01"), at(1));
    triage.fold(&sighting(3, "ZZPC02"), at(2));
    let closed = handling::close(stored, CloseReason::Resolved, "amara", at(3)).unwrap();
    triage.replace(closed.clone());
    let told = triage.take_changes().incidents;
    let told = told.iter().find(|incident| incident.id == closed.id).unwrap();
    assert_eq!((told.count, told.state), (2, IncidentState::Closed));
    assert!(told.updated > closed.updated);
}

#[test]
fn an_incident_that_was_folded_into_another_meanwhile_stays_so() {
    let (mut triage, [one, two, _]) = three();
    let noted = handling::note(two.clone(), "Mine.", "amara", at(1)).unwrap();
    let bridge = sighting(9, "ZZPC01").with(EntityKind::Device, "zzpc02");
    let folded = triage.fold(&bridge, at(1));
    let [gone] = folded.absorbed.as_slice() else { panic!("{folded:?}") };
    let noted =
        if *gone == two.id { noted } else { handling::note(one, "Mine.", "a", at(1)).unwrap() };
    triage.replace(noted);
    let told = triage.take_changes().incidents;
    let told = told.iter().find(|incident| incident.id == *gone).unwrap();
    assert_eq!((told.state, told.notes[0].text.as_str()), (IncidentState::Merged, "Mine."));
    assert_eq!(triage.counts().incidents, 2);
}

#[test]
fn what_people_decided_of_both_is_kept_when_a_detection_joins_them() {
    let (mut triage, [one, two, _]) = three();
    let (oldest, other) = if one.id < two.id { (one, two) } else { (two, one) };
    let other = handling::assign(other, Some("amara"), "ben", at(1)).unwrap();
    triage.replace(handling::note(other, "On my way.", "amara", at(2)).unwrap());
    triage.replace(handling::note(oldest.clone(), "Looking.", "kofi", at(3)).unwrap());
    let bridge = sighting(9, "ZZPC01").with(EntityKind::Device, "zzpc02");
    assert_eq!(triage.fold(&bridge, at(4)).incident, Some(oldest.id));
    let kept = open(triage.take_changes().incidents).remove(0);
    assert_eq!(kept.owner.as_deref(), Some("amara"));
    let notes: Vec<_> = kept.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(notes, ["Given to amara.", "On my way.", "Looking."]);
}

#[test]
fn people_merge_what_belongs_together() {
    let (mut triage, [one, two, foreign]) = three();
    let merged = handling::merge(two.clone(), one.clone(), "amara", at(1)).unwrap();
    assert_eq!((merged.into.id, merged.into.count), (two.id, 2));
    assert_eq!(merged.into.level, Level::High);
    assert_eq!(merged.into.path.len(), 1);
    assert_eq!(merged.into.devices.len(), 2);
    assert_eq!(merged.from.merged_into, Some(two.id));
    assert_eq!(merged.from.state, IncidentState::Merged);
    triage.replace(merged.into);
    triage.replace(merged.from.clone());
    let next = triage.fold(&sighting(10, "ZZPC01"), at(2));
    assert_eq!(next.incident, Some(two.id));
    assert_eq!(triage.counts().incidents, 2);

    let foreign_id = foreign.id;
    let wrong = handling::merge(two.clone(), foreign, "amara", at(1)).unwrap_err();
    assert_eq!(wrong, HandlingError::OtherOrganisation { incident: foreign_id });
    assert!(handling::merge(two.clone(), two.clone(), "amara", at(1)).is_err());
    assert!(handling::merge(two, merged.from, "amara", at(1)).is_err());
}

fn one_of_two_stories() -> (Triage, Incident, Vec<Sighting>) {
    let seen = vec![
        sighting(1, "ZZPC01").level(Level::Critical).says("Files are being locked"),
        sighting(2, "ZZPC01").says("A new printer was set up").when(MINUTE),
        sighting(3, "ZZPC01").when(2 * MINUTE).level(Level::Informational),
    ];
    let mut triage = triage();
    fold_all(&mut triage, &seen);
    let incident = triage.take_changes().incidents.remove(0);
    (triage, incident, seen)
}

#[test]
fn people_split_what_does_not_and_it_stays_split() {
    let (mut triage, incident, seen) = one_of_two_stories();
    let split = handling::split(
        incident.clone(),
        &seen[1..2],
        &[seen[0].clone(), seen[2].clone()],
        "a",
        at(HOUR),
    )
    .unwrap();
    assert_eq!((split.stays.id, split.stays.count), (incident.id, 2));
    assert_eq!((split.leaves.count, split.leaves.level), (1, Level::Medium));
    assert_eq!(split.leaves.title, "A new printer was set up on ZZPC01");
    assert_ne!(split.leaves.id, incident.id);

    for restart in [false, true] {
        let stored = vec![split.stays.clone(), split.leaves.clone()];
        if restart {
            triage = Triage::resume(Settings::default(), stored, Vec::new());
        } else {
            stored.into_iter().for_each(|one| triage.replace(one));
        }
        let next = sighting(10 + u64::from(restart), "ZZPC01").when(HOUR);
        let folded = triage.fold(&next, at(HOUR));
        assert_eq!((folded.incident, folded.absorbed.len()), (Some(incident.id), 0));
    }
    // People may change their mind.
    let merged = handling::merge(split.stays, split.leaves, "a", at(2 * HOUR)).unwrap();
    assert_eq!(merged.into.count, 3);
}

#[test]
fn a_split_is_refused_where_it_makes_no_sense() {
    let (_, incident, seen) = one_of_two_stories();
    let split = |leaving: &[Sighting], staying: &[Sighting]| {
        handling::split(incident.clone(), leaving, staying, "a", at(0)).unwrap_err()
    };
    assert_eq!(split(&[], &seen), HandlingError::EmptySide);
    assert_eq!(split(&seen[2..], &seen[..2]), HandlingError::EmptySide);
    let detection = seen[0].id;
    assert_eq!(split(&seen[..1], &seen), HandlingError::NamedTwice { detection });
    for other in [sighting(99, "ZZPC01"), seen[0].clone().of("ZZ2")] {
        let found = split(std::slice::from_ref(&other), &seen[1..]);
        assert!(matches!(found, HandlingError::NotInIncident { .. }), "{found}");
    }
}

#[test]
fn nobody_can_claim_a_split_in_a_note() {
    let (mut triage, [one, two, _]) = three();
    let text = format!("Split from incident {}.", two.id);
    let noted = handling::note(one, &text, "a", at(0)).unwrap();
    assert_eq!(noted.notes[0].text, format!("Note: {text}"));
    triage.replace(noted);
    let bridge = sighting(9, "ZZPC01").with(EntityKind::Device, "zzpc02");
    assert_eq!(triage.fold(&bridge, at(0)).absorbed.len(), 1);
}
