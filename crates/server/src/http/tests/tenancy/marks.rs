//! By what an answer could tell something of the other organisation.

use axum::http::StatusCode;
use serde_json::Value;

use super::super::sector::Sector;

/// Everything by which an answer could tell something of ZZ2.
pub(super) fn marks(sector: &Sector) -> Vec<String> {
    let two = &sector.two;
    vec![
        "ZZ2".into(),
        two.detection.to_string(),
        two.incidents[0].to_string(),
        two.incidents[1].to_string(),
        two.campaign.to_string(),
        two.person.to_string(),
        two.sender.to_string(),
        two.token.to_string(),
        two.list.to_string(),
        two.source.to_string(),
        two.filter.to_string(),
        two.suppression.to_string(),
        two.hunt.to_string(),
        two.saved_hunt.to_string(),
        two.webhook.to_string(),
        two.mail.to_string(),
    ]
}

/// All that ZZ2 has, as the centre's administrator and analyst reads it.
pub(super) async fn belongings(sector: &Sector, root: &str) -> Vec<String> {
    let mut all = Vec::new();
    for path in [
        "/api/v1/organisations",
        "/api/v1/people",
        "/api/v1/senders",
        "/api/v1/services",
        "/api/v1/contacts",
        "/api/v1/webhooks",
        "/api/v1/mail-subscriptions",
        "/api/v1/grants",
        "/api/v1/tokens",
        "/api/v1/codes",
        "/api/v1/devices?org=ZZ2",
        "/api/v1/detections?org=ZZ2",
        "/api/v1/incidents?org=ZZ2",
        "/api/v1/indicator-lists",
        "/api/v1/indicator-sources",
        "/api/v1/rules?org=ZZ2",
        "/api/v1/rules/ZZ2.own",
        "/api/v1/rules/copies",
        "/api/v1/suppressions?org=ZZ2",
        &format!("/api/v1/campaigns/{}", sector.two.campaign),
    ] {
        let answer = sector.get(root, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        // Lists without pages are of all organisations; what changes of ZZ1 may do so.
        let theirs = match answer.json() {
            Value::Array(items) => {
                let theirs = |item: &Value| item["org"] == "ZZ2" || item["code"] == "ZZ2";
                Value::Array(items.into_iter().filter(theirs).collect())
            }
            other => other,
        };
        all.push(theirs.to_string());
    }
    all
}
