//! What holds for whatever comes in, in whatever order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use wardwatch_incident::{Limits, Settings, Triage, handling};
use wardwatch_model::incident::MAX_LISTED;
use wardwatch_model::{
    CloseReason, EntityKind, Incident, IncidentState, Level, Sighting, Timestamp,
};

use super::made::*;

const KINDS: [EntityKind; 6] = [
    EntityKind::Device,
    EntityKind::User,
    EntityKind::Process,
    EntityKind::Hash,
    EntityKind::Address,
    EntityKind::Domain,
];

/// Anything at all, few enough different values that much is shared.
fn anything() -> impl Strategy<Value = Sighting> {
    let entity =
        (0..6_usize, prop_oneof!["[a-f]{1,2}", Just("10.0.0.1".to_owned()), any::<String>()]);
    (
        (any::<u8>(), 0..3_u8, prop_oneof![any::<i64>(), -DAY..DAY], any::<i64>()),
        (0..5_usize, "[a-e]", prop::collection::vec(entity, 0..6)),
        (prop_oneof!["[A-C]", any::<String>()], any::<String>(), any::<String>()),
        prop::collection::vec("attack\\.(impact|lateral-movement|t1021|[a-z_]{0,4})|.{0,6}", 0..4),
    )
        .prop_map(|((number, code, time, received), (level, rule, entities), texts, tags)| {
            let mut one = sighting(u64::from(number), &texts.0).of(&format!("ZZ{code}"));
            one.time = Timestamp { micros: time };
            one.received = Timestamp { micros: received };
            one.level = Level::ALL[level];
            one.advice.title = texts.1;
            one.advice.r#do = texts.2;
            one.tags = tags;
            entities
                .iter()
                .fold(one.rule(&rule), |one, (kind, value)| one.with(KINDS[*kind], value))
        })
}

/// Sightings of one window whose every order is to give the same.
fn tame(code: &'static str) -> impl Strategy<Value = Vec<Sighting>> {
    let entity = (0..6_usize, 0..8_u8);
    let one = (0..HOUR, 1..5_usize, 0..4_u8, prop::collection::vec(entity, 0..3), 0..6_u8);
    prop::collection::vec(one, 0..30).prop_map(move |all| {
        let made =
            all.into_iter().enumerate().map(|(number, (time, level, rule, entities, device))| {
                let tag = ["attack.impact", "attack.discovery", "attack.execution", "x"]
                    [usize::from(rule)];
                let one = sighting(number as u64, &format!("ZZPC{device}"))
                    .of(code)
                    .when(time)
                    .level(Level::ALL[level])
                    .rule(&format!("zz-{rule}"))
                    .tags(&[tag]);
                entities.iter().fold(one, |one, (kind, value)| {
                    one.with(KINDS[*kind], &shared_value(KINDS[*kind], *value))
                })
            });
        made.collect()
    })
}

fn shared_value(kind: EntityKind, number: u8) -> String {
    match kind {
        EntityKind::Address => format!("10.0.0.{number}"),
        EntityKind::Domain => format!("d{number}.example.org"),
        EntityKind::Device => format!("zzother{number}"),
        _ => format!("a{number}"),
    }
}

fn shuffled(seen: &[Sighting], order: &[u64]) -> Vec<Sighting> {
    let mut keyed: Vec<_> = seen.iter().zip(order.iter().chain(std::iter::repeat(&0))).collect();
    keyed.sort_by_key(|(_, key)| **key);
    keyed.into_iter().map(|(one, _)| one.clone()).collect()
}

/// What every order is to give: an incident's content without its identity.
fn content(incident: &Incident) -> impl Ord + std::fmt::Debug + use<> {
    let set = |words: Vec<String>| words.into_iter().collect::<BTreeSet<_>>();
    (
        incident.detections.iter().copied().collect::<BTreeSet<_>>(),
        (incident.level, incident.score, incident.first, incident.last, incident.count),
        set(incident.devices.iter().map(|device| device.to_lowercase()).collect()),
        incident.entities.iter().cloned().collect::<BTreeSet<_>>(),
        set(incident.rules.iter().map(|rule| rule.0.clone()).collect()),
        incident.path.iter().map(|step| (step.tactic.clone(), step.time)).collect::<Vec<_>>(),
        incident.title.clone(),
    )
}

fn contents(incidents: &[Incident]) -> Vec<impl Ord + std::fmt::Debug + use<>> {
    let mut all: Vec<_> = incidents.iter().map(content).collect();
    all.sort();
    all
}

fn tight() -> Settings {
    let limits = Limits {
        sighting_entities: 4,
        incident_entities: 6,
        organisation_incidents: 4,
        organisation_entities: 12,
        incidents: 7,
        entities: 20,
    };
    Settings { common_devices: 2, limits, ..Settings::default() }
}

proptest! {
    #[test]
    fn folding_never_panics_and_stays_bounded(
        seen in prop::collection::vec((anything(), any::<i64>(), 0..8_u8), 0..60),
        narrow in any::<bool>(),
        again in any::<bool>(),
    ) {
        let settings = if narrow { tight() } else { Settings::default() };
        let mut triage = Triage::new(settings.clone());
        let mut stored: BTreeMap<_, Incident> = BTreeMap::new();
        let mut campaigns = BTreeMap::new();
        for (number, (mut one, now, act)) in seen.into_iter().enumerate() {
            if !again {
                one.id.0[8..].copy_from_slice(&(number as u64).to_be_bytes());
            }
            let folded = triage.fold(&one, Timestamp { micros: now });
            prop_assert!(folded.incident.is_some() || one.level == Level::Informational);
            let counts = triage.counts();
            prop_assert!(counts.incidents <= settings.limits.incidents.max(1));
            prop_assert!(counts.entities <= settings.limits.entities);
            if act < 4 {
                let changes = triage.take_changes();
                for incident in changes.incidents {
                    let before = stored.insert(incident.id, incident.clone());
                    let grows = before.is_none_or(|before| before.updated < incident.updated);
                    prop_assert!(again || grows);
                    prop_assert!(incident.score <= 100 && incident.first <= incident.last);
                    prop_assert!(incident.detections.len() <= MAX_LISTED);
                }
                campaigns.extend(changes.campaigns.into_iter().map(|one| (one.id, one)));
                prop_assert!(triage.take_changes().incidents.is_empty());
            }
            let last = stored.values().rfind(|one| one.state == IncidentState::Open);
            let mut changed = Vec::new();
            match (act, last.cloned()) {
                (0, Some(incident)) => {
                    changed.extend(handling::close(incident, CloseReason::FalseAlarm, "a", at(0)));
                }
                (1, Some(incident)) => changed.extend(handling::note(incident, "x", "a", at(0))),
                (2, Some(from)) => {
                    let into = stored.values().find(|one| one.org == from.org).cloned();
                    let merged = handling::merge(into.unwrap_or(from.clone()), from, "a", at(0));
                    changed.extend(merged.into_iter().flat_map(|two| [two.from, two.into]));
                }
                (5, _) => {
                    let incidents = stored.values().cloned().collect();
                    let known = campaigns.values().cloned().collect();
                    triage = Triage::resume(settings.clone(), incidents, known);
                }
                _ => {}
            }
            for incident in changed {
                stored.insert(incident.id, incident.clone());
                triage.replace(incident);
            }
        }
    }

    #[test]
    fn any_order_of_one_window_gives_the_same_incidents(
        seen in tame("ZZ1"),
        order in prop::collection::vec(any::<u64>(), 30),
    ) {
        let one = folded(&seen);
        let other = folded(&shuffled(&seen, &order));
        prop_assert_eq!(contents(&one), contents(&other));
    }

    #[test]
    fn detections_are_together_when_a_chain_of_shared_things_joins_them(seen in tame("ZZ1")) {
        // The slow, plain version: sets that are united until nothing changes.
        let mut groups: Vec<(BTreeSet<_>, BTreeSet<_>)> = Vec::new();
        for one in &seen {
            let mut ids = BTreeSet::from([one.id]);
            let mut things: BTreeSet<_> = one.entities.iter().cloned().collect();
            groups.retain(|(known, shared)| {
                let apart = shared.is_disjoint(&things);
                if !apart {
                    ids.extend(known);
                    things.extend(shared.iter().cloned());
                }
                apart
            });
            groups.push((ids, things));
        }
        let mut expected: Vec<_> = groups.into_iter().map(|(ids, _)| ids).collect();
        expected.sort();
        let mut found: Vec<BTreeSet<_>> = folded(&seen)
            .iter()
            .map(|incident| incident.detections.iter().copied().collect())
            .collect();
        found.sort();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn an_organisation_is_told_the_same_whoever_else_is_there(
        mine in tame("ZZ1"),
        theirs in tame("ZZ2"),
        order in prop::collection::vec(any::<u64>(), 60),
    ) {
        let alone = folded(&mine);
        let mut theirs = theirs;
        for one in &mut theirs {
            // Another organisation's detections are others, though they look alike.
            one.id.0[15] = 1;
        }
        let mut both: Vec<_> = mine.iter().chain(&theirs).cloned().zip(order).collect();
        let mut mixed: Vec<Sighting> = Vec::new();
        // Each organisation's own order stays.
        let (mut own, mut other) = (mine.iter(), theirs.iter());
        both.sort_by_key(|(_, key)| *key);
        for (one, _) in &both {
            let next = if one.org == org("ZZ1") { own.next() } else { other.next() };
            mixed.extend(next.cloned());
        }
        let mut together: Vec<_> =
            folded(&mixed).into_iter().filter(|incident| incident.org == org("ZZ1")).collect();
        together.sort_by_key(|incident| incident.id);
        let mut expected = alone;
        expected.sort_by_key(|incident| incident.id);
        let ids: BTreeSet<_> = mine.iter().map(|one| one.id).collect();
        for (incident, before) in together.iter_mut().zip(&expected) {
            prop_assert!(incident.detections.iter().all(|id| ids.contains(id)));
            // That others see the same is all that crosses, and says nothing of whom.
            if incident.campaign.take().is_some() {
                let added: Vec<_> = incident
                    .reasons
                    .iter()
                    .filter(|reason| !before.reasons.contains(reason))
                    .map(|reason| reason.text.as_str())
                    .collect();
                prop_assert_eq!(added, ["Other organisations see the same attack."]);
                prop_assert!(incident.story.contains("Other organisations see the same"));
                incident.story.clone_from(&before.story);
                incident.reasons.clone_from(&before.reasons);
                incident.score = before.score;
                incident.proposals.clone_from(&before.proposals);
            }
        }
        prop_assert_eq!(together, expected);
    }

    #[test]
    fn a_campaign_holds_only_what_two_organisations_have(
        one in tame("ZZ1"),
        two in tame("ZZ2"),
    ) {
        let mut triage = triage();
        fold_all(&mut triage, one.iter().chain(&two));
        for campaign in triage.take_changes().campaigns {
            if campaign.parts.is_empty() {
                continue;
            }
            prop_assert_eq!(campaign.parts.len(), 2);
            for indicator in &campaign.indicators {
                let has = |all: &[Sighting]| all.iter().any(|one| one.entities.contains(indicator));
                prop_assert!(has(&one) && has(&two));
            }
            for rule in &campaign.rules {
                let has = |all: &[Sighting]| all.iter().any(|one| one.rule_id == *rule);
                prop_assert!(has(&one) && has(&two));
            }
        }
    }

    #[test]
    fn a_restart_between_any_two_sightings_changes_no_group(
        seen in tame("ZZ1"),
        stop in 0..30_usize,
    ) {
        let stop = stop.min(seen.len());
        let mut before = triage();
        fold_all(&mut before, &seen[..stop]);
        let mut stored: BTreeMap<_, _> =
            before.take_changes().incidents.into_iter().map(|one| (one.id, one)).collect();
        let mut after =
            Triage::resume(Settings::default(), stored.values().cloned().collect(), Vec::new());
        fold_all(&mut after, &seen[stop..]);
        stored.extend(after.take_changes().incidents.into_iter().map(|one| (one.id, one)));
        let groups = |incidents: Vec<Incident>| {
            let mut all: Vec<_> = open(incidents)
                .iter()
                .map(|one| one.detections.iter().copied().collect::<BTreeSet<_>>())
                .collect();
            all.sort();
            all
        };
        prop_assert_eq!(groups(stored.into_values().collect()), groups(folded(&seen)));
    }

    #[test]
    fn a_story_has_two_sentences_and_proposals_spare_care(seen in prop::collection::vec(anything(), 1..12)) {
        for incident in folded(&seen) {
            prop_assert_eq!(incident.story.matches(". ").count(), 1, "{}", incident.story);
            prop_assert!(incident.story.ends_with('.') && !incident.story.contains('\n'));
            prop_assert!(!incident.title.is_empty());
            for proposal in &incident.proposals {
                let spares = proposal.text.to_lowercase().contains("phone clinical engineering first");
                prop_assert!(proposal.devices.is_empty() || spares, "{}", proposal.text);
            }
            let sum: u32 = incident.reasons.iter().map(|reason| reason.points).sum();
            prop_assert_eq!(incident.score, sum.min(100));
        }
    }

    #[test]
    fn no_name_of_a_user_leaves_its_organisation(
        // Letters that neither hexadecimal digits nor the codes here have.
        name in "[G-Yg-y][g-zG-Z]{1,10}[0-9]",
        text in "[ a-zé.,;:]{0,20}",
        key in any::<[u8; 32]>(),
    ) {
        let user = format!("zztrust\\{}", name.to_lowercase());
        let mut seen = sighting(1, "ZZPC01").with(EntityKind::User, &user);
        seen.matched = vec![
            ("CommandLine".to_owned(), format!("{text} {name} {text} ZZTRUST\\{name}")),
            ("Path".to_owned(), format!("{text} C:\\Users\\{name}\\x")),
            ("exe".to_owned(), format!("/home/{name}/run")),
            ("SubjectUserName".to_owned(), name.clone()),
        ];
        let incident = folded(std::slice::from_ref(&seen)).remove(0);
        let note = format!("{text} {name}");
        let incident = handling::note(incident, &note, "amara", at(0)).unwrap();
        let told = format!(
            "{:?}{:?}",
            wardwatch_incident::above_sighting(&seen, &key),
            wardwatch_incident::above(&incident, &key),
        );
        prop_assert!(!told.to_lowercase().contains(&name.to_lowercase()), "{told}");
    }
}
