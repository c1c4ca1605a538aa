//! Levels, canaries, filters and suppressions of organisations, as they meet hits.

use wardwatch_model::{
    Contains, Entity, EntityKind, FilterId, Level, OrgKind, Organisation, Permission, RuleFilter,
    RuleId, SetLevel, Suppression, SuppressionId, Timestamp,
};
use wardwatch_store::{IncidentFilter, Page, SettingChange};

use super::wheel::{FOUND, NOW, Wheel, event, org};

async fn set(wheel: &Wheel, code: &str, change: SettingChange) {
    let scope = wheel.scope(Permission::WriteRules).await;
    let rule = RuleId("f".into());
    let now = wheel.now();
    let org = org(code);
    wheel.state().change_rule_setting(&scope, &org, &rule, change, "why", now).await.unwrap();
}

async fn everywhere(wheel: &mut Wheel, image: &str, number: u64) {
    for code in ["ZZ1", "ZZ1S", "ZZ2"] {
        wheel.take(code, &event(image, number)).await;
    }
    wheel.turn().await;
}

#[tokio::test]
async fn the_nearest_level_counts_and_off_is_counted() {
    let mut wheel = Wheel::new(FOUND).await;
    set(&wheel, "ZZ0", SettingChange::Level(Some(SetLevel::Off))).await;
    set(&wheel, "ZZ1", SettingChange::Level(Some(SetLevel::To(Level::Low)))).await;
    everywhere(&mut wheel, "evil.exe", 1).await;
    let all = wheel.all().await;
    assert!(all.iter().all(|found| found.level == Level::Low && found.org != org("ZZ2")));
    assert_eq!(wheel.counts().await, ["ZZ1 f live 1", "ZZ1S f live 1", "ZZ2 f off 1"]);
    set(&wheel, "ZZ0", SettingChange::Level(None)).await;
    everywhere(&mut wheel, "evil.exe", 2).await;
    assert_eq!(wheel.found().await, ["ZZ1 f", "ZZ1 f", "ZZ1S f", "ZZ1S f", "ZZ2 f"]);
}

#[tokio::test]
async fn a_canary_is_live_in_chosen_organisations_only() {
    let mut wheel = Wheel::new(FOUND).await;
    set(&wheel, "ZZ0", SettingChange::LiveIn(Some(vec![org("ZZ1")]))).await;
    everywhere(&mut wheel, "evil.exe", 1).await;
    assert_eq!(wheel.found().await, ["ZZ1 f", "ZZ1S f"]);
    assert_eq!(wheel.counts().await, ["ZZ1 f live 1", "ZZ1S f live 1", "ZZ2 f canary 1"]);
    set(&wheel, "ZZ0", SettingChange::LiveIn(None)).await;
    everywhere(&mut wheel, "evil.exe", 2).await;
    assert_eq!(wheel.found().await.len(), 5);
}

/// An organisation that comes later is under what was decided above it, from its first event on.
#[tokio::test]
async fn a_new_organisation_is_under_the_decisions_above_it() {
    let mut wheel = Wheel::new(FOUND).await;
    set(&wheel, "ZZ1", SettingChange::Level(Some(SetLevel::Off))).await;
    everywhere(&mut wheel, "evil.exe", 1).await;
    let moved = Organisation {
        code: org("ZZ2"),
        parent: Some(org("ZZ1")),
        name: "ZZ2".into(),
        kind: OrgKind::Trust,
        closed: None,
        successor: None,
    };
    let scope = wheel.scope(Permission::Administer).await;
    wheel.state().import_organisations(&scope, vec![moved], false, NOW).await.unwrap();
    everywhere(&mut wheel, "evil.exe", 2).await;
    assert_eq!(wheel.found().await, ["ZZ2 f"]);
}

fn filter(code: &str, until: Timestamp) -> RuleFilter {
    RuleFilter {
        id: FilterId([0; 16]),
        org: org(code),
        rule: RuleId("f".into()),
        excludes: vec![
            Contains { field: "Image".into(), text: "BACKUP".into() },
            Contains { field: "User".into(), text: "sam".into() },
        ],
        sigma: None,
        reason: "the backup".into(),
        owner: "root".into(),
        created: NOW,
        until,
    }
}

#[tokio::test]
async fn filters_hold_for_their_organisation_until_they_end() {
    let mut wheel = Wheel::new(FOUND).await;
    let scope = wheel.scope(Permission::WriteRules).await;
    let until = Timestamp { micros: NOW.micros + 60_000_000 };
    wheel.state().add_rule_filter(&scope, filter("ZZ1", until)).await.unwrap();
    let sigma =
        "title: x\nfilter:\n  rules: any\n  s: {Image|contains: vault}\n  condition: not s\n";
    let second = RuleFilter { excludes: vec![], sigma: Some(sigma.into()), ..filter("ZZ2", until) };
    let second = wheel.state().add_rule_filter(&scope, second).await.unwrap();
    everywhere(&mut wheel, "backup\\evil.exe", 1).await;
    assert_eq!(wheel.found().await, ["ZZ2 f"]);
    everywhere(&mut wheel, "vault\\evil.exe", 2).await;
    assert_eq!(wheel.found().await, ["ZZ1 f", "ZZ1S f", "ZZ2 f"]);
    let counts = wheel.counts().await;
    assert!(counts.contains(&"ZZ1S f filtered 1".to_owned()), "{counts:?}");
    assert!(wheel.state().remove_rule_filter(&scope, second.id, wheel.now()).await.unwrap());
    wheel.later(61);
    everywhere(&mut wheel, "backup\\evil.exe", 3).await;
    assert_eq!(wheel.found().await.len(), 6, "the end has come by itself");
}

fn suppression(code: &str, entity: Option<Entity>) -> Suppression {
    Suppression {
        id: SuppressionId([0; 16]),
        org: org(code),
        rule: Some(RuleId("f".into())),
        entity,
        reason: "a test".into(),
        owner: "root".into(),
        created: NOW,
        until: Timestamp { micros: NOW.micros + 60_000_000 },
        ended: None,
    }
}

#[tokio::test]
async fn suppressed_detections_are_stored_counted_and_open_no_incident() {
    let mut wheel = Wheel::new(FOUND).await;
    let scope = wheel.scope(Permission::HandleIncidents).await;
    let pc = Entity { kind: EntityKind::Device, value: "PC-1".into() };
    let other = Entity { kind: EntityKind::Device, value: "pc-2".into() };
    let state = wheel.state().clone();
    let one = state.add_suppression(&scope, suppression("ZZ1", Some(pc))).await.unwrap();
    state.add_suppression(&scope, suppression("ZZ2", Some(other))).await.unwrap();
    everywhere(&mut wheel, "evil.exe", 1).await;
    assert_eq!(wheel.found().await, ["ZZ1 f", "ZZ1S f", "ZZ2 f"], "all are stored");
    assert_eq!(wheel.counts().await, ["ZZ1 f suppressed 1", "ZZ1S f suppressed 1", "ZZ2 f live 1"]);
    let read = wheel.scope(Permission::ReadFindings).await;
    let (any, page) = (IncidentFilter::default(), Page::default());
    let incidents = state.incidents(&read, &any, &page).await.unwrap().items;
    let orgs: Vec<_> = incidents.iter().map(|incident| incident.org.as_str()).collect();
    assert_eq!(orgs, ["ZZ2"]);
    let ids: Vec<_> = wheel.all().await.iter().map(|found| found.id).collect();
    let by = state.suppressed_by(&read, &ids).await.unwrap();
    assert_eq!(by.len(), 2);
    assert!(by.values().all(|id| *id == one.id));
    let listed = state.suppressions(&read, false, wheel.now(), &page).await.unwrap().items;
    let held = |id| listed.iter().find(|(found, _)| found.id == id).map(|(_, count)| *count);
    assert_eq!(held(one.id), Some(2));
    // One is ended by hand, the other by time.
    state.end_suppression(&scope, one.id, wheel.now()).await.unwrap().unwrap();
    everywhere(&mut wheel, "evil.exe", 2).await;
    assert_eq!(state.incidents(&read, &any, &page).await.unwrap().items.len(), 3);
    wheel.later(61);
    assert!(state.suppressions(&read, false, wheel.now(), &page).await.unwrap().items.is_empty());
    assert_eq!(state.suppressions(&read, true, wheel.now(), &page).await.unwrap().items.len(), 2);
}
