//! Values of lists: the rows with one and the rows without it are all rows, and no row is both.

use std::collections::BTreeSet;

use serde_json::Value;
use wardwatch_model::Role;

use super::sector::Sector;

/// Lists, each with the fields whose values can be chosen and left out, and its page.
const LISTS: [(&str, &[&str], &str); 6] = [
    ("/api/v1/devices", &["org", "care_class", "service", "legacy"], "/devices"),
    ("/api/v1/exposures", &["severity"], "/exposure"),
    (
        "/api/v1/exposures/CVE-2017-0144/devices",
        &["org", "product", "care_class"],
        "/exposure/CVE-2017-0144",
    ),
    ("/api/v1/plans", &["org", "system", "care_class"], "/plans"),
    ("/api/v1/decisions", &["org", "system", "care_class"], "/decisions"),
    ("/api/v1/incidents", &["org"], "/incidents"),
];

async fn rows(sector: &Sector, session: &str, path: &str) -> Vec<Value> {
    let answer = sector.get(session, path).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

/// How a query writes a value.
fn written(field: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(form_urlencoded::byte_serialize(text.as_bytes()).collect()),
        Value::Null if field == "care_class" => Some("unclassified".to_owned()),
        Value::Bool(is) => Some(is.to_string()),
        _ => None,
    }
}

#[tokio::test]
async fn with_a_value_and_without_it_are_all_rows() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let mut held = 0;
    for (path, fields, page) in LISTS {
        let all = rows(&sector, &root, &format!("{path}?limit=100")).await;
        assert!(!all.is_empty(), "{path}: nothing to choose from");
        let shown = sector.get(&root, page).await.text;
        for &field in fields {
            let values: BTreeSet<Option<String>> =
                all.iter().map(|row| written(field, &row[field])).collect();
            for value in values.into_iter().flatten() {
                // Of what is so or is not, one word says both.
                let (with, without) = match value.parse::<bool>() {
                    Ok(is) => (format!("{field}={is}"), format!("{field}={}", !is)),
                    Err(_) => (format!("{field}={value}"), format!("not_{field}={value}")),
                };
                let with = rows(&sector, &root, &format!("{path}?limit=100&{with}")).await;
                let left = rows(&sector, &root, &format!("{path}?limit=100&{without}")).await;
                let has = |row: &&Value| written(field, &row[field]).as_ref() == Some(&value);
                assert!(
                    !with.is_empty() && with.iter().all(|row| has(&row)),
                    "{path} {field}={value}"
                );
                assert!(!left.iter().any(|row| has(&row)), "{path} without {field}={value}");
                assert_eq!(with.len() + left.len(), all.len(), "{path} {field}={value}");
                let link = format!("{without}\"");
                assert!(shown.contains(&link), "{page} has no way to {without}: {shown}");
                held += 1;
            }
        }
    }
    assert!(held > 15, "{held} values");
}

#[tokio::test]
async fn organisations_are_chosen_by_kind_and_left_out_with_all_below_them() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let path = "/api/v1/overview/organisations?limit=100";
    let all = rows(&sector, &root, path).await;
    let trusts = rows(&sector, &root, &format!("{path}&kind=trust")).await;
    let others = rows(&sector, &root, &format!("{path}&not_kind=trust")).await;
    assert!(!trusts.is_empty() && trusts.len() + others.len() == all.len(), "{all:#?}");
    let left = rows(&sector, &root, &format!("{path}&not_org=ZZ1")).await;
    let below = |org: &Value| org["org"].as_str().unwrap().starts_with("ZZ1");
    assert!(!left.iter().any(below) && left.len() < all.len(), "{left:#?}");
    assert_eq!(rows(&sector, &root, &format!("{path}&not_org=ZZ1,ZZ0")).await, Vec::<Value>::new());
    // What is left out does not come back, and says nothing of what one does not see.
    let back = sector.get(&root, &format!("{path}&org=ZZ1&not_org=ZZ1")).await.json();
    assert_eq!(back["items"], serde_json::json!([]));
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    assert_eq!(sector.get(&analyst, &format!("{path}&not_org=ZZ2")).await.status, 404);
}

#[tokio::test]
async fn devices_behind_an_alert_are_chosen_by_a_site_too() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let site = serde_json::json!([
        { "code": "ZZ1S", "parent": "ZZ1", "name": "East wing", "kind": "site" },
    ]);
    let made = sector.post(&root, "/api/v1/organisations/import", site).await;
    assert!(made.status.is_success(), "{}", made.text);
    let of = |alert: &dyn std::fmt::Display, org: &str| {
        format!("/api/v1/alerts/{alert}/devices?org={org}")
    };
    let own = sector.session_of("ZZ1", Role::Analyst).await;
    // Its trust answers for it; it has no device of its own.
    let found = sector.get(&own, &of(&sector.one.alert, "ZZ1S")).await;
    assert_eq!((found.status.as_u16(), &found.json()["items"]), (200, &serde_json::json!([])));
    let trust = sector.get(&own, &of(&sector.one.alert, "ZZ1")).await;
    assert_eq!(trust.status, 200, "{}", trust.text);
    let others = sector.session_of("ZZ2", Role::Analyst).await;
    assert_eq!(sector.get(&others, &of(&sector.two.alert, "ZZ1S")).await.status, 404);
}
