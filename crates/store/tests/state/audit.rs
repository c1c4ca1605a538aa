//! The chain: what goes in, who sees it, and that a change shows.

use sqlx::sqlite::SqlitePoolOptions;
use wardwatch_model::Permission;
use wardwatch_store::{DetectionFilter, Page, StoreError};

use crate::fixture::{Sector, at, commit, org, organisation, sighting};

async fn actions(sector: &Sector, person: wardwatch_model::PersonId) -> Vec<(String, String)> {
    let scope = sector.read(person).await;
    let paged = sector.state.audit(&scope, &Page::default()).await.unwrap();
    paged.items.into_iter().map(|entry| (entry.actor, entry.action)).collect()
}

fn pair(actor: &str, action: &str) -> (String, String) {
    (actor.to_owned(), action.to_owned())
}

#[tokio::test]
async fn a_look_at_another_organisations_detections_is_written_down_there() {
    let sector = Sector::new().await;
    let mut step = commit(100);
    step.sightings = vec![sighting("ZZ1", 1), sighting("ZZ2", 1)];
    sector.state.commit(&sector.system, step).await.unwrap();
    let look = async |person| {
        let scope = sector.read(person).await;
        let filter = DetectionFilter::default();
        sector.state.detections(&scope, &filter, &Page::default()).await.unwrap();
    };
    look(sector.one).await;
    let seen = pair("ann", "read.detections");
    assert!(!actions(&sector, sector.one).await.contains(&seen), "a look at home is none");
    look(sector.administrator).await;
    let seen = pair("root", "read.detections");
    assert!(actions(&sector, sector.one).await.contains(&seen));
    assert!(actions(&sector, sector.two).await.contains(&seen));
}

#[tokio::test]
async fn each_trust_reads_its_own_audit_and_the_centre_also_what_is_nobodys() {
    let sector = Sector::new().await;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let record = |org, action| {
        sector.state.record(&root, action, org, "x", serde_json::json!({ "a": 1 }), at(20))
    };
    let (one, two) = (org("ZZ1"), org("ZZ2"));
    record(Some(&one), "test.one").await.unwrap();
    record(Some(&two), "test.two").await.unwrap();
    record(None, "test.nobody").await.unwrap();
    for (person, expected) in [
        (sector.one, vec!["test.one"]),
        (sector.two, vec!["test.two"]),
        (sector.administrator, vec!["test.nobody", "test.two", "test.one"]),
    ] {
        let found = actions(&sector, person).await;
        let found: Vec<&str> = found
            .iter()
            .map(|(_, action)| action.as_str())
            .filter(|action| action.starts_with("test."))
            .collect();
        assert_eq!(found, expected);
    }
    let local = sector.read(sector.one).await;
    let outside =
        sector.state.record(&local, "test.x", Some(&two), "x", serde_json::Value::Null, at(20));
    assert!(matches!(outside.await, Err(StoreError::OutOfScope(_))));
}

#[tokio::test]
async fn a_look_at_a_whole_sector_is_written_down_for_each_in_one_chain() {
    let sector = Sector::new().await;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let practices = (0..1_200).map(|n| {
        organisation(&format!("ZZP{n:04}"), Some("ZZC"), wardwatch_model::OrgKind::Practice)
    });
    sector.state.import_organisations(&root, practices.collect(), false, at(20)).await.unwrap();
    let before = sector.state.verify_audit().await.unwrap();
    let scope = sector.read(sector.administrator).await;
    let elsewhere = scope.orgs().filter(|org| !scope.home().contains(org)).count();
    for _ in 0..2 {
        sector.state.was_surveyed(&scope, "read.overview").await.unwrap();
    }
    let after = sector.state.verify_audit().await.unwrap();
    assert_eq!(after.broken_at, None);
    assert_eq!(after.entries - before.entries, elsewhere as u64, "once an hour");
    assert!(elsewhere > 1_200);
    let last = scope.narrow(&org("ZZP1199")).unwrap();
    let seen = sector.state.audit(&last, &Page::default()).await.unwrap().items;
    assert_eq!(seen.iter().filter(|entry| entry.action == "read.overview").count(), 1);
}

#[tokio::test]
async fn pages_of_the_audit_go_on_where_the_last_one_ended() {
    let sector = Sector::new().await;
    let scope = sector.read(sector.administrator).await;
    let mut page = Page { after: None, limit: 2 };
    let mut numbers = Vec::new();
    loop {
        let paged = sector.state.audit(&scope, &page).await.unwrap();
        numbers.extend(paged.items.iter().map(|entry| entry.seq));
        page.after = paged.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(numbers.last(), Some(&1));
    assert!(numbers.windows(2).all(|pair| pair[0] == pair[1] + 1), "{numbers:?}");
}

#[tokio::test]
async fn a_changed_or_missing_entry_breaks_the_chain_where_it_was() {
    for damage in [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 3",
        "UPDATE audit SET detail = '{}' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
    ] {
        let sector = Sector::new().await;
        let sound = sector.state.verify_audit().await.unwrap();
        assert_eq!(sound.broken_at, None);
        assert!(sound.entries >= 5, "{sound:?}");
        let url = format!("sqlite://{}", sector.dir.path().join("state.db").display());
        let pool = SqlitePoolOptions::new().connect(&url).await.unwrap();
        sqlx::query(damage).execute(&pool).await.unwrap();
        assert_eq!(sector.state.verify_audit().await.unwrap().broken_at, Some(3), "{damage}");
    }
}
