//! Lists of indicators of two trusts: loaded, replaced, searched for, removed.

use wardwatch_model::{Indicator, IndicatorKind, Permission, PersonId, Role, SourceKind};
use wardwatch_store::{
    IndicatorHunt, ListProblem, LoadedList, NewIndicatorSource, SourceSecret, StoreError,
    TenantScope,
};

use crate::fixture::{Sector, at, org};

fn list(code: &str, name: &str, values: &[&str]) -> LoadedList {
    let problem = ListProblem { place: "line 3".into(), reason: "'com': no".into() };
    LoadedList {
        org: org(code),
        name: name.to_owned(),
        format: "text".to_owned(),
        indicators: values
            .iter()
            .map(|value| Indicator::bare(IndicatorKind::Domain, *value))
            .collect(),
        problems: vec![problem],
        problem_count: 7,
    }
}

async fn writer(sector: &Sector, name: &str, code: &str) -> (PersonId, TenantScope) {
    let person = sector.person(name, code, Role::DetectionEngineer).await;
    (person, sector.scope(person, Permission::WriteRules).await)
}

async fn values(
    sector: &Sector,
    list: wardwatch_model::IndicatorListId,
    version: u64,
    after: u64,
) -> Vec<String> {
    let part = sector.state.indicators(&sector.system, list, version, after, None).await.unwrap();
    part.into_iter().map(|one| one.value).collect()
}

#[tokio::test]
async fn a_list_is_replaced_as_a_whole_and_what_is_new_is_known() {
    let sector = Sector::new().await;
    let (state, system) = (&sector.state, &sector.system);
    let (_, scope) = writer(&sector, "eve", "ZZ1").await;
    let first = list("ZZ1", "c2", &["a.zz.net", "b.zz.net"]);
    let first = state.load_indicators(&scope, first, at(1)).await.unwrap();
    assert_eq!((first.version, first.indicators, first.fresh), (1, 2, 2));
    let second = list("ZZ1", "c2", &["b.zz.net", "c.zz.net", "d.zz.net"]);
    let second = state.load_indicators(&scope, second, at(2)).await.unwrap();
    assert_eq!(second.id, first.id);
    assert_eq!((second.version, second.indicators, second.fresh), (2, 3, 2));
    assert_eq!(values(&sector, first.id, 2, 0).await, ["b.zz.net", "c.zz.net", "d.zz.net"]);
    assert_eq!(values(&sector, first.id, 2, 1).await, ["c.zz.net", "d.zz.net"]);
    assert_eq!(values(&sector, first.id, 1, 0).await, [""; 0], "the old rows are gone");
    let named = state.indicators_named(system, &org("ZZ1"), "c2").await.unwrap();
    assert_eq!(named.len(), 3);

    let reach = state.all_indicator_lists(system).await.unwrap();
    let orgs: Vec<String> = reach[0].orgs.iter().map(ToString::to_string).collect();
    assert_eq!(orgs, ["ZZ1", "ZZ1S"]);
    assert!(state.delete_indicator_list(&scope, first.id, at(3)).await.unwrap());
    assert!(!state.delete_indicator_list(&scope, first.id, at(3)).await.unwrap());
    assert_eq!(values(&sector, first.id, 2, 0).await, [""; 0]);
    assert_eq!(state.verify_audit().await.unwrap().broken_at, None);
}

#[tokio::test]
async fn a_long_list_comes_back_whole_in_parts() {
    let sector = Sector::new().await;
    let (_, scope) = writer(&sector, "eve", "ZZ1").await;
    let names: Vec<String> = (0..25_000).map(|n| format!("n{n}.zz.net")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let done = sector.state.load_indicators(&scope, list("ZZ1", "long", &names), at(1)).await;
    assert_eq!(done.unwrap().indicators, 25_000);
    let all = sector.state.indicators_named(&sector.system, &org("ZZ1"), "long").await.unwrap();
    assert_eq!(all.len(), 25_000);
}

#[tokio::test]
async fn each_trust_sees_and_changes_its_own_lists_alone() {
    let sector = Sector::new().await;
    let state = &sector.state;
    let (one, mine) = writer(&sector, "eve", "ZZ1").await;
    let (two, theirs) = writer(&sector, "kim", "ZZ2").await;
    let done = state.load_indicators(&mine, list("ZZ1", "c2", &["a.zz.net"]), at(1)).await.unwrap();
    let same_name = list("ZZ2", "c2", &["a.zz.net"]);
    let other = state.load_indicators(&theirs, same_name, at(1)).await.unwrap();
    assert_ne!(done.id, other.id);
    let into_mine = state.load_indicators(&theirs, list("ZZ1", "c2", &["x.zz.net"]), at(1)).await;
    assert!(matches!(into_mine, Err(StoreError::OutOfScope(_))));
    let reader = sector.read(two).await;
    let by_reader = state.load_indicators(&reader, list("ZZ2", "c2", &[]), at(1)).await;
    assert!(matches!(by_reader, Err(StoreError::NotPermitted(_))));
    let seen = state.indicator_lists(&reader).await.unwrap();
    assert_eq!(seen.iter().map(|list| list.id).collect::<Vec<_>>(), [other.id]);
    assert_eq!(state.indicator_list(&reader, done.id).await.unwrap(), None);
    assert!(!state.delete_indicator_list(&theirs, done.id, at(2)).await.unwrap());
    let (_, problems) =
        state.indicator_list(&sector.read(one).await, done.id).await.unwrap().unwrap();
    assert_eq!(problems[0].place, "line 3");
    let all = state.indicator_lists(&sector.read(sector.administrator).await).await.unwrap();
    assert_eq!(all.len(), 2);
}

#[tokio::test]
async fn a_search_goes_on_where_it_was() {
    let sector = Sector::new().await;
    let (state, system) = (&sector.state, &sector.system);
    let (one, scope) = writer(&sector, "eve", "ZZ1").await;
    let done =
        state.load_indicators(&scope, list("ZZ1", "c2", &["a.zz.net"]), at(1)).await.unwrap();
    let mut hunt = IndicatorHunt {
        version: 1,
        from: at(0),
        started: at(2),
        ended: None,
        days: 3,
        days_done: 1,
        last_day: Some("2017-05-12".into()),
        events: 10,
        hits: 1,
    };
    assert!(state.keep_hunt(system, done.id, &hunt).await.unwrap());
    let reader = sector.read(one).await;
    let seen = state.indicator_lists(&reader).await.unwrap();
    assert_eq!((seen[0].hunted, seen[0].hunt.as_ref()), (0, Some(&hunt)));
    hunt.ended = Some(at(5));
    assert!(state.keep_hunt(system, done.id, &hunt).await.unwrap());
    assert_eq!(state.indicator_lists(&reader).await.unwrap()[0].hunted, 1);
    state.delete_indicator_list(&scope, done.id, at(6)).await.unwrap();
    assert!(!state.keep_hunt(system, done.id, &hunt).await.unwrap());
}

fn source(code: &str, name: &str) -> NewIndicatorSource {
    NewIndicatorSource {
        org: org(code),
        name: name.to_owned(),
        kind: SourceKind::Taxii,
        address: "https://zz.net/taxii2/".to_owned(),
        collection: "c2".to_owned(),
        secret: SourceSecret::Basic("sam".to_owned(), "pass".to_owned()),
        interval_seconds: 3600,
    }
}

#[tokio::test]
async fn a_source_is_due_until_it_was_pulled_and_keeps_its_error() {
    let sector = Sector::new().await;
    let (state, system) = (&sector.state, &sector.system);
    let (one, mine) = writer(&sector, "eve", "ZZ1").await;
    let (two, theirs) = writer(&sector, "kim", "ZZ2").await;
    let made = state.create_indicator_source(&mine, source("ZZ1", "isac"), at(1)).await.unwrap();
    let again = state.create_indicator_source(&mine, source("ZZ1", "isac"), at(1)).await;
    assert!(matches!(again, Err(StoreError::NameTaken(_))));
    let outside = state.create_indicator_source(&theirs, source("ZZ1", "x"), at(1)).await;
    assert!(matches!(outside, Err(StoreError::OutOfScope(_))));
    let (due, secret, from) = state.due_indicator_source(system, at(1)).await.unwrap().unwrap();
    assert_eq!((due.id, from), (made.id, None));
    assert_eq!(secret, SourceSecret::Basic("sam".into(), "pass".into()));
    assert_eq!(format!("{secret:?}"), "Basic");

    let failed = Err("no answer".to_owned());
    state.indicator_source_pulled(system, made.id, failed, at(2), at(60)).await.unwrap();
    assert_eq!(state.due_indicator_source(system, at(59)).await.unwrap(), None);
    let seen = state.indicator_sources(&sector.read(one).await).await.unwrap();
    assert_eq!((seen[0].error.as_deref(), seen[0].failures), (Some("no answer"), 1));
    let well = Ok(Some("2020".to_owned()));
    state.indicator_source_pulled(system, made.id, well, at(60), at(3660)).await.unwrap();
    let seen = state.indicator_sources(&sector.read(one).await).await.unwrap();
    assert_eq!((seen[0].error.as_deref(), seen[0].last_success), (None, Some(at(60))));
    assert!(state.indicator_sources(&sector.read(two).await).await.unwrap().is_empty());

    assert!(!state.pull_indicator_source(&theirs, made.id, at(61)).await.unwrap());
    assert!(state.pull_indicator_source(&mine, made.id, at(61)).await.unwrap());
    let due = state.due_indicator_source(system, at(61)).await.unwrap().unwrap();
    assert_eq!(due.2.as_deref(), Some("2020"));
    assert!(!state.delete_indicator_source(&theirs, made.id, at(62)).await.unwrap());
    assert!(state.delete_indicator_source(&mine, made.id, at(62)).await.unwrap());
}
