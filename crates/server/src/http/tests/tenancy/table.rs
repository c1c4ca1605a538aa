//! The table: for every endpoint, requests for what is another organisation's.

use serde_json::json;
use wardwatch_model::Role;

use super::super::sector::{PASSWORD, Sector, login_name};
use super::Expected::{NothingOfTheirs, Refused, Unchanged};
use super::hunts::of_hunts;
use super::{Attempt, attempt, care};
use crate::http::listed;

/// Endpoints without anything in their address or body that could name another organisation.
const WITHOUT_NAMES: &[(&str, &str)] = &[
    ("get", "/api/v1/hunts"),
    ("get", "/api/v1/saved-hunts"),
    ("get", "/api/v1/retention"),
    ("get", "/api/v1/me"),
    ("get", "/api/v1/me/contacts"),
    ("post", "/api/v1/me/authenticator"),
    ("get", "/api/v1/people"),
    ("get", "/api/v1/grants"),
    ("get", "/api/v1/tokens"),
    ("get", "/api/v1/codes"),
    ("get", "/api/v1/session/oidc/start"),
    ("get", "/api/v1/session/oidc/callback"),
    ("get", "/api/v1/webhooks"),
    ("get", "/api/v1/mail-subscriptions"),
    ("get", "/api/v1/audit"),
    ("get", "/api/v1/audit/verify"),
    ("get", "/api/v1/campaigns"),
    ("get", "/api/v1/indicator-lists"),
    ("get", "/api/v1/indicator-sources"),
    ("get", "/api/v1/landscape"),
    ("post", "/api/v1/landscape"),
    ("get", "/api/v1/rules/problems"),
    ("post", "/api/v1/rules/reload"),
    ("get", "/openapi.json"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
    ("delete", "/api/v1/session"),
];

/// Lists, each with queries that name what is ZZ2's.
const LISTS: &[(&str, &[&str])] = &[
    (
        "/api/v1/devices",
        &["", "?name=ZZ2", "?after=ZZ1.ZZ1-PC1", "?not_org=ZZ1", "?not_care_class=normal"],
    ),
    (
        "/api/v1/detections",
        &[
            "",
            "?limit=500",
            "?device=ZZ2-PC1",
            "?rule=copies",
            "?incident=21212121212121212121212121212121",
            "?suppressed=all",
            "?format=ocsf",
            "?format=ecs",
        ],
    ),
    ("/api/v1/rules", &["", "?text=ZZ2", "?text=own", "?after=ZZ1.own", "?status=live"]),
    ("/api/v1/overview", &["", "?hours=744", "?tiles=0"]),
    (
        "/api/v1/overview/organisations",
        &["", "?limit=500", "?show=silent", "?name=zz2", "?after=1"],
    ),
    ("/api/v1/rules/coverage", &["", "?days=400"]),
    ("/api/v1/senders", &[""]),
    ("/api/v1/services", &[""]),
    ("/api/v1/exposures", &["", "?limit=500", "?not_org=ZZ1", "?cve=CVE-2017-0144"]),
    ("/api/v1/lifecycle", &["", "?months=120", "?lines=100"]),
    ("/api/v1/plans", &["", "?limit=100", "?not_org=ZZ1", "?not_system=x"]),
    ("/api/v1/alerts", &["", "?ended=true"]),
    ("/api/v1/decisions", &["", "?months=120&limit=500", "?stage=undecided", "?after=ZZ1.ZZ1-PC1"]),
    ("/api/v1/exceptions", &["", "?ended=true", "?cve=CVE-2017-0144"]),
    ("/api/v1/suppressions", &["", "?ended=true", "?limit=500"]),
    ("/api/v1/incidents", &["", "?limit=500", "?device=ZZ2-PC1", "?state=open", "?level=low"]),
];

/// Lists of which organisations can be left out.
const LEAVING_OUT: [&str; 7] = [
    "/api/v1/devices",
    "/api/v1/detections",
    "/api/v1/overview/organisations",
    "/api/v1/exposures",
    "/api/v1/plans",
    "/api/v1/decisions",
    "/api/v1/incidents",
];

pub(super) fn attempts(sector: &Sector) -> Vec<Attempt> {
    let two = &sector.two;
    let theirs = "ZZ2";
    let mut all = Vec::new();
    for &(method, path) in WITHOUT_NAMES {
        all.push(attempt(method, path, path.to_owned(), None, NothingOfTheirs));
    }
    for &(path, queries) in LISTS {
        for query in queries {
            all.push(attempt("get", path, format!("{path}{query}"), None, NothingOfTheirs));
        }
        all.push(attempt("get", path, format!("{path}?org={theirs}"), None, Refused));
    }
    // What is theirs is not even left out.
    for path in LEAVING_OUT {
        all.push(attempt("get", path, format!("{path}?not_org={theirs}"), None, Refused));
    }
    let (pack, key) = ("/api/v1/evidence", "/api/v1/evidence/key");
    all.push(attempt("get", key, key.to_owned(), None, NothingOfTheirs));
    all.push(attempt("get", pack, pack.to_owned(), None, NothingOfTheirs));
    all.push(attempt("get", pack, format!("{pack}?org={theirs}"), None, Refused));
    let posture = "/api/v1/organisations/{id}/posture";
    let of_theirs = format!("/api/v1/organisations/{theirs}/posture");
    all.push(attempt("get", posture, of_theirs, None, Refused));
    let contacts = "/api/v1/contacts";
    for query in ["", "?codes=ZZ2", "?codes=ZZ1,ZZ2,,zz2"] {
        let path = format!("{contacts}{query}");
        all.push(attempt("get", contacts, path, None, NothingOfTheirs));
    }
    let contact = "/api/v1/contacts/{org}/{name}";
    for place in ["ZZ2/ZZ2%20desk", "ZZ1/ZZ2%20desk", "ZZ0/ZZ0%20desk"] {
        let path = contact.replace("{org}/{name}", place);
        all.push(attempt("delete", contact, path, None, Refused));
    }
    let by_id = [
        ("get", "/api/v1/detections/{id}", two.detection.to_string(), None),
        ("get", "/api/v1/incidents/{id}", two.incidents[0].to_string(), None),
        ("get", "/api/v1/incidents/{id}/processes", two.incidents[0].to_string(), None),
        ("get", "/api/v1/campaigns/{id}", two.campaign.to_string(), None),
        ("get", "/api/v1/alerts/{id}", two.alert.to_string(), None),
        ("post", "/api/v1/alerts/{id}/end", two.alert.to_string(), None),
        ("delete", "/api/v1/indicator-lists/{id}", two.list.to_string(), None),
        ("get", "/api/v1/indicator-lists/{id}/problems", two.list.to_string(), None),
        ("delete", "/api/v1/indicator-sources/{id}", two.source.to_string(), None),
        ("post", "/api/v1/indicator-sources/{id}/pull", two.source.to_string(), None),
        ("delete", "/api/v1/tokens/{id}", two.token.to_string(), None),
        ("delete", "/api/v1/tokens/{id}", two.sender.to_string(), None),
        (
            "post",
            "/api/v1/people/{id}/grants",
            two.person.to_string(),
            Some(json!({ "org": theirs, "role": "administrator" })),
        ),
        (
            "post",
            "/api/v1/people/{id}/grants",
            sector.one.person.to_string(),
            Some(json!({ "org": theirs, "role": "administrator" })),
        ),
    ];
    for (method, endpoint) in [
        ("post", "/api/v1/people/{id}/disable"),
        ("post", "/api/v1/people/{id}/enable"),
        ("post", "/api/v1/people/{id}/password"),
        ("delete", "/api/v1/people/{id}/authenticator"),
        ("delete", "/api/v1/people/{id}/sessions"),
    ] {
        let path = endpoint.replace("{id}", &two.person.to_string());
        all.push(attempt(method, endpoint, path, None, Refused));
    }
    let identities = "/api/v1/people/{id}/identities";
    let path = identities.replace("{id}", &two.person.to_string());
    let identity = json!({ "issuer": "https://id.example", "subject": "1" });
    all.push(attempt("post", identities, path.clone(), Some(identity), Refused));
    let path = format!("{path}?issuer=https://id.example&subject=1");
    all.push(attempt("delete", identities, path, None, Refused));
    for (method, endpoint, id) in [
        ("delete", "/api/v1/webhooks/{id}", two.webhook),
        ("post", "/api/v1/webhooks/{id}/test", two.webhook),
        ("delete", "/api/v1/mail-subscriptions/{id}", two.mail),
        ("post", "/api/v1/mail-subscriptions/{id}/test", two.mail),
    ] {
        let path = endpoint.replace("{id}", &id.to_string());
        all.push(attempt(method, endpoint, path, None, Refused));
    }
    let revoke = "/api/v1/people/{id}/grants";
    for person in [two.person, sector.one.person] {
        let path = revoke.replace("{id}", &person.to_string());
        let path = format!("{path}?org={theirs}&role=administrator");
        all.push(attempt("delete", revoke, path, None, Refused));
    }
    let reason = "mine";
    let level = |org| Some(json!({ "org": org, "level": "off", "reason": reason }));
    let canary = |org, live| Some(json!({ "org": org, "live_in": [live], "reason": reason }));
    let excludes = json!([{ "field": "A", "text": "b" }]);
    let filter = |org| Some(json!({ "org": org, "excludes": excludes, "reason": reason }));
    let (own, rule) = (two.rule.0.clone(), "copies".to_owned());
    let about_rules = [
        ("get", "/api/v1/rules/{id}", own.clone(), None),
        ("delete", "/api/v1/rules/{id}", own.clone(), None),
        ("post", "/api/v1/rules/{id}/level", own.clone(), level("ZZ1")),
        ("post", "/api/v1/rules/{id}/level", rule.clone(), level(theirs)),
        ("post", "/api/v1/rules/{id}/canary", own.clone(), canary("ZZ1", "ZZ1")),
        ("post", "/api/v1/rules/{id}/canary", rule.clone(), canary(theirs, "ZZ1")),
        ("post", "/api/v1/rules/{id}/canary", rule.clone(), canary("ZZ1", theirs)),
        ("post", "/api/v1/rules/{id}/filters", own, filter("ZZ1")),
        ("post", "/api/v1/rules/{id}/filters", rule, filter(theirs)),
        ("delete", "/api/v1/filters/{id}", two.filter.to_string(), None),
        ("post", "/api/v1/suppressions/{id}/end", two.suppression.to_string(), None),
        ("get", "/api/v1/rules/backtests/{id}", "77".repeat(16), None),
        ("delete", "/api/v1/rules/backtests/{id}", "77".repeat(16), None),
    ];
    for (method, endpoint, id, body) in by_id.into_iter().chain(about_rules) {
        all.push(attempt(method, endpoint, endpoint.replace("{id}", &id), body, Refused));
    }
    let changes = [
        ("assign", Some(json!({ "owner": "me" }))),
        ("note", Some(json!({ "text": "mine" }))),
        ("close", Some(json!({ "reason": "resolved" }))),
        ("reopen", None),
        ("merge", Some(json!({ "into": two.incidents[1] }))),
        ("split", Some(json!({ "detections": [two.detection] }))),
    ];
    for (verb, body) in changes {
        let endpoint = listed()
            .into_iter()
            .map(|one| one.path)
            .find(|path| *path == format!("/api/v1/incidents/{{id}}/{verb}"))
            .unwrap();
        let path = endpoint.replace("{id}", &two.incidents[0].to_string());
        all.push(attempt("post", endpoint, path, body, Refused));
    }
    let merge = "/api/v1/incidents/{id}/merge";
    for (from, into) in
        [(sector.one.incidents[0], two.incidents[0]), (two.incidents[0], sector.one.incidents[0])]
    {
        let path = merge.replace("{id}", &from.to_string());
        all.push(attempt("post", merge, path, Some(json!({ "into": into })), Refused));
    }
    // A detection of theirs does not leave an incident of one's own either.
    let split = "/api/v1/incidents/{id}/split";
    let path = split.replace("{id}", &sector.one.incidents[0].to_string());
    let body = json!({ "detections": [two.detection] });
    all.push(attempt("post", split, path, Some(body), Refused));
    let in_their_name = [
        ("/api/v1/people", json!({ "name": "eve", "org": theirs, "role": "administrator" })),
        ("/api/v1/tokens", json!({ "name": "eve", "org": theirs, "role": "analyst" })),
        ("/api/v1/senders", json!({ "name": "eve", "org": theirs })),
        ("/api/v1/codes", json!({ "name": "eve", "org": theirs })),
        (
            "/api/v1/indicator-sources",
            json!({
                "name": "eve", "org": theirs, "kind": "file", "address": "https://zz-feed.net/",
            }),
        ),
        ("/api/v1/alerts", json!({ "org": theirs, "title": "mine", "cves": ["CVE-2017-0144"] })),
        ("/api/v1/rules", json!({ "org": theirs, "text": own_text() })),
        ("/api/v1/rules/backtests", json!({ "org": theirs, "id": "copies" })),
        ("/api/v1/rules/backtests", json!({ "id": two.rule })),
        ("/api/v1/suppressions", json!({ "org": theirs, "rule": "copies", "reason": "mine" })),
        ("/api/v1/suppressions", json!({ "org": "ZZ1", "rule": two.rule, "reason": "mine" })),
        (
            "/api/v1/webhooks",
            json!({
                "name": "eve", "org": theirs, "address": "https://eve.example",
                "events": ["incident.opened"],
            }),
        ),
        (
            "/api/v1/mail-subscriptions",
            json!({
                "name": "eve", "org": theirs, "address": "eve@eve.example",
                "events": ["incident.opened"],
            }),
        ),
    ];
    for (path, body) in in_their_name {
        all.push(attempt("post", path, path.to_owned(), Some(body), Refused));
    }
    let lists = "/api/v1/indicator-lists";
    for name in ["eve", "ZZ2%20list"] {
        let path = format!("{lists}?org={theirs}&name={name}");
        all.push(attempt("post", lists, path, Some(json!({ "objects": [] })), Refused));
    }
    for query in ["", "?codes=ZZ2,ZZ1,ZZ0", "?name=Organisation"] {
        let path = "/api/v1/organisations";
        all.push(attempt("get", path, format!("{path}{query}"), None, NothingOfTheirs));
    }
    all.extend(of_hunts(two));
    all.extend(care::of_care(sector));
    let import = "/api/v1/organisations/import";
    let taken = json!([{ "code": theirs, "parent": "ZZ1", "name": "Mine", "kind": "site" }]);
    for query in ["", "?dry_run=true"] {
        let path = format!("{import}{query}");
        all.push(attempt("post", import, path.clone(), Some(taken.clone()), Unchanged));
        let csv = Some("code,parent,name,kind\nZZ2,ZZ1,Mine,site\n");
        all.push(Attempt { csv, ..attempt("post", import, path, None, Unchanged) });
    }
    let change = "/api/v1/organisations/{id}";
    let close = "/api/v1/organisations/{id}/close";
    for (method, endpoint, org, body) in [
        ("put", change, "ZZ2", json!({ "parent": "ZZ1" })),
        ("put", change, "ZZ2", json!({ "name": "Mine" })),
        ("put", change, "ZZ1", json!({ "parent": theirs })),
        ("post", close, "ZZ2", json!({ "successor": "ZZ1" })),
        ("post", close, "ZZ1", json!({ "successor": theirs })),
    ] {
        all.push(attempt(method, endpoint, endpoint.replace("{id}", org), Some(body), Refused));
    }
    let device = "/api/v1/devices/{org}/{name}";
    let path = "/api/v1/devices/ZZ2/ZZ2-PC1".to_owned();
    all.push(attempt("put", device, path, Some(json!({ "care_class": "normal" })), Refused));
    for (path, csv) in [
        ("/api/v1/devices/import", "org,name,care_class\nZZ2,ZZ2-PC1,normal\n"),
        ("/api/v1/services/import", "org,code,name\nZZ2,payroll,Mine\n"),
        ("/api/v1/contacts/import", "org,name,phone\nZZ2,ZZ2 desk,0900 1\n"),
    ] {
        let csv = Some(csv);
        all.push(Attempt { csv, ..attempt("post", path, path.to_owned(), None, Unchanged) });
    }
    let login = json!({ "name": login_name(theirs, Role::Administrator), "password": PASSWORD });
    all.push(attempt("post", "/api/v1/session", "/api/v1/session".into(), Some(login), Unchanged));
    let change = json!({ "old": "none", "new": "correct horse battery" });
    let path = "/api/v1/me/password";
    all.push(attempt("post", path, path.into(), Some(change), NothingOfTheirs));
    let confirm = json!({ "secret": "A", "code": "000000", "password": "none" });
    let path = "/api/v1/me/authenticator/confirm";
    all.push(attempt("post", path, path.into(), Some(confirm), NothingOfTheirs));
    all
}

fn own_text() -> &'static str {
    "title: Mine\nid: own\nlogsource: {product: linux}\ndetection: {s: {A: c}, condition: s}\n"
}
