//! When incidents of several organisations are one attack.

use wardwatch_incident::{Settings, Triage, handling};
use wardwatch_model::{
    Campaign, CloseReason, Entity, EntityKind, Incident, Level, Sighting, Timestamp,
};

use super::made::*;

const HASH: &str = "abababababababababababababababababababababababababababababababab";

/// The last word on incidents and campaigns.
fn outcome(sightings: &[Sighting]) -> (Vec<Incident>, Vec<Campaign>) {
    let mut triage = triage();
    fold_all(&mut triage, sightings);
    let changes = triage.take_changes();
    (changes.incidents, changes.campaigns)
}

fn campaigns(sightings: &[Sighting]) -> usize {
    outcome(sightings).1.iter().filter(|campaign| !campaign.parts.is_empty()).count()
}

/// The same sign in two organisations, so long apart.
fn twice(kind: EntityKind, value: &str, apart: i64) -> [Sighting; 2] {
    let one = sighting(1, "ZZPC01").with(kind, value);
    let two = sighting(2, "ZZPC77").with(kind, value).of("ZZ2").when(apart);
    [one, two]
}

#[test]
fn a_shared_file_domain_or_public_address_is_one_attack() {
    assert_eq!(campaigns(&twice(EntityKind::Hash, HASH, HOUR)), 1);
    assert_eq!(campaigns(&twice(EntityKind::Domain, "c2.example.org", HOUR)), 1);
    assert_eq!(campaigns(&twice(EntityKind::Address, "203.0.113.9", HOUR)), 1);
}

#[test]
fn what_only_looks_the_same_inside_is_not() {
    assert_eq!(campaigns(&twice(EntityKind::Address, "10.0.0.5", HOUR)), 0);
    assert_eq!(campaigns(&twice(EntityKind::User, "ngrant", HOUR)), 0);
    assert_eq!(campaigns(&twice(EntityKind::Device, "zzpc09", HOUR)), 0);
    assert_eq!(campaigns(&twice(EntityKind::Domain, "www.microsoft.com", HOUR)), 0);
    let alone = twice(EntityKind::Hash, HASH, HOUR).map(|one| one.of("ZZ1"));
    assert_eq!(campaigns(&alone), 0, "one organisation");
    let low = twice(EntityKind::Hash, HASH, HOUR).map(|one| one.level(Level::Low));
    assert_eq!(campaigns(&low), 0, "nothing of weight");
}

#[test]
fn within_seven_days() {
    assert_eq!(campaigns(&twice(EntityKind::Hash, HASH, 7 * DAY)), 1);
    assert_eq!(campaigns(&twice(EntityKind::Hash, HASH, 7 * DAY + 1)), 0);
}

#[test]
fn one_critical_rule_or_two_serious_ones() {
    let fired = |number: u64, code: &str, rule: &str, level: Level| {
        sighting(number, "ZZPC01").of(code).rule(rule).level(level)
    };
    let critical = [fired(1, "ZZ1", "a", Level::Critical), fired(2, "ZZ2", "a", Level::Critical)];
    assert_eq!(campaigns(&critical), 1);
    let one_high = [fired(1, "ZZ1", "a", Level::High), fired(2, "ZZ2", "a", Level::High)];
    assert_eq!(campaigns(&one_high), 0);
    let mut two_high = one_high.to_vec();
    two_high.push(fired(3, "ZZ1", "b", Level::High));
    two_high.push(fired(4, "ZZ2", "b", Level::High));
    let (incidents, found) = outcome(&two_high);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rules.iter().map(|rule| rule.0.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert!(incidents.iter().all(|incident| incident.campaign == Some(found[0].id)));
    let mut medium = two_high;
    medium.iter_mut().for_each(|one| one.level = Level::Medium);
    assert_eq!(campaigns(&medium), 0);
}

#[test]
fn each_part_counts_its_own_devices_and_old_ones_among_them() {
    let mut triage = triage();
    triage.note_legacy(&org("ZZ2"), "ZZXP01");
    let mut seen = Vec::new();
    for number in 0..3 {
        let one = sighting(number, &format!("ZZPC{number}")).with(EntityKind::Hash, HASH);
        seen.push(one.when(number as i64 * MINUTE));
    }
    let xp = sighting(10, "ZZXP01").of("ZZ2").with(EntityKind::Hash, HASH).when(-MINUTE);
    seen.push(xp.says("A worm spreads").level(Level::Critical).rule("zz-worm"));
    fold_all(&mut triage, &seen);
    let changes = triage.take_changes();
    let [campaign] = changes.campaigns.as_slice() else { panic!("{changes:#?}") };
    assert_eq!(campaign.title, "A worm spreads: the same attack in several organisations");
    assert_eq!(campaign.level, Level::Critical);
    assert_eq!((campaign.first, campaign.last), (at(-MINUTE), at(2 * MINUTE)));
    assert_eq!(campaign.indicators, [entity(EntityKind::Hash, HASH)]);
    let parts: Vec<_> = campaign
        .parts
        .iter()
        .map(|part| (part.org.as_str(), part.incidents.len(), part.devices, part.legacy_devices))
        .collect();
    assert_eq!(parts, [("ZZ2", 1, 1, 1), ("ZZ1", 1, 3, 0)]);

    // It grows while it runs, and what turns out to be old is counted afterwards.
    let more = sighting(11, "ZZXP02").of("ZZ2").with(EntityKind::Hash, HASH);
    triage.fold(&more, at(HOUR));
    triage.note_legacy(&org("ZZ2"), "zzxp02");
    let campaign = &triage.take_changes().campaigns[0];
    assert_eq!((campaign.parts[0].devices, campaign.parts[0].legacy_devices), (2, 2));
}

#[test]
fn a_campaign_tells_only_what_is_shared() {
    let [one, two] = twice(EntityKind::Hash, HASH, HOUR);
    let one = one.with(EntityKind::Domain, "own.example.org").with(EntityKind::User, "ngrant");
    let one = one.level(Level::High).rule("own-rule");
    let (_, found) = outcome(&[one, two]);
    assert_eq!(found[0].indicators, [entity(EntityKind::Hash, HASH)]);
    assert!(found[0].rules.is_empty());
    for word in ["ZZ1", "ZZ2", "ZZPC", "own.example.org"] {
        assert!(!found[0].title.contains(word), "{}", found[0].title);
    }
}

#[test]
fn an_incident_that_shares_with_two_campaigns_makes_them_one() {
    let hash = |digit: &str| digit.repeat(64);
    let touched = |number: u64, code: &str, digits: &[&str]| {
        let start = sighting(number, "ZZPC01").of(code).when(number as i64 * MINUTE);
        digits.iter().fold(start, |one, digit| one.with(EntityKind::Hash, &hash(digit)))
    };
    let mut triage = triage();
    let seen = [
        touched(1, "ZZ1", &["a"]),
        touched(2, "ZZ2", &["a"]),
        touched(3, "ZZ3", &["b"]),
        touched(4, "ZZ4", &["b"]),
    ];
    fold_all(&mut triage, &seen);
    let two = triage.take_changes().campaigns;
    assert_eq!(two.len(), 2);
    triage.fold(&touched(5, "ZZ5", &["a", "b"]), at(HOUR));
    let changes = triage.take_changes();
    let (running, over): (Vec<_>, Vec<_>) =
        changes.campaigns.iter().partition(|campaign| !campaign.parts.is_empty());
    assert_eq!((running.len(), over.len()), (1, 1));
    let codes: Vec<_> = running[0].parts.iter().map(|part| part.org.as_str()).collect();
    assert_eq!(codes, ["ZZ1", "ZZ2", "ZZ3", "ZZ4", "ZZ5"]);
    let moved: Vec<_> = changes.incidents.iter().map(|one| one.campaign).collect();
    assert_eq!(moved, [Some(running[0].id); 3], "those of the other one, and the new one");
    assert_eq!(triage.counts().campaigns, 1);
}

#[test]
fn incidents_that_become_one_stay_in_their_campaign() {
    let mut triage = triage();
    let [one, two] = twice(EntityKind::Hash, HASH, HOUR);
    fold_all(&mut triage, &[one, two]);
    let own = sighting(3, "ZZPC02").when(-HOUR);
    let older = triage.fold(&own, at(HOUR)).incident.unwrap();
    let bridge = sighting(4, "ZZPC02").with(EntityKind::Device, "zzpc01");
    assert_eq!(triage.fold(&bridge, at(HOUR)).incident, Some(older));
    let campaign = &triage.take_changes().campaigns[0];
    assert_eq!(campaign.parts[0].incidents, [older]);
    assert_eq!(campaign.parts[0].devices, 2);
}

#[test]
fn a_low_incident_counts_once_it_becomes_serious() {
    let mut triage = triage();
    let low = sighting(1, "ZZPC01").level(Level::Low).with(EntityKind::Hash, HASH);
    let other = sighting(2, "ZZPC77").of("ZZ2").with(EntityKind::Hash, HASH);
    fold_all(&mut triage, &[low, other]);
    assert!(triage.take_changes().campaigns.is_empty());
    triage.fold(&sighting(3, "ZZPC01").level(Level::High), at(0));
    assert_eq!(triage.take_changes().campaigns.len(), 1);
}

#[test]
fn a_false_alarm_leaves_and_comes_back_when_it_was_one_after_all() {
    let mut triage = triage();
    fold_all(&mut triage, &twice(EntityKind::Hash, HASH, HOUR));
    let changes = triage.take_changes();
    let mine = changes.incidents.iter().find(|one| one.org == org("ZZ1")).unwrap().clone();
    assert!(mine.reasons.iter().any(|reason| reason.text.contains("Other organisations")));

    let closed = handling::close(mine, CloseReason::FalseAlarm, "amara", at(2 * HOUR)).unwrap();
    triage.replace(closed.clone());
    let changes = triage.take_changes();
    assert!(changes.campaigns[0].parts.is_empty(), "one organisation is no campaign");
    assert!(changes.incidents.iter().all(|incident| incident.campaign.is_none()));
    assert_eq!(changes.incidents.len(), 2);

    let again = handling::reopen(closed, "amara", at(3 * HOUR)).unwrap();
    triage.replace(again);
    assert_eq!(triage.take_changes().campaigns[0].parts.len(), 2);
}

#[test]
fn a_campaign_survives_a_restart() {
    let mut triage = triage();
    let seen = twice(EntityKind::Hash, HASH, HOUR)
        .map(|one| one.level(Level::Critical).rule("zz-worm").says("A worm spreads"));
    triage.note_legacy(&org("ZZ1"), "ZZPC01");
    fold_all(&mut triage, &seen);
    let stored = triage.take_changes();
    let mut after = Triage::resume(Settings::default(), stored.incidents, stored.campaigns.clone());
    assert_eq!(after.counts().campaigns, 1);
    let third = sighting(9, "ZZPC99").of("ZZ3").rule("zz-worm").level(Level::Critical).when(DAY);
    after.fold(&third, at(DAY));
    let told = after.take_changes().campaigns;
    assert_eq!(told[0].id, stored.campaigns[0].id);
    assert_eq!(told[0].title, stored.campaigns[0].title);
    assert_eq!(told[0].parts.len(), 3);
    assert_eq!(told[0].parts[0].legacy_devices, 1, "what was counted stays counted");
}

#[test]
fn a_campaign_over_is_told_and_forgotten() {
    let mut triage = triage();
    fold_all(&mut triage, &twice(EntityKind::Hash, HASH, HOUR));
    triage.fold(&sighting(9, "ZZPC50").of("ZZ3"), Timestamp { micros: at(30 * DAY).micros });
    let changes = triage.take_changes();
    assert_eq!(changes.campaigns[0].parts.len(), 2, "its last word");
    assert_eq!(changes.incidents.len(), 3);
    let counts = triage.counts();
    assert_eq!((counts.campaigns, counts.incidents, counts.organisations), (0, 1, 1));
}

#[test]
fn a_part_names_no_entity() {
    let [one, two] = twice(EntityKind::Hash, HASH, 0);
    let (incidents, _) = outcome(&[one, two]);
    for incident in incidents {
        let foreign = |entity: &Entity| {
            entity.kind == EntityKind::Device
                && incident.devices.iter().all(|own| own.to_lowercase() != entity.value)
        };
        assert!(!incident.entities.iter().any(foreign), "{incident:#?}");
    }
}
