//! Memory and work stay bounded, whatever comes in.

use wardwatch_incident::{ENTITY_BYTES, Limits, Settings, Triage, entities};
use wardwatch_model::{EntityKind, IncidentId, IncidentState, Level, Sighting};

use super::made::*;

fn small(limits: Limits) -> Triage {
    Triage::new(Settings { limits, ..Settings::default() })
}

fn own_device(number: u64) -> Sighting {
    sighting(number, &format!("ZZPC{number}"))
}

#[test]
fn an_organisation_keeps_its_latest_incidents_and_loses_none_unsaid() {
    let mut triage = small(Limits { organisation_incidents: 10, ..Limits::default() });
    for number in 0..50 {
        assert!(triage.fold(&own_device(number), at(number as i64)).opened);
        assert!(triage.counts().incidents <= 10);
    }
    assert_eq!(triage.take_changes().incidents.len(), 50, "all are told, in memory or not");
    let quiet = sighting(100, "ZZPC3");
    assert!(triage.fold(&quiet, at(60)).opened, "the quietest left memory");
    let busy = sighting(101, "ZZPC45");
    assert!(!triage.fold(&busy, at(61)).opened);
}

#[test]
fn an_organisations_entities_are_bounded() {
    let limits = Limits { organisation_entities: 20, ..Limits::default() };
    let mut triage = small(limits);
    for number in 0..50 {
        let one = own_device(number).with(EntityKind::User, &format!("user{number}"));
        triage.fold(&one, at(0));
        assert!(triage.counts().entities <= 20);
    }
    assert!(triage.counts().incidents >= 9);
}

#[test]
fn an_incidents_entities_are_bounded_and_it_goes_on() {
    let limits = Limits { incident_entities: 5, ..Limits::default() };
    let mut triage = small(limits);
    for number in 0..50 {
        let one = own_device(number).with(EntityKind::User, "ngrant").level(Level::High);
        let folded = triage.fold(&one, at(0));
        assert_eq!(folded.opened, number == 0);
    }
    assert_eq!(triage.counts().entities, 5);
    assert_eq!(triage.take_changes().incidents[0].count, 50);
}

#[test]
fn entities_of_one_detection_are_bounded_in_number_and_length() {
    let mut triage = triage();
    let mut many = sighting(1, "ZZPC01");
    for number in 0..entities::MOST * 3 {
        many = many.with(EntityKind::User, &format!("user{number}"));
    }
    let long = "x".repeat(ENTITY_BYTES + 1);
    triage.fold(&many.with(EntityKind::User, &long), at(0));
    assert_eq!(triage.counts().entities, entities::MOST);
    triage.fold(&sighting(2, "ZZPC02").with(EntityKind::User, &long), at(0));
    assert_eq!(triage.counts().incidents, 2);
}

#[test]
fn one_organisations_flood_drives_out_its_own_first() {
    let limits = Limits { incidents: 40, ..Limits::default() };
    let mut triage = small(limits);
    for number in 0..5 {
        triage.fold(&own_device(number).of("ZZ2"), at(0));
    }
    for number in 0..500 {
        triage.fold(&own_device(1_000 + number), at(1));
        assert!(triage.counts().incidents <= 40);
    }
    for number in 0..5 {
        let again = sighting(2_000 + number, &format!("ZZPC{number}")).of("ZZ2");
        assert!(!triage.fold(&again, at(2)).opened, "ZZ2 kept its own");
    }
}

#[test]
fn entities_of_all_organisations_are_bounded() {
    let limits = Limits { entities: 64, ..Limits::default() };
    let mut triage = small(limits);
    for number in 0..300 {
        let code = format!("ZZ{}", number % 30);
        let one = own_device(number).of(&code).with(EntityKind::User, &format!("u{number}"));
        triage.fold(&one, at(0));
        assert!(triage.counts().entities <= 64);
    }
}

#[test]
fn nothing_at_all_is_allowed_and_still_nothing_breaks() {
    let none = Limits {
        sighting_entities: 0,
        incident_entities: 0,
        organisation_incidents: 0,
        organisation_entities: 0,
        incidents: 0,
        entities: 0,
    };
    let mut triage = small(none);
    for number in 0..20 {
        let code = if number % 2 == 0 { "ZZ1" } else { "ZZ2" };
        triage.fold(&own_device(number).of(code), at(0));
        assert!(triage.counts().incidents <= 2, "what was just folded stays");
    }
}

#[test]
fn quiet_incidents_leave_memory_after_a_week() {
    let mut triage = triage();
    triage.fold(&own_device(1), at(0));
    triage.fold(&own_device(2).of("ZZ2"), at(0));
    triage.fold(&own_device(3), at(8 * DAY));
    assert_eq!(triage.counts().incidents, 1);
}

/// Ten thousand detections, told as how many entries of indexes were looked at.
fn steps(make: impl Fn(u64) -> Sighting, count: u64) -> u64 {
    let mut triage = triage();
    for number in 0..count {
        triage.fold(&make(number), at(number as i64));
    }
    triage.counts().steps
}

#[test]
fn work_grows_with_the_number_of_detections_and_not_faster() {
    let one_worm = |number: u64| {
        let device = format!("ZZPC{}", number % 3_000);
        let code = format!("ZZ{}", number % 40);
        sighting(number, &device)
            .of(&code)
            .level(Level::Critical)
            .with(EntityKind::Hash, &"ab".repeat(32))
            .with(EntityKind::User, &format!("user{}", number % 500))
    };
    // Bridges between incidents, each older than all before: the worst order for merging.
    let chain = |number: u64| {
        let one = sighting(number, &format!("ZZPC{number}"));
        let earlier = number.saturating_sub(number % 2);
        one.with(EntityKind::Device, &format!("zzpc{earlier}")).when(-(number as i64))
    };
    let apart = |number: u64| own_device(number);
    let makers: [&dyn Fn(u64) -> Sighting; 3] = [&one_worm, &chain, &apart];
    for (story, make) in makers.iter().enumerate() {
        let (few, many) = (steps(make, 1_000), steps(make, 10_000));
        assert!(many <= few * 15, "story {story}: {few} steps for 1,000, {many} for 10,000");
        assert!(many <= 10_000 * 40, "story {story}: {many} steps");
    }
}

#[test]
fn joining_ever_older_incidents_moves_the_small_side() {
    let mut triage = triage();
    let mut now = 0_i64;
    let mut number = 0;
    let mut next = |device: &str, time: i64| {
        number += 1;
        now += 1;
        (sighting(number, device).level(Level::High).when(time), at(now))
    };
    // A large incident, again and again joined to a new one that is older by event time.
    for device in 0..1_000 {
        let (one, now) = next(&format!("ZZPC{device}"), 0);
        triage.fold(&one.with(EntityKind::User, "ngrant"), now);
    }
    let before = triage.counts().steps;
    let mut oldest: Option<IncidentId> = None;
    for round in 1..=1_000_i64 {
        let device = format!("ZZOLD{round}");
        let (one, now) = next(&device, -round);
        oldest = triage.fold(&one, now).incident;
        let (bridge, now) = next(&device, 0);
        let folded = triage.fold(&bridge.with(EntityKind::User, "ngrant"), now);
        assert_eq!(folded.incident, oldest, "the older takes over");
    }
    let steps = triage.counts().steps - before;
    assert!(steps < 1_000 * 30, "{steps}");
    let incidents = triage.take_changes().incidents;
    let open: Vec<_> = incidents.iter().filter(|one| one.state == IncidentState::Open).collect();
    assert_eq!(open.iter().map(|one| Some(one.id)).collect::<Vec<_>>(), [oldest]);
    assert_eq!(open[0].count, 3_000);
}
