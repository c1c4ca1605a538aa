//! Organisations that close and move, services, and how careful to be with devices.

use wardwatch_model::{CareClass, DeviceCare, OrgKind, Permission, Role, Service};
use wardwatch_store::{DeviceFilter, DeviceSeen, OrganisationChange, Page, StoreError};

use crate::fixture::{Sector, at, commit, incident, org, organisation, sighting};

async fn with_findings() -> Sector {
    let sector = Sector::new().await;
    let mut step = commit(100);
    step.sightings = vec![sighting("ZZ1", 1), sighting("ZZ2", 1)];
    step.incidents = vec![incident("ZZ1", 1), incident("ZZ2", 1)];
    let seen = |code: &str| DeviceSeen {
        org: org(code),
        device: "PC1".to_owned(),
        time: at(1),
        events: 1,
        legacy: None,
        crashes: None,
    };
    step.seen = vec![seen("ZZ1"), seen("ZZ2")];
    sector.state.commit(&sector.system, step).await.unwrap();
    sector
}

#[tokio::test]
async fn a_successor_sees_what_was_the_closed_ones_under_its_code() {
    let sector = with_findings().await;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let state = &sector.state;
    let (_, secret) = state.create_sender(&root, "relay", &org("ZZ1"), at(11)).await.unwrap();
    let code = state.create_code(&root, &org("ZZ1"), "late", at(900), at(11)).await.unwrap();
    assert!(!sector.read(sector.two).await.covers(&org("ZZ1")));
    let closed = state.close_organisation(&root, &org("ZZ1"), Some(org("ZZ2")), at(20)).await;
    let closed = closed.unwrap();
    assert_eq!((closed.people, closed.api_tokens), (1, 0));
    assert_eq!(closed.below, [org("ZZ1S")]);

    let bob = sector.read(sector.two).await;
    for code in ["ZZ1", "ZZ1S", "ZZ2"] {
        assert!(bob.covers(&org(code)) && bob.home().contains(&org(code)), "{code}");
    }
    let found = state.incident(&bob, incident("ZZ1", 1).id).await.unwrap().unwrap();
    assert_eq!(found.org, org("ZZ1"), "data stays under its code");
    assert_eq!(sector.read(sector.one).await.orgs().count(), 2, "nothing comes the other way");
    assert_eq!(state.sender(&secret, at(30)).await.unwrap().unwrap().org(), &org("ZZ1"));
    assert!(state.redeem_code(&code, at(30)).await.unwrap().is_none());
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let new = state.create_sender(&root, "new", &org("ZZ1"), at(30)).await;
    assert!(matches!(new, Err(StoreError::Closed(_))));
    let again = state.close_organisation(&root, &org("ZZ1"), None, at(30)).await;
    assert!(matches!(again, Err(StoreError::Closed(_))));
    // It is so after a restart too, and along a chain of mergers.
    let list = vec![organisation("ZZ3", Some("ZZC"), OrgKind::Trust)];
    state.import_organisations(&root, list, false, at(31)).await.unwrap();
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    state.close_organisation(&root, &org("ZZ2"), Some(org("ZZ3")), at(32)).await.unwrap();
    let cleo = sector.person("cleo", "ZZ3", Role::Analyst).await;
    assert_eq!(sector.read(cleo).await.orgs().count(), 4);
}

#[tokio::test]
async fn nobody_closes_the_top_or_into_what_lies_below_or_elsewhere() {
    let sector = Sector::new().await;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let state = &sector.state;
    for (code, successor) in [("ZZC", None), ("ZZ1", Some("ZZ1")), ("ZZ1", Some("ZZ1S"))] {
        let done = state.close_organisation(&root, &org(code), successor.map(org), at(20)).await;
        assert!(matches!(done, Err(StoreError::Tree(_))), "{code} {successor:?}: {done:?}");
    }
    let eve = sector.person("eve", "ZZ1", Role::Administrator).await;
    let eve = sector.scope(eve, Permission::Administer).await;
    for (code, successor) in [("ZZ2", "ZZ1"), ("ZZ1", "ZZ2")] {
        let done = state.close_organisation(&eve, &org(code), Some(org(successor)), at(20)).await;
        assert!(matches!(done, Err(StoreError::OutOfScope(_))), "{code}");
    }
    // Nor by an import.
    let mut given_away = organisation("ZZ1", Some("ZZC"), OrgKind::Trust);
    given_away.closed = Some(at(5));
    given_away.successor = Some(org("ZZ2"));
    let report = state.import_organisations(&eve, vec![given_away], false, at(20)).await.unwrap();
    assert_eq!(report.problems, ["ZZ1: its successor ZZ2 is outside what you may change"]);
    let mut circle = ["ZZ1", "ZZ2"].map(|code| organisation(code, Some("ZZC"), OrgKind::Trust));
    for (one, other) in [(0, "ZZ2"), (1, "ZZ1")] {
        circle[one].closed = Some(at(5));
        circle[one].successor = Some(org(other));
    }
    let report = state.import_organisations(&root, circle.to_vec(), false, at(20)).await.unwrap();
    assert_eq!(report.problems.len(), 2, "{:?}", report.problems);
    let mut soon = organisation("ZZ1", Some("ZZC"), OrgKind::Trust);
    soon.closed = Some(at(21));
    let report = state.import_organisations(&root, vec![soon], true, at(20)).await.unwrap();
    assert_eq!(report.problems, ["ZZ1: it closes in the future: say so when it has closed"]);
}

#[tokio::test]
async fn an_organisation_moves_and_changes_its_kind_and_keeps_its_code() {
    let sector = Sector::new().await;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let state = &sector.state;
    let change = OrganisationChange {
        name: Some("Integrated board".to_owned()),
        kind: Some(OrgKind::CareBoard),
        parent: Some(org("ZZ2")),
    };
    let moved = state.change_organisation(&root, &org("ZZ1"), change.clone(), at(20)).await;
    let moved = moved.unwrap();
    assert_eq!((moved.kind, moved.parent), (OrgKind::CareBoard, Some(org("ZZ2"))));
    assert!(sector.read(sector.two).await.covers(&org("ZZ1S")));
    let below = OrganisationChange { parent: Some(org("ZZ1S")), ..OrganisationChange::default() };
    for (code, change) in [("ZZ2", below.clone()), ("ZZC", below)] {
        let done = state.change_organisation(&root, &org(code), change, at(20)).await;
        assert!(matches!(done, Err(StoreError::Tree(_))), "{code}: {done:?}");
    }
    let eve = sector.person("eve", "ZZ2", Role::Administrator).await;
    let eve = sector.scope(eve, Permission::Administer).await;
    let up = OrganisationChange { parent: Some(org("ZZC")), ..OrganisationChange::default() };
    let done = state.change_organisation(&eve, &org("ZZ1"), up, at(20)).await;
    assert!(matches!(done, Err(StoreError::OutOfScope(_))));
}

fn service(code: &str, of: &str, depends_on: &[&str]) -> Service {
    Service {
        org: org(of),
        code: code.parse().unwrap(),
        name: code.to_owned(),
        sites: Vec::new(),
        depends_on: depends_on.iter().map(|code| code.parse().unwrap()).collect(),
    }
}

#[tokio::test]
async fn services_and_care_classes_are_each_organisations_own() {
    let sector = with_findings().await;
    let state = &sector.state;
    let nora = sector.person("nora", "ZZ1", Role::ClinicalEngineer).await;
    let nora = sector.scope(nora, Permission::ClassifyDevices).await;
    let mut triage = service("ed-triage", "ZZ1", &["radiology"]);
    triage.sites = vec![org("ZZ1S")];
    let list = vec![triage.clone(), service("radiology", "ZZ1", &[])];
    for dry_run in [true, false] {
        let report = state.import_services(&nora, list.clone(), dry_run, at(20)).await.unwrap();
        assert_eq!(report.added, ["ZZ1/ed-triage", "ZZ1/radiology"], "{:?}", report.problems);
    }
    triage.sites = vec![org("ZZ2")];
    let wrong = vec![triage, service("payroll", "ZZ2", &[]), service("x", "ZZ1", &["y", "x"])];
    let report = state.import_services(&nora, wrong, false, at(20)).await.unwrap();
    assert_eq!(
        report.problems,
        [
            "ZZ1/ed-triage: ZZ2 is no site of ZZ1",
            "ZZ2/payroll: outside what you may change",
            "ZZ1/x: it depends on y, which is not known",
            "ZZ1/x: it depends on itself",
        ]
    );
    assert_eq!(state.services(&sector.read(sector.one).await).await.unwrap().len(), 2);
    assert!(state.services(&sector.read(sector.two).await).await.unwrap().is_empty());

    let care = |of: &str, service: Option<&str>| DeviceCare {
        org: org(of),
        name: "PC1".to_owned(),
        care_class: Some(CareClass::Critical),
        service: service.map(|code| code.parse().unwrap()),
    };
    for (device, problem) in [
        (care("ZZ2", None), "ZZ2/PC1: outside what you may change"),
        (care("ZZ1", Some("payroll")), "ZZ1/PC1: its service payroll is not known"),
    ] {
        let report = state.import_devices(&nora, vec![device], false, at(20)).await.unwrap();
        assert_eq!(report.problems, [problem]);
    }
    let own = vec![care("ZZ1", Some("radiology"))];
    let report = state.import_devices(&nora, own.clone(), false, at(20)).await.unwrap();
    assert_eq!(report.added, ["ZZ1/PC1"]);
    let report = state.import_devices(&nora, own, false, at(20)).await.unwrap();
    assert_eq!(report.unchanged, ["ZZ1/PC1"]);
    let scope = sector.read(sector.administrator).await;
    let devices = |care_class| {
        let filter = DeviceFilter { care_class, ..DeviceFilter::default() };
        let (state, scope) = (state.clone(), scope.clone());
        async move { state.devices(&scope, &filter, &Page::default()).await.unwrap().items }
    };
    let all = devices(None).await;
    assert_eq!(all[0].care_class, Some(CareClass::Critical));
    assert_eq!(all[0].service.as_ref().unwrap().as_str(), "radiology");
    assert_eq!(all[1].care_class, None, "what nobody classified is not normal");
    assert!(devices(Some(Some(CareClass::Normal))).await.is_empty());
    let unclassified = devices(Some(None)).await;
    assert_eq!((unclassified.len(), &unclassified[0].org), (1, &org("ZZ2")));
    let analyst = sector.read(sector.one).await;
    let refused = state.import_devices(&analyst, Vec::new(), true, at(20)).await;
    assert!(matches!(refused, Err(StoreError::NotPermitted(_))));
}
