//! Attempts of one organisation at the care wing's data of another.

use serde_json::json;

use super::super::sector::Sector;
use super::Expected::{NothingOfTheirs, Refused};
use super::{Attempt, attempt};

/// Attempts at protection plans, and at what is said for them.
fn of_plans() -> Vec<Attempt> {
    let mut all = Vec::new();
    let ways = [
        ("get", "/api/v1/devices/{org}/{name}/plan", None),
        ("put", "/api/v1/devices/{org}/{name}/placing", Some(json!({ "duty": "kiosk" }))),
        (
            "post",
            "/api/v1/devices/{org}/{name}/plan/sign",
            Some(json!({ "step": "leave", "signer": "risk_owner" })),
        ),
        (
            "post",
            "/api/v1/devices/{org}/{name}/plan/flow",
            Some(json!({ "peer": "p", "port": 1, "inward": true, "needed": true })),
        ),
    ];
    for (method, endpoint, body) in ways {
        for place in ["ZZ2/ZZ2-PC1", "ZZ1/ZZ2-PC1"] {
            // A device of one's own may be spoken of before it is heard from, whatever its name.
            if method == "put" && place.starts_with("ZZ1") {
                continue;
            }
            let path = endpoint.replace("{org}/{name}", place);
            all.push(attempt(method, endpoint, path, body.clone(), Refused));
        }
    }
    let seen = "/api/v1/flows";
    let flows = json!({
        "org": "ZZ2", "from": "2017-05-01", "through": "2017-05-02", "devices": ["ZZ2-PC1"],
    });
    all.push(attempt("post", seen, seen.to_owned(), Some(flows), Refused));
    all
}

/// Attempts at what devices run and at answers to alerts.
pub fn of_care(sector: &Sector) -> Vec<Attempt> {
    let mut all = Vec::new();
    let devices = "/api/v1/exposures/{cve}/devices";
    for (query, expected) in [
        ("", NothingOfTheirs),
        ("?status=unknown&limit=500", NothingOfTheirs),
        ("?after=ZZ1.ZZ1-PC1", NothingOfTheirs),
        ("?org=ZZ2", Refused),
    ] {
        let path = format!("/api/v1/exposures/CVE-2017-0144/devices{query}");
        all.push(attempt("get", devices, path, None, expected));
    }
    all.extend(of_plans());
    all.extend(of_decisions());
    let device = "/api/v1/devices/{org}/{name}/exposures";
    for path in ["ZZ2/ZZ2-PC1", "ZZ1/ZZ2-PC1", "ZZ2/ZZ1-PC1"] {
        let path = format!("/api/v1/devices/{path}/exposures");
        all.push(attempt("get", device, path, None, Refused));
    }
    for (alert, org) in
        [(sector.two.alert, "ZZ1"), (sector.two.alert, "ZZ2"), (sector.one.alert, "ZZ2")]
    {
        let devices = "/api/v1/alerts/{id}/devices";
        for status in ["exposed", "not_affected"] {
            let path = devices.replace("{id}", &alert.to_string());
            let path = format!("{path}?org={org}&status={status}");
            all.push(attempt("get", devices, path, None, Refused));
        }
        for (endpoint, body) in [
            ("/api/v1/alerts/{id}/acknowledge", json!({ "org": org })),
            ("/api/v1/alerts/{id}/sign", json!({ "org": org, "progress": "done", "note": "mine" })),
        ] {
            let path = endpoint.replace("{id}", &alert.to_string());
            all.push(attempt("post", endpoint, path, Some(body), Refused));
        }
    }
    all
}

/// Attempts to decide for others, and to let their holes stay open.
fn of_decisions() -> Vec<Attempt> {
    let decision = json!({
        "course": "accept", "owner": "eve", "reason": "mine", "until": "2017-06-01",
    });
    let decide = |org: &str| json!({ "org": org, "devices": ["ZZ2-PC1"], "decision": decision });
    let except = json!({
        "org": "ZZ2", "cve": "CVE-2017-0144", "owner": "eve", "reason": "mine",
        "until": "2017-06-01",
    });
    let end = json!({ "org": "ZZ2", "cve": "CVE-2017-0144" });
    let all = [
        ("/api/v1/decisions", decide("ZZ2")),
        ("/api/v1/decisions", decide("ZZ0")),
        ("/api/v1/exceptions", except),
        ("/api/v1/exceptions/end", end),
    ]
    .map(|(path, body)| attempt("post", path, path.to_owned(), Some(body), Refused));
    Vec::from(all)
}
