//! Protection plans: what people and sensors say, and how steps turn by it.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::watch;
use wardwatch_model::plan::CrashReports;
use wardwatch_model::{Day, NotifyEvent, Role};
use wardwatch_store::DeviceSeen;

use super::sector::{NOW, Sector, org};
use crate::loops::plans;

const PLAN: &str = "/api/v1/devices/ZZ1/ZZ1-PC1/plan";

fn step<'v>(plan: &'v Value, kind: &str) -> &'v Value {
    let steps = plan["steps"].as_array().unwrap();
    steps.iter().find(|step| step["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {plan}"))
}

fn flows(from: &str, through: &str, flows: &Value) -> Value {
    json!({ "org": "ZZ1", "from": from, "through": through, "devices": ["ZZ1-PC1"], "flows": flows })
}

#[tokio::test]
async fn steps_turn_by_what_a_sensor_saw_and_people_signed() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::ClinicalEngineer).await;
    let before = sector.get(&engineer, PLAN).await.json();
    assert_eq!(step(&before, "wall")["state"], "unknown");
    assert_eq!(before["passive"], true, "nobody has classified it");

    let placing = json!({
        "duty": "imaging_console", "what": "MRI console", "supplier": "Lumen Imaging",
        "jump_host": "jump-1", "reach": "segment",
    });
    let path = "/api/v1/devices/ZZ1/ZZ1-PC1/placing";
    let placed = sector.ask(&engineer, "PUT", path, Some(placing)).await;
    assert_eq!(placed.status, StatusCode::NO_CONTENT, "{}", placed.text);
    let pacs = json!([{
        "device": "ZZ1-PC1", "peer": "pacs-1", "port": 104, "inward": false, "first": "2017-04-27",
    }]);
    let seen = flows("2017-04-27", "2017-05-11", &pacs);
    let taken = sector.post(&engineer, "/api/v1/flows", seen).await;
    assert_eq!(taken.json(), json!({ "devices": 1, "flows": 1, "strangers": 0 }), "{}", taken.text);
    let learnt = sector.get(&engineer, PLAN).await.json();
    assert!(learnt["about"].as_str().unwrap().starts_with("MRI console on "), "{learnt}");
    for proven in ["wall", "care", "file_sharing"] {
        assert_eq!(step(&learnt, proven)["state"], "verified", "{learnt:#}");
    }
    assert_eq!(learnt["keep"][0]["peer"], "pacs-1");
    assert!(learnt["page"].as_str().unwrap().contains("1. Cut everything but care [verified]"));

    // A stranger breaks what was proven, and does not become part of the plan.
    let worm = json!([{ "device": "ZZ1-PC1", "peer": "wpc-7", "port": 445, "inward": true }]);
    let seen = flows("2017-05-12", "2017-05-12", &worm);
    let taken = sector.post(&engineer, "/api/v1/flows", seen).await.json();
    assert_eq!(taken["strangers"], 1);
    let broken = sector.get(&engineer, PLAN).await.json();
    assert_eq!(step(&broken, "file_sharing")["state"], "broken", "{broken:#}");
    assert_eq!(broken["others"][0]["peer"], "wpc-7");
    let list = sector.get(&engineer, "/api/v1/plans").await.json();
    assert_eq!(list["items"][0]["device"], "ZZ1-PC1");
    assert_eq!(list["items"][0]["duty"], "imaging_console");
    assert!(list["items"][0]["steps"]["broken"].as_u64() >= Some(1), "{list:#}");
    assert!(list["items"][0]["reasons"].to_string().contains("port 445 answers"), "{list:#}");

    // Care needs it after all: a person says so, and the audit keeps it.
    let judged = json!({ "peer": "wpc-7", "port": 445, "inward": true, "needed": true });
    let judged = sector.post(&engineer, &format!("{PLAN}/flow"), judged).await;
    assert_eq!(judged.status, StatusCode::OK, "{}", judged.text);
    let signed = json!({ "step": "updates", "signer": "supplier", "note": "letter of 4 May" });
    let signed = sector.post(&engineer, &format!("{PLAN}/sign"), signed).await.json();
    assert_eq!(step(&signed, "updates")["state"], "verified", "{signed:#}");
    assert_eq!(signed["signatures"][0]["note"], "letter of 4 May");
    let root = sector.session("root").await;
    let audit = sector.get(&root, "/api/v1/audit?limit=500").await.text;
    for action in ["plan.place", "plan.flows_seen", "plan.flow", "plan.sign"] {
        assert!(audit.contains(&format!("\"{action}\"")), "{action}");
    }
    let report = sector.get(&engineer, "/api/v1/devices/ZZ1/ZZ1-PC1/exposures").await.json();
    assert!(report["plan"].as_str().unwrap().contains("MRI console on "), "one plan everywhere");
}

#[tokio::test]
async fn a_crash_breaks_what_silence_of_one_who_speaks_had_proven() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::ClinicalEngineer).await;
    let listens = async || {
        let plan = sector.get(&engineer, PLAN).await.json();
        let listen = step(&plan, "listen").clone();
        (
            listen["state"].as_str().unwrap().to_owned(),
            listen["reason"].as_str().unwrap().to_owned(),
        )
    };
    let (state, why) = listens().await;
    assert_eq!(
        (state.as_str(), why.as_str()),
        ("unknown", "this device is not known to send crash reports")
    );
    let told = |since: &str, last: &str| DeviceSeen {
        org: org("ZZ1"),
        device: "ZZ1-PC1".to_owned(),
        time: NOW,
        events: 1,
        legacy: None,
        crashes: Some(CrashReports::one(Day::parse(since).unwrap(), Day::parse(last).unwrap())),
    };
    // A first report long ago, as a test of it; the consent to switch it on is signed.
    sector.hear(told("2017-03-01", "2017-03-01")).await;
    for signer in ["supplier", "clinical_engineer"] {
        let signed = json!({ "step": "listen", "signer": signer });
        let _ = sector.post(&engineer, &format!("{PLAN}/sign"), signed).await;
    }
    let (state, why) = listens().await;
    assert_eq!(state, "verified", "{why}");
    sector.hear(told("2017-05-11", "2017-05-10")).await;
    let (state, why) = listens().await;
    assert_eq!((state.as_str(), why.as_str()), ("broken", "it crashed on 2017-05-10"));
    // And it is nearer to the head of the list.
    let list = sector.get(&engineer, "/api/v1/plans").await.json();
    assert!(
        list["items"][0]["reasons"].to_string().contains("it crashed on 2017-05-10"),
        "{list:#}"
    );
}

#[tokio::test]
async fn whoever_wants_to_know_is_told_once_that_a_step_broke() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::ClinicalEngineer).await;
    for code in ["ZZ1", "ZZ2"] {
        let local = sector.session_of(code, Role::Administrator).await;
        let hook = json!({
            "name": "plans", "org": code, "address": "https://hooks.example/ward",
            "events": ["plan.broken"],
        });
        let made = sector.post(&local, "/api/v1/webhooks", hook).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    }
    let (_tell, stop) = watch::channel(false);
    let look = async || plans::look(&sector.app, &sector.system, &stop).await.unwrap();
    let told = async || {
        let due = sector.app.state.due(&sector.system, sector.app.now(), 100).await.unwrap();
        let all = due.into_iter().flat_map(|waiting| waiting.parcels);
        let of_plans = all.filter(|one| one.notification.event == NotifyEvent::PlanBroken);
        of_plans.map(|one| one.notification).collect::<Vec<_>>()
    };
    let path = "/api/v1/devices/ZZ1/ZZ1-PC1/placing";
    let placing = json!({ "duty": "imaging_console", "what": "MRI console", "reach": "segment" });
    let placed = sector.ask(&engineer, "PUT", path, Some(placing)).await;
    assert_eq!(placed.status, StatusCode::NO_CONTENT, "{}", placed.text);
    let pacs = json!([{
        "device": "ZZ1-PC1", "peer": "pacs-1", "port": 104, "inward": false, "first": "2017-04-27",
    }]);
    let seen = flows("2017-04-27", "2017-05-11", &pacs);
    let _ = sector.post(&engineer, "/api/v1/flows", seen).await;
    // Nobody has asked for the plan: the loop itself remembers what is proven.
    assert_eq!(look().await, 0);
    assert_eq!(told().await, []);
    let stranger = json!([{ "device": "ZZ1-PC1", "peer": "new-1", "port": 104, "inward": false }]);
    let seen = flows("2017-05-12", "2017-05-12", &stranger);
    let _ = sector.post(&engineer, "/api/v1/flows", seen).await;
    assert_eq!(look().await, 1);
    let [one] = &told().await[..] else { panic!("one word, to one of both") };
    assert_eq!(one.organisations, [org("ZZ1")]);
    assert_eq!(one.object.as_deref(), Some("ZZ1/ZZ1-PC1"));
    assert!(one.title.starts_with("MRI console on "), "{}", one.title);
    let broken = "\u{201c}Cut everything but care\u{201d} does not hold any more";
    assert!(one.title.ends_with(broken), "{}", one.title);
    assert_eq!(look().await, 0, "once");
    // Care needs it after all, and then it does not: that is told again.
    for (needed, broke) in [(true, 0), (false, 1)] {
        sector.later(60);
        let judged = json!({ "peer": "new-1", "port": 104, "inward": false, "needed": needed });
        let judged = sector.post(&engineer, &format!("{PLAN}/flow"), judged).await;
        assert_eq!(judged.status, StatusCode::OK, "{}", judged.text);
        assert_eq!(look().await, broke, "{needed}");
    }
    // Another step breaks: it alone is told.
    sector.later(60);
    let worm = json!([{ "device": "ZZ1-PC1", "peer": "wpc-7", "port": 445, "inward": true }]);
    let seen = flows("2017-05-12", "2017-05-12", &worm);
    let _ = sector.post(&engineer, "/api/v1/flows", seen).await;
    assert_eq!(look().await, 1);
    let all = told().await;
    assert_eq!(all.len(), 3);
    assert!(!all[2].title.contains("Cut everything"), "{}", all[2].title);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::ClinicalEngineer).await;
    let before = sector.get(&engineer, PLAN).await.text;
    let flow = |more: Value| {
        let mut flow = json!({ "device": "ZZ1-PC1", "peer": "p", "port": 104, "inward": false });
        flow.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([flow])
    };
    for (seen, why) in [
        (flows("2017-05-12", "2017-05-11", &json!([])), "no time of"),
        (flows("2017-05-12", "2017-05-13", &json!([])), "lies in the future"),
        (flows("2015-05-12", "2017-05-11", &json!([])), "no time of"),
        (flows("2017-05-01", "2017-05-11", &flow(json!({ "protocol": "icmp" }))), "flow 1"),
        (flows("2017-05-01", "2017-05-11", &flow(json!({ "last": "2017-05-12" }))), "flow 1"),
        (flows("2017-05-01", "2017-05-11", &flow(json!({ "peer": "a\u{1b}[2J" }))), "a name has"),
        (json!({ "org": "ZZ1", "from": "2017-05-01", "through": "2017-05-02" }), "names no device"),
    ] {
        let refused = sector.post(&engineer, "/api/v1/flows", seen).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.detail().contains(why), "{}", refused.text);
    }
    for (body, why) in [
        (json!({ "step": "wall", "signer": "risk_owner" }), "data proves it"),
        (json!({ "step": "wall" }), "data proves it"),
        (json!({ "step": "restore", "signer": "supplier" }), "looked at by hand"),
        (json!({ "step": "leave", "signer": "risk_owner", "until": "2017-05-01" }), "in the past"),
        (json!({ "step": "remote", "signer": "supplier" }), "has no step"),
    ] {
        let refused = sector.post(&engineer, &format!("{PLAN}/sign"), body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.detail().contains(why), "{}", refused.text);
    }
    let judged = json!({ "peer": "never-seen", "port": 1, "inward": true, "needed": true });
    let refused = sector.post(&engineer, &format!("{PLAN}/flow"), judged).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert_eq!(sector.get(&engineer, PLAN).await.text, before);
    let none = sector.get(&engineer, "/api/v1/devices/ZZ1/ZZ1-PC9/plan").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    // Whoever only looks on signs nothing.
    let board = sector.session_of("ZZ1", Role::Board).await;
    let body = json!({ "step": "leave", "signer": "risk_owner" });
    let refused = sector.post(&board, &format!("{PLAN}/sign"), body).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
