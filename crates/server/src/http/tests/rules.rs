//! Rules, what organisations decide about them, suppressions and back-tests, as endpoints tell.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::Sector;

const RULE: &str = "title: Odd\nid: odd\nlevel: low\nlogsource: {product: linux}\n\
                    detection: {s: {A|contains: odd}, condition: s}\n";

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_organisation_adds_changes_and_removes_a_rule() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    let list = "/api/v1/rules";
    assert_eq!(ids(&sector.get(&engineer, list).await.json()), ["ZZ1.own", "copies"]);
    let try_only = json!({ "org": "ZZ1", "text": RULE, "dry_run": true });
    let tried = sector.post(&engineer, list, try_only).await;
    assert_eq!((tried.status, &tried.json()["id"]), (StatusCode::OK, &json!("ZZ1.odd")));
    assert_eq!(ids(&sector.get(&engineer, list).await.json()), ["ZZ1.own", "copies"]);
    let broken = json!({ "org": "ZZ1", "text": RULE.replace("contains", "nothing") });
    let refused = sector.post(&engineer, list, broken).await.json();
    assert_eq!(refused["id"], Value::Null);
    let problem = &refused["problems"][0];
    assert_eq!((&problem["code"], &problem["line"]), (&json!("W105"), &json!(5)), "{refused}");
    let added = sector.post(&engineer, list, json!({ "org": "ZZ1", "text": RULE })).await;
    assert_eq!(added.status, StatusCode::CREATED, "{added:?}");
    let page = sector.get(&engineer, "/api/v1/rules?limit=2").await.json();
    assert_eq!(ids(&page), ["ZZ1.odd", "ZZ1.own"]);
    let after = format!("/api/v1/rules?limit=2&after={}", page["next"].as_str().unwrap());
    assert_eq!(ids(&sector.get(&engineer, &after).await.json()), ["copies"]);
    let one = sector.get(&engineer, "/api/v1/rules/ZZ1.odd").await.json();
    assert_eq!((&one["rule"]["org"], &one["rule"]["level"]), (&json!("ZZ1"), &json!("low")));
    assert!(one["text"].as_str().unwrap().contains("contains: odd"));
    let gone = sector.ask(&engineer, "delete", "/api/v1/rules/ZZ1.odd", None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{gone:?}");
    let again = sector.ask(&engineer, "delete", "/api/v1/rules/ZZ1.odd", None).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let of_all = sector.ask(&engineer, "delete", "/api/v1/rules/copies", None).await;
    assert_eq!(of_all.status, StatusCode::NOT_FOUND, "the server's own rules are not anybody's");
}

#[tokio::test]
async fn problems_are_told_and_folders_are_for_the_centre() {
    let sector = Sector::new().await;
    let board = sector.session_of("ZZ1", Role::Board).await;
    let told = sector.get(&board, "/api/v1/rules/problems").await.json();
    let problem = &told["problems"][0];
    assert_eq!((&problem["file"], &problem["code"]), (&json!("rules.yml"), &json!("W105")));
    let root = sector.session("root").await;
    let told = sector.get(&root, "/api/v1/rules/problems").await.json();
    assert_eq!(told["problems"][0]["file"], "/folder/rules.yml");
    // Whoever writes rules of an organisation does not load those of all.
    let engineer = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    let refused = sector.post(&engineer, "/api/v1/rules/reload", json!({})).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let grant = json!({ "org": "ZZ0", "role": "detection_engineer" });
    let people = sector.get(&root, "/api/v1/people").await.json();
    let people = people.as_array().cloned().unwrap_or_default();
    let id = people.iter().find(|one| one["name"] == "root").unwrap()["id"].clone();
    let path = format!("/api/v1/people/{}/grants", id.as_str().unwrap());
    let granted = sector.post(&root, &path, grant).await;
    assert!(granted.status.is_success(), "{granted:?}");
    let reloaded = sector.post(&root, "/api/v1/rules/reload", json!({})).await.json();
    assert_eq!((&reloaded["replaced"], &reloaded["loaded"]), (&json!(true), &json!(3)));
}

#[tokio::test]
async fn what_an_organisation_sets_shows_where_it_goes() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    let status = async |org: &str| {
        let root = sector.session("root").await;
        let path = format!("/api/v1/rules?text=copies&org={org}");
        let page = sector.get(&root, &path).await.json();
        let rule = page["items"][0].clone();
        format!("{} {}", rule["level"].as_str().unwrap(), rule["status"].as_str().unwrap())
    };
    assert_eq!(
        (status("ZZ0").await, status("ZZ1").await),
        ("high live".into(), "critical live".into())
    );
    let path = "/api/v1/rules/copies/level";
    let off = json!({ "org": "ZZ1", "level": "off", "reason": "noisy" });
    let set = sector.post(&engineer, path, off).await.json();
    assert_eq!(
        (&set["setting"]["level"], &set["setting"]["by"]),
        (&json!("off"), &json!("ZZ1.detection_engineer"))
    );
    assert_eq!(status("ZZ1").await, "high off");
    let without_reason = json!({ "org": "ZZ1", "level": "low", "reason": " " });
    let refused = sector.post(&engineer, path, without_reason).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let back = json!({ "org": "ZZ1", "level": null, "reason": "mended" });
    assert_eq!(sector.post(&engineer, path, back).await.json()["setting"], Value::Null);
    let canary = json!({ "org": "ZZ1", "live_in": [], "reason": "a trial" });
    let set = sector.post(&engineer, "/api/v1/rules/copies/canary", canary).await;
    assert_eq!(set.status, StatusCode::OK, "{set:?}");
    assert_eq!(
        (status("ZZ1").await, status("ZZ2").await),
        ("high canary".into(), "critical live".into())
    );
    let sigma = "title: x\nfilter:\n  rules: any\n  s: {A: b}\n  condition: not s\n";
    let filters = "/api/v1/rules/copies/filters";
    for (body, expected) in [
        (json!({ "org": "ZZ1", "sigma": sigma, "reason": "x" }), StatusCode::CREATED),
        (
            json!({ "org": "ZZ1", "sigma": "title: [", "reason": "x" }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (json!({ "org": "ZZ1", "reason": "x" }), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = sector.post(&engineer, filters, body).await;
        assert_eq!(answer.status, expected, "{answer:?}");
    }
    let paper = sector.get(&engineer, "/api/v1/rules/copies").await.json();
    assert_eq!(paper["filters"].as_array().unwrap().len(), 2);
    let audit = sector.get(&sector.session("root").await, "/api/v1/audit").await.text;
    for action in ["rule.set", "rule.filter", "rule.add", "suppression.add"] {
        assert!(audit.contains(action), "{action}");
    }
}

#[tokio::test]
async fn suppressions_are_listed_and_ended() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let list = "/api/v1/suppressions";
    let entity = json!({ "kind": "device", "value": "pc-1" });
    let new = json!({ "org": "ZZ1", "entity": entity, "reason": "rebuilt" });
    let added = sector.post(&analyst, list, new).await;
    assert_eq!(added.status, StatusCode::CREATED, "{added:?}");
    let all = json!({ "org": "ZZ1", "reason": "all of it" });
    assert_eq!(sector.post(&analyst, list, all).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let found = sector.get(&analyst, list).await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    let end = format!("{list}/{}/end", added.json()["id"].as_str().unwrap());
    let ended = sector.post(&analyst, &end, json!({})).await.json();
    assert_eq!(ended["ended"], ended["until"]);
    assert_eq!(sector.post(&analyst, &end, json!({})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sector.get(&analyst, list).await.json()["items"].as_array().unwrap().len(), 1);
    let with_ended = sector.get(&analyst, "/api/v1/suppressions?ended=true").await.json();
    assert_eq!(with_ended["items"].as_array().unwrap().len(), 2);
    // Above the organisation a user has no name.
    let above = sector.get(&sector.session("root").await, list).await.text;
    assert!(!above.contains("robin"), "{above}");
}

#[tokio::test]
async fn a_back_test_runs_for_who_may_see_all_of_it() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    let start = "/api/v1/rules/backtests";
    for wrong in [
        json!({}),
        json!({ "id": "copies", "rule": RULE }),
        json!({ "rule": "title: [" }),
        json!({ "id": "copies", "from": "2017-05-13T00:00:00Z", "until": "2017-05-12T00:00:00Z" }),
    ] {
        let answer = sector.post(&engineer, start, wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{answer:?}");
    }
    let told = sector.post(&engineer, start, json!({ "rule": RULE })).await;
    assert_eq!(told.status, StatusCode::ACCEPTED, "{told:?}");
    assert_eq!(told.json()["rule"], "ZZ1.odd");
    let path = format!("{start}/{}", told.json()["id"].as_str().unwrap());
    let done = loop {
        let told = sector.get(&engineer, &path).await.json();
        if told["state"] != "running" {
            break told;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((&done["state"], &done["rows"]), (&json!("done"), &json!(0)));
    let other = sector.session_of("ZZ2", Role::DetectionEngineer).await;
    assert_eq!(sector.get(&other, &path).await.status, StatusCode::NOT_FOUND);
    let cancel = sector.ask(&other, "delete", &path, None).await;
    assert_eq!(cancel.status, StatusCode::NOT_FOUND);
    let cancel = sector.ask(&engineer, "delete", &path, None).await;
    assert_eq!(cancel.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn coverage_tells_which_rules_nothing_could_trigger() {
    let sector = Sector::new().await;
    let board = sector.session_of("ZZ1", Role::Board).await;
    let told = sector.get(&board, "/api/v1/rules/coverage").await.json();
    assert_eq!((&told["rules"], &told["days"]), (&json!(2), &json!(30)));
    assert_eq!(told["techniques"], json!([{ "id": "T1490", "rules": 1, "seeing": 0 }]));
    let wrong = sector.get(&board, "/api/v1/rules/coverage?days=0").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}
