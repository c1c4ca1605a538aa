//! How things stand: counts held to the list that they count, and what a reader is told of whom.

use serde_json::Value;
use wardwatch_model::Role;

use super::sector::Sector;

/// All pages of a list of organisations, asked two at a time.
async fn listed(sector: &Sector, session: &str, query: &str) -> Vec<Value> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/overview/organisations?limit=2{query}{after}");
        let page = sector.get(session, &path).await.json();
        let of_page = page["items"].as_array().unwrap();
        assert!(of_page.len() <= 2, "{page}");
        found.extend(of_page.iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => {
                assert_eq!(page["found"], found.len() as u64);
                return found;
            }
        }
    }
}

#[tokio::test]
async fn counts_are_those_of_the_list() {
    let sector = Sector::new().await;
    for session in [sector.session("root").await, sector.session_of("ZZ1", Role::Analyst).await] {
        let overview = sector.get(&session, "/api/v1/overview").await.json();
        let all = listed(&sector, &session, "").await;
        let sum = |field: &str| all.iter().map(|org| org[field].as_u64().unwrap()).sum::<u64>();
        assert_eq!(overview["organisations"], all.len() as u64);
        assert_eq!(overview["all"]["devices"], sum("devices"));
        assert_eq!(overview["all"]["silent_devices"], sum("silent"));
        for (state, count) in [("risk", "at_risk"), ("silent", "silent")] {
            let those = listed(&sector, &session, &format!("&show={state}")).await;
            assert_eq!(overview["all"][count], those.len() as u64, "{state}");
        }
        let groups = overview["groups"].as_array().unwrap();
        let bodies: u64 = groups.iter().map(|of| of["counts"]["bodies"].as_u64().unwrap()).sum();
        assert_eq!(overview["all"]["bodies"], bodies);
    }
}

#[tokio::test]
async fn the_most_serious_stand_first_and_names_are_found_however_they_are_written() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let all = listed(&sector, &root, "").await;
    let serious =
        |org: &Value| ["critical", "high", "medium", "low"].iter().position(|l| org["worst"] == *l);
    let ranks: Vec<usize> = all.iter().map(|org| serious(org).unwrap_or(9)).collect();
    assert!(ranks.is_sorted() && ranks[0] < 9, "{ranks:?}");
    let codes = |found: &[Value]| -> Vec<String> {
        found.iter().map(|org| org["org"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&listed(&sector, &root, "&name=zZ2").await)[0], "ZZ2");
    let below = listed(&sector, &root, "&org=ZZ1").await;
    assert!(codes(&below).iter().all(|code| code.starts_with("ZZ1")), "{below:?}");
    let own = sector.get(&root, "/api/v1/overview?org=ZZ1").await.json();
    let bare = sector.get(&root, "/api/v1/overview?org=ZZ1&tiles=0").await.json();
    assert_eq!((&bare["all"], &bare["own"]), (&own["all"], &own["own"]));
    assert_eq!(bare["groups"], serde_json::json!([]));
    assert_eq!(sector.get(&root, "/api/v1/overview?tiles=241").await.status, 400);
    assert_eq!((&own["own"]["org"], &own["organisations"]), (&"ZZ1".into(), &below.len().into()));
    let wrong = sector.get(&root, "/api/v1/overview/organisations?after=x").await;
    assert!(wrong.status == 400 && wrong.detail().contains("'after'"), "{wrong:?}");
}
