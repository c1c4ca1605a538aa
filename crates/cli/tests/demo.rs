//! The living demonstration, at sixty times its speed: what is an attack is found, and one campaign; what
//! only looks like one is not called more than medium.

#![allow(clippy::unwrap_used, clippy::panic)]

mod demonstration;
mod sector;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use demonstration::{Demo, PATIENCE};
use sector::ward;
use serde_json::Value;
use wardwatch_exercise::estate::{Scale, Scenario, Sector};
use wardwatch_exercise::telemetry::{Nature, Story};
use wardwatch_model::Timestamp;

const SEED: u64 = 20_170_512;

/// Short names of devices, without their domain.
fn devices(list: &Value) -> BTreeSet<String> {
    let names = list.as_array().unwrap().iter().filter_map(Value::as_str);
    names.map(|name| name.split('.').next().unwrap_or(name).to_uppercase()).collect()
}

#[test]
fn the_outbreak_is_one_campaign_and_look_alikes_are_no_more_than_medium() {
    let demo = Demo::start("60");
    demo.wait_for("all of the story has happened");
    let story = Sector::new(Scenario::Y2026, Scale::Demo, SEED);
    let scenes = Story::new(&story, SEED, Timestamp { micros: 0 }, 20).scenes();
    let session = demo.session("ana");
    let attacked: BTreeSet<String> = scenes
        .iter()
        .filter(|one| one.nature == Nature::Attack)
        .map(|one| one.org.to_string())
        .collect();
    let started = Instant::now();
    // Findings follow their records by a second or so.
    let campaigns = loop {
        let campaigns = demo.get(&session, "/api/v1/campaigns")["items"].clone();
        let parts = campaigns[0]["parts"].as_array().map_or(0, Vec::len);
        if parts >= attacked.len() || started.elapsed() > PATIENCE {
            break campaigns;
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(campaigns.as_array().unwrap().len(), 1, "{campaigns:#}");
    let parts = campaigns[0]["parts"].as_array().unwrap();
    let hit: BTreeSet<String> =
        parts.iter().map(|part| part["org"].as_str().unwrap().into()).collect();
    assert_eq!(hit, attacked);

    let incidents = demo.get(&session, "/api/v1/incidents?limit=500")["items"].clone();
    let incidents = incidents.as_array().unwrap();
    let serious =
        |incident: &&Value| matches!(incident["level"].as_str(), Some("high" | "critical"));
    for scene in scenes.iter().filter(|scene| scene.nature == Nature::Attack) {
        let org = scene.org.as_str();
        let found: BTreeSet<String> = incidents
            .iter()
            .filter(|incident| incident["org"] == org)
            .filter(serious)
            .flat_map(|incident| devices(&incident["devices"]))
            .collect();
        let missed: Vec<&String> =
            scene.devices.iter().filter(|device| !found.contains(device.as_str())).collect();
        assert!(missed.is_empty(), "{org}: {missed:?} not among {found:?}");
    }
    let really: BTreeSet<&String> = scenes
        .iter()
        .filter(|one| one.nature == Nature::Attack)
        .flat_map(|one| &one.devices)
        .collect();
    for incident in incidents.iter().filter(serious) {
        let org = incident["org"].as_str().unwrap();
        assert!(attacked.contains(org), "an outbreak where there was none: {incident:#}");
        let named = devices(&incident["devices"]);
        assert!(
            named.is_empty() || named.iter().any(|device| really.contains(device)),
            "what only looks like an attack is called one: {incident:#}"
        );
    }
    let row = demo.get(&session, "/api/v1/exposures?cve=CVE-2017-0144")["items"][0].clone();
    assert!(row["attack"].is_string(), "the campaign lifts the hole that it came through: {row:#}");
    assert!(row["exposed"].as_u64().unwrap() > 10, "{row:#}");

    // The care home sees itself alone, in a page of plain words.
    let home = demo.session("cath");
    let overview = demo.get(&home, "/api/v1/overview");
    assert!(overview["organisations"].as_u64().unwrap() <= 3, "{overview:#}");
}

#[test]
fn a_demonstration_is_for_a_fresh_folder_on_this_machine_alone() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |args: &[&str], words: &str| {
        let output =
            ward().args(["serve", "--demo"]).args(args).arg("--data").arg(folder.path()).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{said}");
    };
    refused(&["--listen", "0.0.0.0:0"], "only for this machine's own addresses");
    refused(&["--listen", "127.0.0.1:0", "--tls", "on"], "without TLS");
    // A password that would go nowhere is told before there is an account, and nothing is left running.
    let taken = folder.path().join("password");
    std::fs::write(&taken, "mine").unwrap();
    let file = taken.to_str().unwrap();
    refused(&["--listen", "127.0.0.1:0", "--password-file", file], "a file that is not there yet");
    let nowhere = folder.path().join("none/password");
    let file = nowhere.to_str().unwrap();
    refused(&["--listen", "127.0.0.1:0", "--password-file", file], "a file that is not there yet");
    assert_eq!(std::fs::read_to_string(&taken).unwrap(), "mine");
    assert!(!folder.path().join("state.db").exists());
    std::fs::write(folder.path().join("state.db"), "").unwrap();
    refused(&["--listen", "127.0.0.1:0"], "needs a fresh folder");
    let output = ward().args(["serve", "--demo-speed", "3"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
