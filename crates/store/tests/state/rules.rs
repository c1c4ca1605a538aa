//! What organisations decide about rules: kept apart, bounded, in the audit.

use wardwatch_model::{
    Contains, Entity, EntityKind, FilterId, Outcome, OwnRule, Permission, Role, RuleFilter, RuleId,
    SetLevel, Suppression, SuppressionId,
};
use wardwatch_store::{Page, RuleHits, SettingChange, SourcesHeard, StoreError, TenantScope};

use crate::fixture::{Sector, at, commit, org, sighting};

struct Rights {
    write: TenantScope,
    handle: TenantScope,
    read: TenantScope,
}

async fn rights(sector: &Sector, code: &str) -> Rights {
    let engineer = sector.person(&format!("{code}-e"), code, Role::DetectionEngineer).await;
    let analyst = sector.person(&format!("{code}-a"), code, Role::Analyst).await;
    Rights {
        write: sector.scope(engineer, Permission::WriteRules).await,
        handle: sector.scope(analyst, Permission::HandleIncidents).await,
        read: sector.scope(analyst, Permission::ReadFindings).await,
    }
}

fn own(code: &str, id: &str) -> OwnRule {
    OwnRule {
        id: RuleId(format!("{code}.{id}")),
        org: org(code),
        text: "title: x".into(),
        author: "ann".into(),
        created: at(1),
    }
}

fn filter(code: &str) -> RuleFilter {
    RuleFilter {
        id: FilterId([0; 16]),
        org: org(code),
        rule: RuleId("r".into()),
        excludes: vec![Contains { field: "A".into(), text: "b".into() }],
        sigma: None,
        reason: "why".into(),
        owner: "ann".into(),
        created: at(1),
        until: at(100),
    }
}

fn suppression(code: &str) -> Suppression {
    Suppression {
        id: SuppressionId([0; 16]),
        org: org(code),
        rule: None,
        entity: Some(Entity { kind: EntityKind::Device, value: "pc".into() }),
        reason: "why".into(),
        owner: "ann".into(),
        created: at(1),
        until: at(100),
        ended: None,
    }
}

#[tokio::test]
async fn decisions_are_made_and_seen_within_the_own_trust_only() {
    let sector = Sector::new().await;
    let (one, two) = (rights(&sector, "ZZ1").await, rights(&sector, "ZZ2").await);
    let state = &sector.state;
    let before = state.changes();
    state.put_own_rule(&two.write, &own("ZZ2", "a")).await.unwrap();
    let theirs = state.add_rule_filter(&two.write, filter("ZZ2")).await.unwrap();
    let held = state.add_suppression(&two.handle, suppression("ZZ2")).await.unwrap();
    let off = || SettingChange::Level(Some(SetLevel::Off));
    let rule = RuleId("r".into());
    let (code, later) = (org("ZZ2"), at(2));
    state.change_rule_setting(&two.write, &code, &rule, off(), "why", later).await.unwrap();
    assert!(state.changes() >= before + 4, "whoever remembers decisions is told");

    // One's own right does not reach there, whatever is named.
    let refused = |error: StoreError| matches!(error, StoreError::OutOfScope(_));
    assert!(refused(state.put_own_rule(&one.write, &own("ZZ2", "b")).await.unwrap_err()));
    assert!(refused(state.add_rule_filter(&one.write, filter("ZZ2")).await.unwrap_err()));
    assert!(refused(state.add_suppression(&one.handle, suppression("ZZ2")).await.unwrap_err()));
    let set = state.change_rule_setting(&one.write, &code, &rule, off(), "why", later).await;
    assert!(refused(set.unwrap_err()));
    let here = org("ZZ1");
    let live = SettingChange::LiveIn(Some(vec![org("ZZ2")]));
    let set = state.change_rule_setting(&one.write, &here, &rule, live, "why", later).await;
    assert!(refused(set.unwrap_err()), "a canary in another's organisation");
    let id = RuleId("ZZ2.a".into());
    assert!(!state.remove_own_rule(&one.write, &id, later).await.unwrap());
    assert!(!state.remove_rule_filter(&one.write, theirs.id, later).await.unwrap());
    assert_eq!(state.end_suppression(&one.handle, held.id, later).await.unwrap(), None);
    let (settings, filters) = state.settings_of_rule(&one.read, &rule).await.unwrap();
    assert!(settings.is_empty() && filters.is_empty());
    let page = Page::default();
    assert!(state.suppressions(&one.read, true, later, &page).await.unwrap().items.is_empty());

    // Who may read may not therefore decide.
    let wrong = state.put_own_rule(&one.read, &own("ZZ1", "a")).await.unwrap_err();
    assert!(matches!(wrong, StoreError::NotPermitted(Permission::WriteRules)));
    let wrong = state.add_suppression(&one.write, suppression("ZZ1")).await.unwrap_err();
    assert!(matches!(wrong, StoreError::NotPermitted(Permission::HandleIncidents)));

    // The owners see it, and take it back.
    let (settings, filters) = state.settings_of_rule(&two.read, &rule).await.unwrap();
    assert_eq!((settings[0].level, filters.len()), (Some(SetLevel::Off), 1));
    assert!(state.remove_own_rule(&two.write, &id, later).await.unwrap());
    assert!(state.remove_rule_filter(&two.write, theirs.id, later).await.unwrap());
    let reset = SettingChange::Level(None);
    let set = state.change_rule_setting(&two.write, &code, &rule, reset, "why", later).await;
    assert_eq!(set.unwrap(), None);
    assert!(state.rule_settings(&sector.system).await.unwrap().is_empty());
    assert!(state.verify_audit().await.unwrap().broken_at.is_none());
}

#[tokio::test]
async fn what_ends_counts_no_more() {
    let sector = Sector::new().await;
    let one = rights(&sector, "ZZ1").await;
    let state = &sector.state;
    state.add_rule_filter(&one.write, filter("ZZ1")).await.unwrap();
    let held = state.add_suppression(&one.handle, suppression("ZZ1")).await.unwrap();
    for (time, count) in [(at(99), 1), (at(100), 0)] {
        assert_eq!(state.rule_filters(&sector.system, time).await.unwrap().len(), count);
        assert_eq!(state.running_suppressions(&sector.system, time).await.unwrap().len(), count);
    }
    let ended = state.end_suppression(&one.handle, held.id, at(50)).await.unwrap().unwrap();
    assert_eq!((ended.until, ended.ended), (at(50), Some(at(50))));
    assert!(state.running_suppressions(&sector.system, at(50)).await.unwrap().is_empty());
    assert_eq!(state.end_suppression(&one.handle, held.id, at(51)).await.unwrap(), None);
}

#[tokio::test]
async fn counts_are_sums_of_commits_each_trusts_own() {
    let sector = Sector::new().await;
    let (one, two) = (rights(&sector, "ZZ1").await, rights(&sector, "ZZ2").await);
    let state = &sector.state;
    let hits = |code: &str, seconds, hits| RuleHits {
        org: org(code),
        rule: RuleId("r".into()),
        received: at(seconds),
        outcome: Outcome::Live,
        hits,
    };
    let heard = |code: &str, events| SourcesHeard {
        org: org(code),
        sources: format!("windows/-/{code}"),
        received: at(0),
        events,
    };
    let held = state.add_suppression(&one.handle, suppression("ZZ1")).await.unwrap();
    for offset in [100, 200] {
        let mut step = commit(offset);
        let number = u8::try_from(offset / 100).unwrap();
        step.sightings = vec![sighting("ZZ1", number)];
        step.suppressed = vec![(sighting("ZZ1", number).id, held.id)];
        step.rule_hits = vec![hits("ZZ1", 0, 2), hits("ZZ1", 2 * 86_400, 1), hits("ZZ2", 0, 7)];
        step.sources = vec![heard("ZZ1", 5), heard("ZZ2", 6)];
        state.commit(&sector.system, step).await.unwrap();
    }
    let sums = state.rule_sums(&one.read, at(86_400), at(0)).await.unwrap();
    let [sum] = sums.as_slice() else { panic!("{sums:?}") };
    assert_eq!((sum.short, sum.long, sum.org.as_str()), (2, 6, "ZZ1"));
    let found = state.sources_heard(&one.read, at(0)).await.unwrap();
    assert_eq!(found, [("windows/-/ZZ1".to_owned(), 10)]);
    let listed = state.suppressions(&one.read, false, at(2), &Page::default()).await.unwrap();
    assert_eq!(listed.items[0].1, 2);
    let ids = [sighting("ZZ1", 1).id];
    assert_eq!(state.suppressed_by(&one.read, &ids).await.unwrap()[&ids[0]], held.id);
    assert!(state.suppressed_by(&two.read, &ids).await.unwrap().is_empty());
    state.forget_rule_counts(&sector.system, at(10 * 86_400)).await.unwrap();
    assert!(state.rule_sums(&one.read, at(0), at(0)).await.unwrap().is_empty());
    assert!(state.sources_heard(&one.read, at(0)).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_organisation_may_have_so_many_rules() {
    let sector = Sector::new().await;
    let one = rights(&sector, "ZZ1").await;
    for number in 0..wardwatch_store::MAX_OWN_RULES {
        sector.state.put_own_rule(&one.write, &own("ZZ1", &number.to_string())).await.unwrap();
    }
    let more = sector.state.put_own_rule(&one.write, &own("ZZ1", "x")).await.unwrap_err();
    assert!(matches!(more, StoreError::TooMany { .. }), "{more}");
    sector.state.put_own_rule(&one.write, &own("ZZ1", "0")).await.unwrap();
    let lineage = sector.state.lineage(&sector.system).await.unwrap();
    assert_eq!(lineage[&org("ZZ1S")], [org("ZZ1S"), org("ZZ1"), org("ZZC")]);
}
