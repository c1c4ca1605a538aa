//! The tree: who sees which part of it, and what an import may do.

use wardwatch_model::{OrgKind, Permission, Role};
use wardwatch_store::{State, StoreError, TenantScope};

use crate::fixture::{Sector, at, org, organisation};

#[tokio::test]
async fn each_sees_its_own_part_of_the_tree() {
    let sector = Sector::new().await;
    for (person, expected) in [
        (sector.administrator, vec!["ZZ1", "ZZ1S", "ZZ2", "ZZC"]),
        (sector.one, vec!["ZZ1", "ZZ1S"]),
        (sector.two, vec!["ZZ2"]),
    ] {
        let scope = sector.read(person).await;
        let seen = sector.state.organisations(&scope).await.unwrap();
        let codes: Vec<&str> = seen.iter().map(|org| org.code.as_str()).collect();
        assert_eq!(codes, expected);
    }
    let centre = sector.read(sector.administrator).await;
    let narrow = centre.narrow(&org("ZZ1")).unwrap();
    assert!(narrow.covers(&org("ZZ1S")) && !narrow.covers(&org("ZZ2")));
    assert!(narrow.narrow(&org("ZZ2")).is_none());
}

#[tokio::test]
async fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let sector = Sector::new().await;
    let scope = sector.scope(sector.administrator, Permission::Administer).await;
    let mut renamed = organisation("ZZ2", Some("ZZC"), OrgKind::Trust);
    renamed.name = "Merged trust".to_owned();
    let list = vec![
        organisation("ZZ3", Some("ZZ2"), OrgKind::Practice),
        renamed,
        organisation("ZZ1", Some("ZZC"), OrgKind::Trust),
    ];
    let import = |dry_run| sector.state.import_organisations(&scope, list.clone(), dry_run, at(20));
    let tried = import(true).await.unwrap();
    assert_eq!(tried.added, [org("ZZ3")]);
    assert_eq!(tried.changed, [org("ZZ2")]);
    assert_eq!(tried.unchanged, [org("ZZ1")]);
    let before = sector.read(sector.administrator).await;
    assert!(!before.covers(&org("ZZ3")));
    assert_eq!(import(false).await.unwrap(), tried);
    let after = sector.read(sector.administrator).await;
    assert!(after.covers(&org("ZZ3")));
    assert!(sector.read(sector.two).await.covers(&org("ZZ3")));
    assert_eq!(import(false).await.unwrap().unchanged.len(), 3);
}

#[tokio::test]
async fn cycles_unknown_parents_and_doubles_are_all_named_and_nothing_is_stored() {
    let sector = Sector::new().await;
    let scope = sector.scope(sector.administrator, Permission::Administer).await;
    let list = vec![
        organisation("ZZ1", Some("ZZ1S"), OrgKind::Trust),
        organisation("ZZ4", Some("ZZ9"), OrgKind::Trust),
        organisation("ZZ5", None, OrgKind::Trust),
        organisation("ZZ6", Some("ZZC"), OrgKind::Trust),
        organisation("ZZ6", Some("ZZC"), OrgKind::Trust),
    ];
    let report = sector.state.import_organisations(&scope, list, false, at(20)).await.unwrap();
    assert_eq!(
        report.problems,
        [
            "ZZ6: listed more than once",
            "ZZ1: lies below itself",
            "ZZ4: its parent ZZ9 is not known",
            "ZZ5: belongs to nothing",
        ]
    );
    let seen = sector.state.organisations(&scope).await.unwrap();
    assert_eq!(seen.len(), 4);
}

#[tokio::test]
async fn an_administrator_of_one_trust_changes_nothing_of_the_other() {
    let sector = Sector::new().await;
    let local = sector.person("eve", "ZZ1", Role::Administrator).await;
    let scope = sector.scope(local, Permission::Administer).await;
    for list in [
        vec![organisation("ZZ2", Some("ZZC"), OrgKind::Council)],
        vec![organisation("ZZ2", Some("ZZ1"), OrgKind::Trust)],
        vec![organisation("ZZ1", Some("ZZ2"), OrgKind::Trust)],
        vec![organisation("ZZ7", Some("ZZ2"), OrgKind::Trust)],
    ] {
        let report =
            sector.state.import_organisations(&scope, list.clone(), false, at(20)).await.unwrap();
        assert_eq!(report.problems.len(), 1, "{list:?}");
    }
    let own = vec![
        organisation("ZZ8", Some("ZZ7"), OrgKind::Site),
        organisation("ZZ7", Some("ZZ1"), OrgKind::Practice),
    ];
    let report = sector.state.import_organisations(&scope, own, false, at(20)).await.unwrap();
    assert_eq!((report.added.len(), report.problems.len()), (2, 0));
    let analyst = sector.read(sector.one).await;
    let refused = sector.state.import_organisations(&analyst, Vec::new(), true, at(20)).await;
    assert!(matches!(refused, Err(StoreError::NotPermitted(Permission::Administer))));
}

#[tokio::test]
async fn the_first_start_happens_once_and_outlives_a_restart() {
    let sector = Sector::new().await;
    let path = sector.dir.path().join("state.db");
    sector.state.close().await;
    let (state, system) = State::open(&path).await.unwrap();
    assert!(state.has_people().await.unwrap());
    let centre = organisation("ZZC", None, OrgKind::Centre);
    let again = state.first_start(&system, centre, "mallory", "hash", at(30)).await;
    assert!(matches!(again, Err(StoreError::AlreadyStarted)));
}

#[tokio::test]
async fn what_is_left_out_of_a_scope_does_not_come_back() {
    let sector = Sector::new().await;
    let codes = |scope: &TenantScope| scope.orgs().map(ToString::to_string).collect::<Vec<_>>();
    let whole = sector.read(sector.administrator).await;
    let left = whole.without(&[org("ZZ1")]);
    assert_eq!(codes(&left), ["ZZ2", "ZZC"], "with what lies below it");
    assert!(!left.covers(&org("ZZ1")) && left.narrow(&org("ZZ1")).is_none());
    assert_eq!(codes(&left.narrow(&org("ZZC")).unwrap()), ["ZZ2", "ZZC"]);
    assert_eq!(codes(&left.without(&[org("ZZ2")])), ["ZZC"]);
    assert_eq!(codes(&whole.without(&[org("ZZC")])), [""; 0]);
    assert_ne!(left.key(), whole.key(), "nothing that is kept for the one is given to the other");
    // Of what is not seen nothing is left out, and nothing is added.
    let own = sector.read(sector.one).await;
    assert_eq!(codes(&own.without(&[org("ZZ2"), org("ZZC")])), ["ZZ1", "ZZ1S"]);
    assert_eq!(codes(&own.without(&[org("ZZ1S")])), ["ZZ1"]);

    // Queries over everything but some hold to it too, also behind one more step.
    for scope in [left.clone(), left.narrow(&org("ZZC")).unwrap(), left.without(&[org("ZZ1S")])] {
        let found = sector.state.organisations(&scope).await.unwrap();
        let found: Vec<String> = found.iter().map(|one| one.code.to_string()).collect();
        assert_eq!(found, ["ZZ2", "ZZC"]);
    }
}
