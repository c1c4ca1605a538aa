//! People change incidents while the loop goes on.

use wardwatch_model::{Incident, IncidentState, Permission, incident::Note};
use wardwatch_store::{DetectionFilter, IncidentChange, Page, StoreError};

use crate::fixture::{Sector, at, commit, incident, sighting};

async fn with_incidents() -> Sector {
    let sector = Sector::new().await;
    let mut step = commit(100);
    step.sightings = vec![sighting("ZZ1", 1), sighting("ZZ1", 2), sighting("ZZ2", 1)];
    step.incidents = vec![incident("ZZ1", 1), incident("ZZ1", 2), incident("ZZ2", 1)];
    step.detection_incident =
        step.incidents.iter().map(|incident| (incident.detections[0], incident.id)).collect();
    sector.state.commit(&sector.system, step).await.unwrap();
    sector
}

fn owned(incident: &Incident, owner: &str) -> Incident {
    let note = Note { time: at(50), by: owner.to_owned(), text: "mine".to_owned() };
    Incident { owner: Some(owner.to_owned()), notes: vec![note], ..incident.clone() }
}

#[tokio::test]
async fn the_second_of_two_who_change_an_incident_is_told() {
    let sector = with_incidents().await;
    let scope = sector.scope(sector.one, Permission::HandleIncidents).await;
    let before = incident("ZZ1", 1);
    let change = |owner| {
        let after = owned(&before, owner);
        sector.state.change_incident(&scope, before.clone(), after, "incident.assign", at(50))
    };
    assert!(change("ann").await.unwrap());
    assert!(!change("amy").await.unwrap());
    let stored = sector.state.incident(&scope, before.id).await.unwrap().unwrap();
    assert_eq!(stored.owner.as_deref(), Some("ann"));
}

#[tokio::test]
async fn nobody_changes_an_incident_of_the_other_trust() {
    let sector = with_incidents().await;
    let scope = sector.scope(sector.one, Permission::HandleIncidents).await;
    let before = incident("ZZ2", 1);
    let after = owned(&before, "ann");
    let foreign = sector.state.change_incident(&scope, before, after, "incident.assign", at(50));
    assert!(matches!(foreign.await, Err(StoreError::OutOfScope(_))));
    let (own, mut claimed) = (incident("ZZ2", 1), incident("ZZ2", 1));
    claimed.org = "ZZ1".parse().unwrap();
    let stolen = sector.state.change_incident(&scope, own, claimed.clone(), "x", at(50));
    assert!(!stolen.await.unwrap());
    let split = vec![IncidentChange { before: None, after: claimed }];
    assert!(!sector.state.change_incidents(&scope, split, "x", at(50)).await.unwrap());
    let reader = sector.read(sector.one).await;
    let before = incident("ZZ1", 1);
    let after = owned(&before, "ann");
    let read_only = sector.state.change_incident(&reader, before, after, "x", at(50)).await;
    assert!(matches!(read_only, Err(StoreError::NotPermitted(Permission::HandleIncidents))));
}

#[tokio::test]
async fn new_detections_and_a_persons_words_both_survive() {
    let sector = with_incidents().await;
    let (state, system) = (&sector.state, &sector.system);
    let scope = sector.scope(sector.one, Permission::HandleIncidents).await;
    let before = incident("ZZ1", 1);
    let grown = Incident { count: 9, updated: at(60), ..before.clone() };
    let mut step = commit(200);
    step.incidents = vec![grown.clone()];
    assert_eq!(state.commit(system, step).await.unwrap().reconciled, []);

    // Ann read it before it grew.
    let after = owned(&before, "ann");
    let changed = state.change_incident(&scope, before.clone(), after, "incident.assign", at(61));
    assert!(changed.await.unwrap());

    // The loop does not know of Ann yet.
    let grown = Incident { count: 10, ..grown };
    let mut step = commit(300);
    step.incidents = vec![grown.clone()];
    let done = state.commit(system, step).await.unwrap();
    assert_eq!(done.reconciled, [owned(&grown, "ann")]);
    let stored = state.incident(&scope, before.id).await.unwrap().unwrap();
    assert_eq!(stored, owned(&grown, "ann"));
}

#[tokio::test]
async fn a_merge_takes_the_detections_along_and_a_split_gives_them_back() {
    let sector = with_incidents().await;
    let scope = sector.scope(sector.one, Permission::HandleIncidents).await;
    let (kept, gone) = (incident("ZZ1", 1), incident("ZZ1", 2));
    let merged =
        Incident { state: IncidentState::Merged, merged_into: Some(kept.id), ..gone.clone() };
    let larger = Incident { count: 2, ..kept.clone() };
    let merge = vec![
        IncidentChange { before: Some(kept.clone()), after: larger.clone() },
        IncidentChange { before: Some(gone.clone()), after: merged },
    ];
    assert!(sector.state.change_incidents(&scope, merge, "incident.merge", at(50)).await.unwrap());
    let of = |incident| DetectionFilter { incident: Some(incident), ..DetectionFilter::default() };
    let count = async |incident| {
        let page = Page::default();
        sector.state.detections(&scope, &of(incident), &page).await.unwrap().items.len()
    };
    assert_eq!((count(kept.id).await, count(gone.id).await), (2, 0));

    let new = Incident { detections: vec![sighting("ZZ1", 2).id], ..incident("ZZ1", 77) };
    let split = vec![
        IncidentChange { before: Some(larger), after: kept.clone() },
        IncidentChange { before: None, after: new.clone() },
    ];
    assert!(sector.state.change_incidents(&scope, split, "incident.split", at(51)).await.unwrap());
    assert_eq!((count(kept.id).await, count(new.id).await), (1, 1));
    let open = sector.state.recent_incidents(&sector.system, at(0)).await.unwrap();
    let ids: Vec<_> = open.iter().map(|incident| incident.id).collect();
    assert_eq!(ids.len(), 3);
    assert!(!ids.contains(&gone.id), "merged ones are not open");
}
