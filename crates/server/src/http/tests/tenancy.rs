//! For every endpoint and every role: whoever belongs to ZZ1 asks for what is ZZ2's, and gets
//! nothing of it.
//!
//! The attempts stand in a table. An endpoint without one is found, since the list of those is
//! compared with [`WITHOUT_ATTEMPT`], which is to stay empty.

mod care;
mod hunts;
mod marks;
mod table;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use wardwatch_api::Access;
use wardwatch_model::Role;

use self::marks::{belongings, marks};
use self::table::attempts;
use super::sector::{Answer, Sector, request};
use crate::http::listed;

/// Endpoints for which nobody has written down an attempt. To stay empty.
const WITHOUT_ATTEMPT: [&str; 0] = [];

/// What must come of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// Not there, or not permitted; never a word of ZZ2.
    Refused,
    /// Something, or not permitted; never a word of ZZ2.
    NothingOfTheirs,
    /// Nothing is changed, and the answer may name the code that the question named.
    Unchanged,
}
use Expected::{NothingOfTheirs, Refused, Unchanged};

/// A request for what is ZZ2's.
struct Attempt {
    endpoint: (&'static str, &'static str),
    path: String,
    body: Option<Value>,
    csv: Option<&'static str>,
    expected: Expected,
}

fn attempt(
    method: &'static str,
    endpoint: &'static str,
    path: String,
    body: Option<Value>,
    expected: Expected,
) -> Attempt {
    Attempt { endpoint: (method, endpoint), path, body, csv: None, expected }
}

fn to_request(attempt: &Attempt, bearer: &str) -> Request<Body> {
    let method = attempt.endpoint.0;
    let Some(csv) = attempt.csv else {
        return request(bearer, method, &attempt.path, attempt.body.clone());
    };
    Request::builder()
        .method("POST")
        .uri(&attempt.path)
        .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
        .header(header::CONTENT_TYPE, "text/csv")
        .body(Body::from(csv))
        .unwrap()
}

fn judge(role: Role, attempt: &Attempt, needs: Access, answer: &Answer, marks: &[String]) {
    let told = format!("{role}: {:?} {}: {answer:?}", attempt.endpoint, attempt.path);
    let refused = matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN);
    if let Access::Needs(permission) = needs
        && !role.may(permission)
    {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{told}");
    }
    match attempt.expected {
        Refused => assert!(refused, "{told}"),
        NothingOfTheirs => assert!(!answer.status.is_server_error(), "{told}"),
        Unchanged => return,
    }
    let theirs = marks.iter().find(|mark| names(&answer.text, mark));
    assert_eq!(theirs, None, "{told}");
}

/// Whether a text has a mark as a word of its own: a secret of random letters may hold any code.
fn names(text: &str, mark: &str) -> bool {
    let bounds = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    text.match_indices(mark).any(|(at, _)| {
        bounds(text[..at].chars().next_back()) && bounds(text[at + mark.len()..].chars().next())
    })
}

#[tokio::test]
async fn nobody_gets_anything_of_another_organisation() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let (marks, before) = (marks(&sector), belongings(&sector, &root).await);
    assert!(before.iter().all(|text| text.contains("ZZ2")), "there is something to be had");
    for role in Role::ALL {
        for attempt in attempts(&sector) {
            let bearer = sector.session_of("ZZ1", role).await;
            let listed = listed()
                .into_iter()
                .find(|one| (one.method, one.path) == attempt.endpoint)
                .unwrap_or_else(|| panic!("no endpoint {:?}", attempt.endpoint));
            let answer = sector.send(to_request(&attempt, &bearer)).await;
            judge(role, &attempt, listed.access, &answer, &marks);
        }
    }
    assert_eq!(belongings(&sector, &root).await, before, "nothing of ZZ2 changed");
}

#[tokio::test]
async fn nobody_at_all_gets_anything_without_saying_who() {
    let sector = Sector::new().await;
    for attempt in attempts(&sector) {
        let open = listed()
            .into_iter()
            .any(|one| (one.method, one.path) == attempt.endpoint && one.access == Access::Open);
        for bearer in ["", "ws_unknown", "wa_unknown"] {
            let answer =
                sector.ask(bearer, attempt.endpoint.0, &attempt.path, attempt.body.clone());
            let answer = answer.await;
            if !open {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{:?}", attempt.endpoint);
            }
        }
    }
}

/// The attempts would find something: with ZZ2's own analyst and administrator the same requests
/// succeed.
#[tokio::test]
async fn what_is_refused_to_others_is_there_for_its_owners() {
    let sector = Sector::new().await;
    for (role, path) in [
        (Role::Analyst, format!("/api/v1/detections/{}", sector.two.detection)),
        (Role::Board, format!("/api/v1/incidents/{}", sector.two.incidents[0])),
        (Role::CareHomeUser, format!("/api/v1/campaigns/{}", sector.two.campaign)),
        (Role::Administrator, "/api/v1/devices?org=ZZ2".to_owned()),
        (Role::Analyst, "/api/v1/indicator-lists".to_owned()),
        (Role::Analyst, "/api/v1/indicator-sources".to_owned()),
        (Role::Analyst, format!("/api/v1/indicator-lists/{}/problems", sector.two.list)),
        (Role::Board, "/api/v1/rules/ZZ2.own".to_owned()),
        (Role::Board, "/api/v1/suppressions".to_owned()),
    ] {
        let bearer = sector.session_of("ZZ2", role).await;
        let answer = sector.get(&bearer, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.text.contains("ZZ2"), "{path}");
    }
}

#[tokio::test]
async fn of_a_shared_campaign_each_sees_its_part() {
    let sector = Sector::new().await;
    let shared = "/api/v1/campaigns/30303030303030303030303030303030";
    let one = sector.get(&sector.session_of("ZZ1", Role::Analyst).await, shared).await.json();
    assert_eq!(one["parts"].as_array().unwrap().len(), 1);
    assert_eq!(one["parts"][0]["org"], "ZZ1");
    let all = sector.get(&sector.session("root").await, shared).await.json();
    assert_eq!(all["parts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn every_endpoint_has_an_attempt() {
    let sector = Sector::new().await;
    let tried: BTreeSet<_> = attempts(&sector).iter().map(|attempt| attempt.endpoint).collect();
    // Live changes have a test of their own: their stream has to be ended.
    let live = ("get", "/api/v1/live");
    let without: Vec<String> = listed()
        .into_iter()
        .map(|one| (one.method, one.path))
        .filter(|one| !tried.contains(one) && *one != live)
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert_eq!(without, WITHOUT_ATTEMPT);
}

#[tokio::test]
async fn the_stream_of_changes_holds_nothing_of_another_organisation() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let mut streams = Vec::new();
    for role in Role::ALL {
        let bearer = sector.session_of("ZZ1", role).await;
        let request = request(&bearer, "get", "/api/v1/live", None);
        streams.push(sector.router.clone().oneshot(request).await.unwrap());
    }
    let path = format!("/api/v1/incidents/{}", sector.two.incidents[0]);
    let incident = sector.get(&root, &path).await;
    sector.app.live.incident(&serde_json::from_str(&incident.text).unwrap());
    for path in ["28282828282828282828282828282828", "30303030303030303030303030303030"] {
        let campaign = sector.get(&root, &format!("/api/v1/campaigns/{path}")).await;
        sector.app.live.campaign(&serde_json::from_str(&campaign.text).unwrap());
    }
    sector.app.live.end();
    for stream in streams {
        let bytes = stream.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text.contains("30303030303030303030303030303030"), "the shared campaign: {text}");
        let theirs = marks(&sector).into_iter().find(|mark| text.contains(mark.as_str()));
        assert_eq!(theirs, None, "{text}");
    }
}
