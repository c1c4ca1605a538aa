//! Attempts at events and hunts of others.

use serde_json::json;

use super::super::sector::Belongings;
use super::Expected::{NothingOfTheirs, Refused};
use super::{Attempt, attempt};

/// Attempts at events, at hunts of others, and at what is kept for how long.
pub(super) fn of_hunts(two: &Belongings) -> Vec<Attempt> {
    let mut all = Vec::new();
    let (from, until) = ("2017-01-01T00:00:00Z", "2018-01-01T00:00:00Z");
    let hunt = |sql: &str| json!({ "sql": sql, "from": from, "until": until, "wait": true });
    let start = "/api/v1/hunts";
    for sql in ["SELECT * FROM events", "SELECT org FROM events WHERE org <> 'ZZ1'"] {
        all.push(attempt("post", start, start.into(), Some(hunt(sql)), NothingOfTheirs));
    }
    let mut theirs = hunt("SELECT * FROM events");
    theirs["org"] = json!("ZZ2");
    all.push(attempt("post", start, start.into(), Some(theirs), Refused));
    let of_id = [
        ("get", "/api/v1/hunts/{id}", two.hunt),
        ("get", "/api/v1/hunts/{id}/result", two.hunt),
        ("post", "/api/v1/hunts/{id}/cancel", two.hunt),
        ("delete", "/api/v1/saved-hunts/{id}", two.saved_hunt),
        ("delete", "/api/v1/saved-hunts/{id}", two.hunt),
    ];
    for (method, endpoint, id) in of_id {
        all.push(attempt(
            method,
            endpoint,
            endpoint.replace("{id}", &id.to_string()),
            None,
            Refused,
        ));
    }
    let save = json!({ "org": "ZZ2", "name": "mine", "sql": "SELECT 1 FROM events" });
    let days = json!({ "org": "ZZ2", "class": "", "days": 1 });
    for (path, body) in [("/api/v1/saved-hunts", save), ("/api/v1/retention", days)] {
        all.push(attempt("post", path, path.into(), Some(body), Refused));
    }
    let erase = "/api/v1/organisations/{id}/erase";
    let name = json!({ "name": "Organisation ZZ2" });
    all.push(attempt("post", erase, erase.replace("{id}", "ZZ2"), Some(name), Refused));
    all
}
