//! The care wing of a real server: reports by every door, knowledge, a campaign, a restart.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod sector;

use std::fs;
use std::time::{Duration, Instant};

use bytes::Bytes;
use sector::{Organisation, Sector, agent, patient_agent, ward};
use serde_json::{Value, json};
use wardwatch_model::Timestamp;
use wardwatch_wire::{FRAME_MEDIA_TYPE, FRAMES_PATH, Frame, RecordShape};

/// A rule of our own pack that names the hole a worm came through.
const WORM: &str = include_str!("../../../rules/worm-smb/wannacry_program_started.yml");
const HOLE: &str = "CVE-2017-0144";
/// Longest wait for anything; only a defect waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A report of Windows XP without updates; of a host without a name when there is none.
fn xp(host: &str) -> String {
    format!(
        "Host Name:                 {host}\r\n\
         OS Name:                   Microsoft Windows XP Professional\r\n\
         OS Version:                5.1.2600 Service Pack 3 Build 2600\r\n\
         System type:               X86-based PC\r\n\
         Hotfix(s):                 1 Hotfix(s) Installed.\r\n\
         \x20                          [01]: KB2964358\r\n"
    )
}

/// A day before or after today.
fn day(from_today: i32) -> String {
    let today = wardwatch_model::Day::of(Timestamp { micros: sector::now() * 1_000_000 });
    today.plus(from_today).to_string()
}

/// What a verb prints as JSON.
fn said(sector: &Sector, token: &str, args: &[&str]) -> Value {
    let output = ward()
        .args(args)
        .args(["--json", "--server", sector.address(), "--token", token])
        .env("XDG_CONFIG_HOME", sector.path("settings"))
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The row of the hole as a reader sees it, once it is so; and how long that took.
fn hole(sector: &Sector, token: &str, so: impl Fn(&Value) -> bool) -> (Value, Duration) {
    let started = Instant::now();
    loop {
        let path = format!("/api/v1/exposures?cve={HOLE}");
        let mut answer = agent()
            .get(format!("{}{path}", sector.address()))
            .header("authorization", format!("Bearer {token}"))
            .call()
            .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let page: Value = serde_json::from_str(&text).unwrap();
        let row = page["items"][0].clone();
        if so(&row) {
            return (row, started.elapsed());
        }
        assert!(started.elapsed() < PATIENCE, "it does not come: {page}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn by_http(sector: &Sector, organisation: &Organisation, host: &str) {
    let file = sector.path(&format!("{host}.txt"));
    fs::write(&file, xp(host)).unwrap();
    let told = said(sector, &organisation.sender, &["inventory", file.to_str().unwrap()]);
    assert_eq!(told[0]["devices"], json!([host]));
}

fn by_wire(sector: &Sector, organisation: &Organisation, host: &str) {
    let frame = Frame {
        device: host.to_owned(),
        boot: 1,
        sequence: 1,
        shape: RecordShape::Inventory,
        source: "inventory".to_owned(),
        // Whatever a report calls its host: an agent speaks of the device that it runs on.
        records: vec![Bytes::from(xp("ODD-NAME").into_bytes())],
        sent: Timestamp { micros: 0 },
    };
    let answer = patient_agent(PATIENCE)
        .post(format!("{}{FRAMES_PATH}", sector.address()))
        .header("authorization", format!("Bearer {}", organisation.sender))
        .header("content-type", FRAME_MEDIA_TYPE)
        .send(&frame.encode().unwrap()[..])
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// The same program started in an organisation.
fn worm(sector: &Sector, organisation: &Organisation) {
    let now = Timestamp { micros: sector::now() * 1_000_000 };
    let event = json!({
        "TimeCreated": now.to_string(),
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Computer": format!("{}-PC7", organisation.code),
        "Image": r"C:\Windows\mssecsvc.exe",
        "CommandLine": r"C:\Windows\mssecsvc.exe -m security",
        "Hashes": format!("SHA256={}", "24".repeat(32)),
    });
    sector.bulk(&organisation.sender, &format!("{{\"create\":{{}}}}\n{event}\n"));
}

#[test]
fn reports_by_every_door_a_campaign_and_a_restart() {
    let mut sector = Sector::new(WORM);
    let folder = sector.path("dropped");
    fs::create_dir(&folder).unwrap();
    let door = format!("{}={}", folder.display(), sector.two.sender);
    let options = ["--inventory-folder".to_owned(), door];
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    sector.open(&options);
    let administrator = sector.administrator.clone();

    let (one, two) = (sector.one.clone(), sector.two.clone());
    by_http(&sector, &one, "ZZ1-PC1");
    by_wire(&sector, &one, "ZZ1-PC2");
    fs::write(folder.join("ZZ2-PC1.txt"), "HotFixID\r\nKB2964358\r\n").unwrap();
    fs::write(folder.join("ZZ2-PC2.txt"), xp("ZZ2-PC2")).unwrap();
    let three = |row: &Value| row["exposed"] == 3;
    let (row, took) = hole(&sector, &administrator, three);
    assert_eq!(row["organisations"], 2, "{row} after {took:?}");
    let covered = said(&sector, &administrator, &["exposure", "list"])["coverage"].clone();
    assert_eq!(
        covered,
        json!({ "heard": 4, "reported": 4, "unresolved": 1, "stale": 0 }),
        "a list that names no system is not known, and is counted"
    );

    // Each sees its own devices, and why.
    let mine = said(&sector, &one.reader, &["exposure", "devices", HOLE]);
    let names: Vec<&str> =
        mine["items"].as_array().unwrap().iter().map(|it| it["device"].as_str().unwrap()).collect();
    assert_eq!(names, ["ZZ1-PC1", "ZZ1-PC2"]);
    let why = ["exposure", "explain", "ZZ1-PC2", HOLE, "--org", "ZZ1"];
    let why = said(&sector, &one.reader, &why);
    assert!(why["exposures"][0]["reasons"].to_string().contains("KB4012598"), "{why}");

    // What is mended is closed, by whatever door it is told.
    fs::write(sector.path("list.txt"), "HotFixID\r\nKB4012598\r\n").unwrap();
    let list = sector.path("list.txt");
    let mend = ["inventory", list.to_str().unwrap(), "--device", "ZZ1-PC2"];
    said(&sector, &one.sender, &mend);
    hole(&sector, &one.reader, |row| row["exposed"] == 1 && row["fixed"] == 1);

    // A campaign lifts what it uses, also where it is not.
    worm(&sector, &one);
    worm(&sector, &two);
    let attacked = |row: &Value| !row["attack"].is_null();
    hole(&sector, &one.reader, attacked);
    let (row, _) = hole(&sector, &two.reader, attacked);
    assert!(row["reasons"][0].as_str().unwrap().starts_with("attacked now:"), "{row}");

    // An alert's answers are there at once.
    let issue =
        ["alert", "issue", "Close MS17-010", "--cve", HOLE, "--org", "ZZ1", "--text", "Today."];
    let alert = said(&sector, &one.reader, &issue);
    let id = alert["id"].as_str().unwrap().to_owned();
    let show = |sector: &Sector| said(sector, &one.reader, &["alert", "show", &id]);
    let figures = |affected: u64, fixed: u64| {
        // The worm's device never reported what it runs.
        json!({
            "affected": affected, "unknown": 1, "mitigated": 0, "fixed": fixed, "not_affected": 0,
        })
    };
    assert_eq!(show(&sector)["answers"][0]["figures"], figures(1, 1));
    said(&sector, &one.reader, &["alert", "acknowledge", &id, "--org", "ZZ1"]);

    // What people and a sensor say turns the steps of a plan.
    let seen = json!({
        "org": "ZZ1", "from": day(-20), "through": day(-1), "flows": [{
            "device": "ZZ1-PC1", "peer": "pacs-1", "port": 104, "inward": false,
            "first": day(-20),
        }],
    });
    fs::write(sector.path("flows.json"), seen.to_string()).unwrap();
    let flows = sector.path("flows.json");
    let place = ["plan", "place", "ZZ1-PC1", "--org", "ZZ1", "--duty", "imaging_console"];
    said(&sector, &administrator, &place);
    said(&sector, &administrator, &["plan", "flows", flows.to_str().unwrap()]);
    let sign = ["plan", "sign", "ZZ1-PC1", "--org", "ZZ1", "--step", "restore", "--note", "tried"];
    said(&sector, &administrator, &sign);
    let verified = |sector: &Sector| {
        let plan = said(sector, &one.reader, &["plan", "show", "ZZ1-PC1", "--org", "ZZ1"]);
        let steps = plan["steps"].as_array().unwrap().iter();
        let done = steps.filter(|step| step["state"] == "verified");
        done.map(|step| step["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let proven = ["wall", "care", "file_sharing", "restore"];
    assert_eq!(verified(&sector), proven);
    let listed = said(&sector, &one.reader, &["plan", "list"]);
    let first = &listed["items"][0];
    assert_eq!(
        (&first["duty"], &first["steps"]["verified"]),
        (&json!("imaging_console"), &json!(4))
    );

    // A restart keeps all of it.
    sector.end();
    sector.open(&options);
    let again = Instant::now();
    while agent()
        .get(format!("{}/api/v1/landscape", sector.address()))
        .header("authorization", format!("Bearer {}", one.reader))
        .call()
        .is_err()
    {
        assert!(again.elapsed() < PATIENCE, "devices are not worked out after a restart");
        std::thread::sleep(Duration::from_millis(50));
    }
    let (row, _) = hole(&sector, &one.reader, attacked);
    assert_eq!((&row["exposed"], &row["fixed"]), (&json!(1), &json!(1)));
    assert_eq!(verified(&sector), proven);
    let shown = show(&sector);
    assert_eq!(shown["acknowledged"], 1);
    assert_eq!(shown["answers"][0]["figures"], figures(1, 1));
    let leaving = said(&sector, &administrator, &["lifecycle", "--months", "36"]);
    assert_eq!(leaving["all"]["ended"], 3);
    assert_eq!(leaving["coverage"]["heard"], 6);
}

#[test]
fn a_report_that_is_none_is_refused_and_its_neighbours_go_through() {
    let sector = Sector::new(WORM);
    let junk = sector.path("junk.txt");
    let good = sector.path("good.txt");
    fs::write(&junk, "nothing of the kind\n").unwrap();
    fs::write(&good, xp("ZZ1-PC1")).unwrap();
    let output = ward()
        .args(["inventory", junk.to_str().unwrap(), good.to_str().unwrap(), "--json"])
        .args(["--server", sector.address(), "--token", &sector.one.sender])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(6));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(told[0]["problem"].as_str().unwrap().contains("cannot tell what kind of report"));
    assert_eq!(told[1]["hosts"], 1);
    hole(&sector, &sector.one.reader, |row| row["exposed"] == 1);
    let refused = ward()
        .args(["inventory", good.to_str().unwrap()])
        .args(["--server", sector.address(), "--token", &sector.one.reader])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(4), "a reader's token is no sender's");
}
