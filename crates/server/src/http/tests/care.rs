//! What devices are open to, when they leave support, and alerts: as those who ask see it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use wardwatch_model::inventory::{
    Architecture, Hardware, Inventory, Package, PackageState, ReportKind, Software,
};
use wardwatch_model::{Build, Role};

use super::sector::{Answer, Sector, org};

fn row<'v>(page: &'v Value, cve: &str) -> &'v Value {
    let items = page["items"].as_array().unwrap();
    items.iter().find(|row| row["cve"] == cve).unwrap_or_else(|| panic!("no {cve} in {page}"))
}

/// The list of known exploited vulnerabilities with one entry.
fn kev(cve: &str) -> String {
    json!({
        "title": "CISA Catalog of Known Exploited Vulnerabilities",
        "catalogVersion": "2017.05.12",
        "dateReleased": "2017-05-12T00:00:00Z",
        "count": 1,
        "vulnerabilities": [{
            "cveID": cve, "vendorProject": "Microsoft", "product": "Windows",
            "vulnerabilityName": "n", "dateAdded": "2017-05-12", "shortDescription": "s",
            "requiredAction": "a", "dueDate": "2017-05-15",
            "knownRansomwareCampaignUse": "Known", "notes": ""
        }]
    })
    .to_string()
}

async fn load(sector: &Sector, bearer: &str, query: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri(format!("/api/v1/landscape{query}"))
        .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
        .body(body.into())
        .unwrap();
    sector.send(request).await
}

#[tokio::test]
async fn each_sees_the_open_holes_of_its_own_devices_with_what_is_not_known() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let mine = sector.get(&analyst, "/api/v1/exposures?limit=500").await.json();
    let hole = row(&mine, "CVE-2017-0144");
    assert_eq!((&hole["exposed"], &hole["organisations"]), (&json!(1), &json!(1)));
    assert_eq!(mine["coverage"], json!({ "heard": 1, "reported": 1, "unresolved": 0, "stale": 0 }));
    sector.later(31 * 86_400);
    let late = sector.session_of("ZZ1", Role::Analyst).await;
    let old = sector.get(&late, "/api/v1/exposures?limit=1").await.json();
    assert_eq!(old["coverage"]["stale"], 1, "what is said of it may be over");
    let root = sector.session("root").await;
    let all = sector.get(&root, "/api/v1/exposures?limit=500").await.json();
    let hole = row(&all, "CVE-2017-0144");
    assert_eq!((&hole["exposed"], &hole["organisations"]), (&json!(2), &json!(2)));
    let first = sector.get(&root, "/api/v1/exposures?limit=2").await.json();
    let after = first["next"].as_str().unwrap();
    let second =
        sector.get(&root, &format!("/api/v1/exposures?limit=2&after={after}")).await.json();
    assert_eq!(first["items"][0], all["items"][0]);
    assert_eq!(second["items"][0], all["items"][2]);
    let path = "/api/v1/exposures/CVE-2017-0144/devices?limit=1";
    let devices = sector.get(&root, path).await.json();
    assert_eq!(devices["items"][0]["device"], "ZZ1-PC1");
    let next = devices["next"].as_str().unwrap();
    let devices = sector.get(&root, &format!("{path}&after={next}")).await.json();
    assert_eq!(devices["items"][0]["device"], "ZZ2-PC1");
    assert_eq!(devices["next"], Value::Null);
    for wrong in ["/api/v1/exposures?after=x", "/api/v1/exposures/CVE-x/devices"] {
        assert_eq!(sector.get(&root, wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn a_device_says_why_and_what_protects_it() {
    let sector = Sector::new().await;
    let engineer = sector.session_of("ZZ1", Role::ClinicalEngineer).await;
    let path = "/api/v1/devices/ZZ1/ZZ1-PC1/exposures?cve=CVE-2017-0144";
    let report = sector.get(&engineer, path).await.json();
    assert_eq!(report["product"], "Microsoft Windows XP Service Pack 3");
    assert_eq!(report["support"]["state"], "ended");
    let exposure = &report["exposures"][0];
    assert_eq!(
        (&exposure["cve"], &exposure["status"]),
        (&json!("CVE-2017-0144"), &json!("exposed"))
    );
    assert!(exposure["reasons"].to_string().contains("KB4012598"), "{exposure}");
    assert!(report["plan"].as_str().unwrap().contains("PROTECTION PLAN  ZZ1-PC1"));
    assert_eq!(report["reports"][0]["kind"], "system_info");
    // No row speaks of what was found after the vendor stopped looking: that is not good news.
    for (cve, status) in [("CVE-2019-9999", "unknown"), ("CVE-2020-0601", "unknown")] {
        let path = format!("/api/v1/devices/ZZ1/ZZ1-PC1/exposures?cve={cve}");
        let silent = sector.get(&engineer, &path).await.json();
        assert_eq!(silent["exposures"][0]["status"], status, "{cve}: {silent}");
        assert_ne!(silent["exposures"][0]["reasons"], json!([]));
    }
    let none = sector.get(&engineer, "/api/v1/devices/ZZ1/ZZ1-PC9/exposures").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_leaves_support_is_counted_to_the_last_device() {
    let sector = Sector::new().await;
    let board = sector.session_of("ZZ1", Role::Board).await;
    let answer = sector.get(&board, "/api/v1/lifecycle?months=36").await.json();
    assert_eq!((&answer["from"], &answer["all"]["ended"]), (&json!("2017-05-12"), &json!(1)));
    assert_eq!(answer["by_organisation"][0]["org"], "ZZ1");
    assert_eq!(answer["leaving"], json!([]));
    for months in ["0", "121"] {
        let wrong = sector.get(&board, &format!("/api/v1/lifecycle?months={months}")).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn what_blocks_devices_is_counted_with_those_that_leave_support() {
    let sector = Sector::new().await;
    let manager = sector.session_of("ZZ1", Role::ItManager).await;
    // The second release of Windows 10: its support ends on 2017-10-10.
    let told = |build, hardware| {
        let mut inventory = Inventory::new(ReportKind::Table);
        inventory.system.name = Some("Microsoft Windows 10 Pro".into());
        inventory.system.version = Some(Build([10, 0, build, 0]));
        inventory.system.architecture = Some(Architecture::X64);
        Inventory { hardware, ..inventory }
    };
    let small = Hardware { memory_mib: Some(2_048), tpm: Some(0), ..Hardware::default() };
    sector.report("ZZ1-A", told(10_586, small.clone())).await;
    sector.report("ZZ1-B", told(10_586, Hardware { tpm: None, ..small })).await;
    sector.report("ZZ1-C", told(10_586, Hardware::default())).await;
    sector.follow().await;
    let answer = sector.get(&manager, "/api/v1/lifecycle?months=12").await.json();
    let line = &answer["leaving"][0];
    assert_eq!((&line["devices"], &line["blocked"]), (&json!(3), &json!(2)), "{answer:#}");
    let blockers = json!([
        { "what": "it has less than 4 GB of memory", "devices": 2 },
        { "what": "it has no TPM 2.0", "devices": 1 },
    ]);
    assert_eq!(line["blockers"], blockers);
    assert_eq!(
        (&answer["waves"][0]["ready"], &answer["waves"][0]["blockers"]),
        (&json!(1), &blockers)
    );
    let device = sector.get(&manager, "/api/v1/devices/ZZ1/ZZ1-B/exposures").await.json();
    assert_eq!(device["moves_to"], "Windows 11");
    assert_eq!(device["blockers"], json!(["it has less than 4 GB of memory"]));
    // It gets more memory: nothing is known to be in its way any more.
    let more = Hardware { memory_mib: Some(8_192), ..Hardware::default() };
    sector.report("ZZ1-B", told(10_586, more)).await;
    sector.follow().await;
    let answer = sector.get(&manager, "/api/v1/lifecycle?months=12").await.json();
    assert_eq!(answer["leaving"][0]["blocked"], 1);
}

#[tokio::test]
async fn knowledge_that_a_hole_is_exploited_lifts_it_for_everybody() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    let before = sector.get(&root, "/api/v1/exposures?exploited=false").await.json();
    let cve = before["items"].as_array().unwrap().last().unwrap()["cve"].as_str().unwrap();
    let loaded = load(&sector, &root, "?name=kev.json", kev(cve)).await;
    assert_eq!(loaded.status, StatusCode::OK, "{}", loaded.text);
    let loaded = loaded.json();
    assert_eq!(loaded["newly_exploited"], json!([{ "cve": cve, "exposed": 2 }]));
    // Another one, made over what was in use before it, would take it back.
    let early = load(&sector, &root, "?name=kev.json", kev("CVE-2008-4250")).await;
    assert_eq!(early.status, StatusCode::SERVICE_UNAVAILABLE, "{}", early.text);
    sector.follow().await;
    let after = sector.get(&root, "/api/v1/exposures?exploited=true&limit=500").await.json();
    let hole = row(&after, cve);
    assert_eq!((&hole["kev"], &hole["ransomware"]), (&json!(true), &json!(true)));
    assert!(hole["decision"].as_str().unwrap().starts_with("3 days"), "{hole}");
    assert_eq!(after["landscape"]["version"], 1);
    let status = sector.get(&root, "/api/v1/landscape").await.json();
    assert!(status["feeds"].to_string().contains("kev.json"), "{status}");
    // What cannot be read changes nothing.
    for junk in ["{", "nothing of the kind", "{\"vulnerabilities\": 7}"] {
        let refused = load(&sector, &root, "?name=kev.json", junk).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    }
    sector.follow().await;
    assert_eq!(sector.get(&root, "/api/v1/landscape").await.json()["in_use"]["version"], 1);
    let here = sector.session_of("ZZ1", Role::Administrator).await;
    let refused = load(&sector, &here, "?name=kev.json", kev(cve)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.detail().contains("the role at its top"), "{}", refused.text);
}

/// A record of a tracker, and an advisory for a pump; both speak of one hole.
const TRACKED: &str = r#"{"id":"DSA-1","modified":"2026-01-02T00:00:00Z","aliases":["CVE-2999-0001"],
    "affected":[{"package":{"ecosystem":"Debian:12","name":"lamp"},"ranges":[{"type":"ECOSYSTEM",
    "events":[{"introduced":"0"},{"fixed":"1.1-1+deb12u1"}]}]}]}"#;
const ADVISED: &str = r#"{"document":{"csaf_version":"2.0","title":"Drip pumps","tracking":{"id":"ZZ-1",
    "current_release_date":"2026-01-02T00:00:00Z"}},"product_tree":{"branches":[
    {"category":"vendor","name":"Lamps","branches":[{"category":"product_name","name":"Drip",
    "branches":[{"category":"product_version_range","name":"<= 4.2",
    "product":{"product_id":"P1","name":"Lamps Drip"}}]}]}]},
    "vulnerabilities":[{"cve":"CVE-2999-0001","product_status":{"known_affected":["P1"]},
    "remediations":[{"category":"mitigation","details":"Cut it off","product_ids":["P1"]}]}]}"#;

#[tokio::test]
async fn linux_and_medical_devices_count_by_trackers_and_advisories() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    for (name, body) in [("osv.json", TRACKED), ("csaf.json", ADVISED)] {
        let loaded = load(&sector, &root, &format!("?name={name}"), body).await;
        assert_eq!(loaded.status, StatusCode::OK, "{}", loaded.text);
        sector.follow().await;
    }
    let mut host = Inventory::new(ReportKind::DpkgStatus);
    host.system.distribution = Some("debian".into());
    host.system.release = Some("12".into());
    host.packages.push(Package {
        name: "liblamp1".into(),
        version: "1.1-1".into(),
        source: "lamp".into(),
        source_version: "1.1-1".into(),
        architecture: "amd64".into(),
        state: PackageState::Installed,
        held: false,
    });
    let mut pump = Inventory::new(ReportKind::Table);
    pump.software.push(Software {
        vendor: Some("Lamps".into()),
        name: "Drip".into(),
        version: Some("4.1".into()),
    });
    sector.report("ZZ1-LINUX", host).await;
    sector.report("ZZ1-PUMP", pump).await;
    sector.follow().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let page = sector.get(&analyst, "/api/v1/exposures?cve=CVE-2999-0001").await.json();
    let hole = row(&page, "CVE-2999-0001");
    assert_eq!((&hole["exposed"], &hole["unknown"]), (&json!(2), &json!(1)), "and XP: {hole}");
    assert_eq!(page["coverage"]["unresolved"], 0, "{page}");
    let devices = "/api/v1/exposures/CVE-2999-0001/devices";
    let devices = sector.get(&analyst, devices).await.json();
    let products = devices["items"].as_array().unwrap().iter().map(|one| &one["product"]);
    assert_eq!(products.collect::<Vec<_>>(), ["debian 12", "Lamps Drip 4.1"]);
    let one = sector.get(&analyst, "/api/v1/devices/ZZ1/ZZ1-LINUX/exposures").await.json();
    let package = &one["outdated_packages"][0];
    assert_eq!((&package["source"], &package["fixed"]), (&json!("lamp"), &json!("1.1-1+deb12u1")));
    let one = sector.get(&analyst, "/api/v1/devices/ZZ1/ZZ1-PUMP/exposures").await.json();
    assert!(one["exposures"][0]["reasons"].to_string().contains("Cut it off"), "{one}");
}

#[tokio::test]
async fn a_campaign_lifts_what_its_rules_name_in_every_organisation() {
    let sector = Sector::new().await;
    for code in ["ZZ1", "ZZ2"] {
        let analyst = sector.session_of(code, Role::Analyst).await;
        let page = sector.get(&analyst, "/api/v1/exposures").await.json();
        let first = &page["items"][0];
        assert_eq!(
            (&first["cve"], &first["attack"]),
            (&json!("CVE-2008-4250"), &json!("One attack"))
        );
        let path = format!("/api/v1/devices/{code}/{code}-PC1/exposures?cve=CVE-2008-4250");
        let device = sector.get(&analyst, &path).await.json();
        let reasons = device["exposures"][0]["reasons"].to_string();
        assert!(reasons.contains("attacked now: One attack in 2 organisations"), "{reasons}");
    }
}

#[tokio::test]
async fn devices_fill_in_an_alert_and_a_person_signs() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let path = format!("/api/v1/alerts/{}", sector.one.alert);
    let view = sector.get(&analyst, &path).await.json();
    let line = &view["answers"][0];
    assert_eq!((&line["org"], &line["figures"]["affected"]), (&json!("ZZ1"), &json!(1)));
    assert_eq!(line["overdue"], Value::Null);
    sector.later(1);
    let view = sector.get(&analyst, &path).await.json();
    assert_eq!(view["answers"][0]["overdue"], "acknowledge");
    assert_eq!(sector.get(&analyst, "/api/v1/alerts").await.json()[0]["overdue"], 1);
    let acknowledge = format!("{path}/acknowledge");
    let acknowledged = sector.post(&analyst, &acknowledge, json!({ "org": "ZZ1" })).await;
    assert_eq!(acknowledged.json()["acknowledged"]["by"], "ZZ1.analyst");
    let sign = |progress: &str, note: &str| {
        let body = json!({ "org": "ZZ1", "progress": progress, "note": note });
        let (analyst, path) = (analyst.clone(), format!("{path}/sign"));
        let sector = &sector;
        async move { sector.post(&analyst, &path, body).await }
    };
    let refused = sign("done", "").await;
    assert!(refused.detail().contains("1 devices still say that they are open"));
    assert_eq!(sign("cannot_meet", " ").await.status, StatusCode::BAD_REQUEST);
    let signed = sign("cannot_meet", "the supplier comes in June; it is in a segment").await.json();
    assert_eq!(signed["signed"]["figures"]["affected"], 1);
    let view = sector.get(&analyst, &path).await.json();
    assert_eq!(
        (&view["acknowledged"], &view["done"], &view["overdue"]),
        (&json!(1), &json!(0), &json!(0))
    );
    let ended = sector.post(&analyst, &format!("{path}/end"), Value::Null).await;
    assert_eq!(ended.status, StatusCode::OK, "{}", ended.text);
    assert_eq!(sign("done", "late").await.status, StatusCode::NOT_FOUND);
    assert_eq!(sector.get(&analyst, "/api/v1/alerts").await.json(), json!([]));
    assert_eq!(sector.get(&analyst, "/api/v1/alerts?ended=true").await.json()[0]["done"], 0);
}

#[tokio::test]
async fn an_alert_is_issued_to_all_below_and_says_what_is_wrong_with_it() {
    let sector = Sector::new().await;
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    let good =
        json!({ "org": "ZZ1", "title": "Close it", "cves": ["CVE-2019-0708", "CVE-2017-0144"] });
    let issued = sector.post(&analyst, "/api/v1/alerts", good.clone()).await;
    assert_eq!(issued.status, StatusCode::CREATED, "{}", issued.text);
    let alert = issued.json();
    assert_eq!(alert["act_by"], "2017-05-26");
    assert_eq!(alert["acknowledge_by"], "2017-05-14T10:00:00Z");
    assert_eq!(alert["cves"], json!(["CVE-2017-0144", "CVE-2019-0708"]));
    for (field, value) in [
        ("cves", json!([])),
        ("title", json!(" ")),
        ("act_by", json!("2017-05-11")),
        ("text", json!("x".repeat(10_001))),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value;
        let refused = sector.post(&analyst, "/api/v1/alerts", wrong).await;
        let wrong = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
        assert!(wrong.contains(&refused.status), "{field}: {}", refused.text);
    }
}

#[tokio::test]
async fn an_erased_organisation_is_not_remembered() {
    let sector = Sector::new().await;
    let root = sector.session("root").await;
    sector.app.care.forget(&org("ZZ2"));
    let all = sector.get(&root, "/api/v1/exposures?cve=CVE-2017-0144").await.json();
    assert_eq!(row(&all, "CVE-2017-0144")["exposed"], 1);
}

#[tokio::test]
async fn until_all_devices_are_worked_out_nobody_is_told_that_all_is_well() {
    let sector = Sector::new().await;
    let mut app = sector.app.clone();
    app.care = std::sync::Arc::default();
    let root = sector.session("root").await;
    let router = crate::http::router(app);
    for path in ["/api/v1/exposures", "/api/v1/lifecycle", "/api/v1/landscape"] {
        let request = super::sector::request(&root, "get", path, None);
        let answer = tower::ServiceExt::oneshot(router.clone(), request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
}
