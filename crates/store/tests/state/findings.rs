//! Detections, incidents, campaigns and devices: committed by the loop, read by two trusts.

use std::collections::HashSet;

use wardwatch_model::{DetectionId, IncidentState, Level, RuleId, Timestamp};
use wardwatch_store::{
    DetectionFilter, DeviceFilter, DeviceSeen, IncidentFilter, KeptObservation, LogPosition, Page,
    StoreError,
};

use crate::fixture::{Sector, at, campaign, commit, incident, org, sighting};

async fn filled() -> Sector {
    let sector = Sector::new().await;
    let mut step = commit(100);
    for number in 1..=7 {
        for code in ["ZZ1", "ZZ2"] {
            step.sightings.push(sighting(code, number));
            step.incidents.push(incident(code, number));
            let (one, two) = (sighting(code, number).id, incident(code, number).id);
            step.detection_incident.push((one, two));
        }
    }
    step.campaigns = vec![campaign(1, &["ZZ1", "ZZ2"]), campaign(2, &["ZZ2"])];
    let seen = |code: &str, legacy| DeviceSeen {
        org: org(code),
        device: format!("{code}-PC1"),
        time: at(5),
        events: 3,
        legacy,
        crashes: None,
    };
    step.seen = vec![seen("ZZ1", Some(true)), seen("ZZ2", None)];
    let done = sector.state.commit(&sector.system, step).await.unwrap();
    assert_eq!(done.new_detections, 14);
    sector
}

#[tokio::test]
async fn detections_come_newest_first_in_pages_and_only_of_the_own_trust() {
    let sector = filled().await;
    let scope = sector.read(sector.one).await;
    let mut page = Page { after: None, limit: 3 };
    let mut seconds = Vec::new();
    loop {
        let filter = DetectionFilter::default();
        let paged = sector.state.detections(&scope, &filter, &page).await.unwrap();
        assert!(paged.items.iter().all(|sighting| sighting.org == org("ZZ1")));
        seconds.extend(paged.items.iter().map(|s| (s.time.micros - at(0).micros) / 1_000_000));
        page.after = paged.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(seconds, [7, 6, 5, 4, 3, 2, 1]);
    page.after = Some("nonsense".to_owned());
    let wrong = sector.state.detections(&scope, &DetectionFilter::default(), &page).await;
    assert!(matches!(wrong, Err(StoreError::BadCursor)));
}

#[tokio::test]
async fn filters_of_detections_narrow_within_the_scope() {
    let sector = filled().await;
    let scope = sector.read(sector.one).await;
    let any = DetectionFilter::default();
    for (filter, expected) in [
        (DetectionFilter { org: Some(org("ZZ2")), ..any.clone() }, 0),
        (DetectionFilter { from: Some(at(3)), until: Some(at(5)), ..any.clone() }, 2),
        (DetectionFilter { rule: Some(RuleId("rule-0".to_owned())), ..any.clone() }, 3),
        (DetectionFilter { device: Some("ZZ1-PC1".to_owned()), ..any.clone() }, 2),
        (DetectionFilter { device: Some("ZZ2-PC1".to_owned()), ..any.clone() }, 0),
        (DetectionFilter { level_at_least: Some(Level::High), ..any.clone() }, 2),
        (DetectionFilter { incident: Some(incident("ZZ1", 2).id), ..any.clone() }, 1),
        (DetectionFilter { incident: Some(incident("ZZ2", 2).id), ..any.clone() }, 0),
    ] {
        let paged = sector.state.detections(&scope, &filter, &Page::default()).await.unwrap();
        assert_eq!(paged.items.len(), expected, "{filter:?}");
    }
    let own = sighting("ZZ1", 1);
    assert_eq!(sector.state.detection(&scope, own.id).await.unwrap(), Some(own));
    let other = sighting("ZZ2", 1).id;
    assert_eq!(sector.state.detection(&scope, other).await.unwrap(), None);
}

#[tokio::test]
async fn incidents_come_most_severe_first_and_only_of_the_own_trust() {
    let sector = filled().await;
    let scope = sector.read(sector.two).await;
    let mut page = Page { after: None, limit: 2 };
    let mut order = Vec::new();
    loop {
        let filter = IncidentFilter::default();
        let paged = sector.state.incidents(&scope, &filter, &page).await.unwrap();
        assert!(paged.items.iter().all(|incident| incident.org == org("ZZ2")));
        order.extend(paged.items.iter().map(|incident| incident.id.0[15]));
        page.after = paged.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(order, [5, 2, 7, 4, 1, 6, 3]);
    let any = IncidentFilter::default();
    for (filter, expected) in [
        (IncidentFilter { org: Some(org("ZZ1")), ..any.clone() }, 0),
        (IncidentFilter { state: Some(IncidentState::Closed), ..any.clone() }, 0),
        (IncidentFilter { device: Some("ZZ2-PC1".to_owned()), ..any.clone() }, 7),
        (IncidentFilter { device: Some("ZZ1-PC1".to_owned()), ..any.clone() }, 0),
        (IncidentFilter { from: Some(at(12)), ..any.clone() }, 1),
        (IncidentFilter { until: Some(at(2)), ..any.clone() }, 1),
        (IncidentFilter { level_at_least: Some(Level::Critical), ..any.clone() }, 0),
        (IncidentFilter { owner: Some("bob".to_owned()), ..any.clone() }, 0),
        (IncidentFilter { unowned: true, ..any.clone() }, 7),
        (IncidentFilter { not_device: Some("ZZ2-PC1".to_owned()), ..any.clone() }, 0),
        (IncidentFilter { not_device: Some("ZZ1-PC1".to_owned()), ..any.clone() }, 7),
        (IncidentFilter { not_owner: Some("bob".to_owned()), ..any.clone() }, 7),
    ] {
        let paged = sector.state.incidents(&scope, &filter, &Page::default()).await.unwrap();
        assert_eq!(paged.items.len(), expected, "{filter:?}");
    }
    assert!(sector.state.incident(&scope, incident("ZZ2", 1).id).await.unwrap().is_some());
    assert!(sector.state.incident(&scope, incident("ZZ1", 1).id).await.unwrap().is_none());
}

#[tokio::test]
async fn lists_over_everything_but_some_have_nothing_of_those() {
    let sector = filled().await;
    let whole = sector.read(sector.administrator).await;
    let any = IncidentFilter::default();
    let page = Page { after: None, limit: 500 };
    let all = sector.state.incidents(&whole, &any, &page).await.unwrap().items;
    for (code, other) in [("ZZ1", "ZZ2"), ("ZZ2", "ZZ1")] {
        let left = whole.without(&[org(code)]);
        let found = sector.state.incidents(&left, &any, &page).await.unwrap().items;
        let expected: Vec<_> =
            all.iter().filter(|incident| incident.org != org(code)).cloned().collect();
        assert!(expected.iter().any(|incident| incident.org == org(other)));
        assert_eq!(found, expected);
        let open = sector.state.open_incidents(&left).await.unwrap();
        assert!(!open.is_empty() && open.iter().all(|of| of.org != org(code)), "{open:?}");
    }
}

#[tokio::test]
async fn each_trust_sees_its_own_part_of_a_campaign() {
    let sector = filled().await;
    for (person, expected) in [
        (sector.one, vec![vec!["ZZ1"]]),
        (sector.two, vec![vec!["ZZ2"], vec!["ZZ2"]]),
        (sector.administrator, vec![vec!["ZZ2"], vec!["ZZ1", "ZZ2"]]),
    ] {
        let scope = sector.read(person).await;
        let paged = sector.state.campaigns(&scope, &Page::default()).await.unwrap();
        let parts: Vec<Vec<&str>> = paged
            .items
            .iter()
            .map(|found| found.parts.iter().map(|part| part.org.as_str()).collect())
            .collect();
        assert_eq!(parts, expected);
    }
    let scope = sector.read(sector.one).await;
    let first = Page { after: None, limit: 1 };
    assert_eq!(sector.state.campaigns(&scope, &first).await.unwrap().next, None);
    let foreign = campaign(2, &[]).id;
    assert_eq!(sector.state.campaign(&scope, foreign).await.unwrap(), None);
    let shared = sector.state.campaign(&scope, campaign(1, &[]).id).await.unwrap().unwrap();
    assert_eq!(shared.parts.len(), 1);
    let whole = sector.state.recent_campaigns(&sector.system, at(1)).await.unwrap();
    assert_eq!(whole, [campaign(1, &["ZZ1", "ZZ2"]), campaign(2, &["ZZ2"])]);
}

#[tokio::test]
async fn devices_are_counted_and_seen_by_their_own_trust() {
    let sector = filled().await;
    let mut step = commit(200);
    step.seen = vec![DeviceSeen {
        org: org("ZZ1"),
        device: "ZZ1-PC1".to_owned(),
        time: at(2),
        events: 4,
        legacy: None,
        crashes: None,
    }];
    sector.state.commit(&sector.system, step).await.unwrap();
    let scope = sector.read(sector.one).await;
    let all = DeviceFilter::default();
    let found = sector.state.devices(&scope, &all, &Page::default()).await.unwrap().items;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].events, found[0].legacy), (7, true));
    assert_eq!((found[0].first_seen, found[0].last_seen), (at(2), at(5)));
    for (filter, expected) in [
        (DeviceFilter { silent: Some((true, at(5))), ..all.clone() }, 0),
        (DeviceFilter { silent: Some((true, at(6))), ..all.clone() }, 1),
        (DeviceFilter { silent: Some((false, at(5))), ..all.clone() }, 1),
        (DeviceFilter { org: Some(org("ZZ2")), ..all.clone() }, 0),
        (DeviceFilter { name_prefix: Some("zz1-p".to_owned()), ..all.clone() }, 1),
        (DeviceFilter { name_prefix: Some("ZZ2".to_owned()), ..all.clone() }, 0),
        (DeviceFilter { name_prefix: Some("%".to_owned()), ..all.clone() }, 0),
    ] {
        let paged = sector.state.devices(&scope, &filter, &Page::default()).await.unwrap();
        assert_eq!(paged.items.len(), expected, "{filter:?}");
    }
    let centre = sector.read(sector.administrator).await;
    let mut page = Page { after: None, limit: 1 };
    let first = sector.state.devices(&centre, &all, &page).await.unwrap();
    page.after = first.next;
    let second = sector.state.devices(&centre, &all, &page).await.unwrap();
    assert_eq!((first.items[0].org.as_str(), second.items[0].org.as_str()), ("ZZ1", "ZZ2"));
    assert_eq!(second.next, None);
}

#[tokio::test]
async fn incidents_of_a_device_are_those_that_name_it_now() {
    let sector = Sector::new().await;
    let both = |number| wardwatch_model::Incident {
        devices: vec!["PC-A".to_owned(), "PC-B".to_owned()],
        ..incident("ZZ1", number)
    };
    let mut step = commit(100);
    step.incidents = vec![both(1), both(2), incident("ZZ2", 1)];
    sector.state.commit(&sector.system, step).await.unwrap();
    let mut step = commit(101);
    step.incidents =
        vec![wardwatch_model::Incident { devices: vec!["PC-A".to_owned()], ..both(2) }];
    sector.state.commit(&sector.system, step).await.unwrap();
    let of = async |person, device: &str| {
        let scope = sector.read(person).await;
        let filter =
            IncidentFilter { device: Some(device.to_owned()), ..IncidentFilter::default() };
        let found = sector.state.incidents(&scope, &filter, &Page::default()).await.unwrap();
        found.items.iter().map(|incident| incident.id).collect::<Vec<_>>()
    };
    let (one, two) = (incident("ZZ1", 1).id, incident("ZZ1", 2).id);
    for person in [sector.one, sector.administrator] {
        assert_eq!(of(person, "PC-A").await, [two, one]);
        assert_eq!(of(person, "PC-B").await, [one], "the second names it no longer");
        assert!(of(person, "pc-a").await.is_empty());
    }
    assert!(of(sector.two, "PC-A").await.is_empty());
    assert_eq!(of(sector.administrator, "ZZ2-PC1").await.len(), 1);
    assert!(of(sector.one, "ZZ2-PC1").await.is_empty());
}

#[tokio::test]
async fn names_are_found_by_how_they_begin_whether_few_or_many_do() {
    let sector = Sector::new().await;
    let mut step = commit(100);
    let name = |n: usize| format!("{}-{n:04}", if n.is_multiple_of(2) { "Ward" } else { "WARD" });
    for code in ["ZZ1", "ZZ2"] {
        step.seen.extend((0..1_500).map(|n| DeviceSeen {
            org: org(code),
            device: name(n),
            time: at(5),
            events: 1,
            legacy: None,
            crashes: None,
        }));
    }
    sector.state.commit(&sector.system, step).await.unwrap();
    let found = async |person, prefix: &str| {
        let scope = sector.read(person).await;
        let filter =
            DeviceFilter { name_prefix: Some(prefix.to_owned()), ..DeviceFilter::default() };
        let (mut names, mut page) = (Vec::new(), Page { after: None, limit: 700 });
        loop {
            let paged = sector.state.devices(&scope, &filter, &page).await.unwrap();
            names.extend(paged.items.into_iter().map(|device| (device.org, device.name)));
            match paged.next {
                Some(next) => page.after = Some(next),
                None => return names,
            }
        }
    };
    // Names in the order of bytes: capital letters stand first.
    let mut all: Vec<String> = (0..1_500).map(name).collect();
    all.sort();
    for (prefix, begins) in [("ward-", ""), ("WARD-00", "00"), ("ward-0042", "0042"), ("x", "x")] {
        let named = |code: &str| {
            let fits = all.iter().filter(|name| name[5..].starts_with(begins));
            fits.map(|name| (org(code), name.clone())).collect::<Vec<_>>()
        };
        assert_eq!(found(sector.one, prefix).await, named("ZZ1"), "{prefix}");
        let both = [named("ZZ1"), named("ZZ2")].concat();
        assert_eq!(found(sector.administrator, prefix).await, both, "{prefix}");
    }
}

#[tokio::test]
async fn the_same_step_again_makes_nothing_twice_and_the_log_never_goes_back() {
    let sector = filled().await;
    let (state, system) = (&sector.state, &sector.system);
    let mut again = commit(150);
    again.sightings = vec![sighting("ZZ1", 1), sighting("ZZ1", 9)];
    assert_eq!(state.commit(system, again).await.unwrap().new_detections, 1);
    let position = LogPosition { segment: 1, offset: 150 };
    assert_eq!(state.position(system).await.unwrap(), Some(position));
    let back = state.commit(system, commit(149)).await;
    assert!(matches!(back, Err(StoreError::Backwards { .. })));
    let ids = [sighting("ZZ1", 9).id, DetectionId([9; 16])];
    let known = state.known_ids(system, &ids).await.unwrap();
    assert_eq!(known, HashSet::from([ids[0]]));
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_behind() {
    let sector = filled().await;
    let (state, system) = (&sector.state, &sector.system);
    let mut step = commit(300);
    step.sightings = vec![sighting("ZZ1", 20)];
    let file = crate::lake::file("day=2017-05-12/a.parquet");
    step.files = vec![file.clone(), file];
    assert!(state.commit(system, step).await.is_err(), "the same file twice");
    assert_eq!(state.position(system).await.unwrap().map(|p| p.offset), Some(100));
    let known = state.known_ids(system, &[sighting("ZZ1", 20).id]).await.unwrap();
    assert!(known.is_empty());
    assert!(state.lake_files(system, None, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn observations_are_kept_for_a_restart_and_forgotten_by_age() {
    let sector = Sector::new().await;
    let (state, system) = (&sector.state, &sector.system);
    let kept = |code: &str, received: Timestamp| KeptObservation {
        org: org(code),
        received,
        body: format!("{{\"of\":\"{code}\"}}"),
    };
    let mut step = commit(1);
    step.observations = vec![kept("ZZ2", at(3)), kept("ZZ1", at(1)), kept("ZZ1", at(2))];
    state.commit(system, step).await.unwrap();
    let found = state.observations(system, at(2)).await.unwrap();
    assert_eq!(found, [kept("ZZ2", at(3)), kept("ZZ1", at(2))]);
    assert_eq!(state.forget_observations(system, at(3)).await.unwrap(), 2);
    assert_eq!(state.observations(system, at(0)).await.unwrap(), [kept("ZZ2", at(3))]);
}
