//! How an organisation stands, as those who ask see it.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::Sector;

const PATH: &str = "/api/v1/organisations/ZZ1/posture";

#[tokio::test]
async fn every_point_that_is_missing_has_its_reason_and_moves_with_it() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let told = async || sector.get(&analyst, PATH).await.json();
    let points = |told: &Value, part: &str| {
        let reasons = told["reasons"].as_array().unwrap();
        let found = reasons.iter().find(|reason| reason["part"] == part);
        found.map_or(0, |reason| reason["points"].as_u64().unwrap())
    };
    let before = told().await;
    let taken: u64 = before["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["points"].as_u64().unwrap())
        .sum();
    assert_eq!(before["score"], json!(100 - taken), "{before:#}");
    // One device of XP without an update: open to what is exploited, without support; two incidents.
    assert_eq!(points(&before, "exploited"), 30, "{before:#}");
    assert_eq!((points(&before, "support"), points(&before, "incidents")), (15, 15));
    for incident in &sector.one.incidents {
        let body = json!({ "reason": "resolved" });
        let closed =
            sector.post(&analyst, &format!("/api/v1/incidents/{incident}/close"), body).await;
        assert_eq!(closed.status, StatusCode::OK, "{}", closed.text);
    }
    let after = told().await;
    assert_eq!(points(&after, "incidents"), 0);
    assert_eq!(after["score"].as_u64(), before["score"].as_u64().map(|score| score + 15));
    // A day without a word.
    sector.later(25 * 3_600);
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let silent = sector.get(&analyst, PATH).await.json();
    assert_eq!(points(&silent, "reporting"), 25, "{silent:#}");
    let page = sector.get(&analyst, "/organisations/ZZ1").await.text;
    assert!(
        page.contains("of 100") && page.contains("1 of 1 devices are without support"),
        "{page}"
    );
}
