//! The wire as agents use it: a real server, numbered records in frames, over TLS and over
//! restarts. Whatever comes twice, late or out of order, each record is found once, in its own
//! organisation.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::Value;
use tempfile::TempDir;
use wardwatch_model::Timestamp;
use wardwatch_testkit::{corpora, events};
use wardwatch_wire::{FRAME_MEDIA_TYPE, FRAMES_PATH, Frame, Receipt, RecordShape};

const RULE: &str = "title: Found\nid: f\nlevel: high\nlogsource: {product: windows}\n\
                    detection: {s: {Image|endswith: '\\evil.exe'}, condition: s}\n";
/// Longest wait for anything to happen; only a defect waits so long.
const PATIENCE: Duration = Duration::from_secs(120);

/// Folder of a server's data, rules and its users' settings.
struct Place {
    folder: TempDir,
    options: Vec<String>,
}

/// Secrets: of a sender and a reader of each organisation, and of an administrator of all.
struct Tokens {
    orgs: [(String, String); 2],
    all: String,
}

/// A running server.
struct Running {
    child: Child,
    address: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Place {
    fn new(rules: &[&Path], options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut all: Vec<String> = options.iter().map(|one| (*one).to_owned()).collect();
        for path in rules {
            all.extend(["--rules".to_owned(), path.display().to_string()]);
        }
        Place { folder, options: all }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start(&self) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ward"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.path("data"))
            .arg("--password-file")
            .arg(self.path("password"))
            .args(&self.options)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else { panic!("the server did not start: {said}") };
            if let Some(rest) = line.split("serving at ").nth(1) {
                break rest.split(' ').next().unwrap().to_owned();
            }
            said.push_str(&line);
        };
        // What it says later must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Running { child, address }
    }

    fn ask(&self, server: &Running, args: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ward"))
            .args(args)
            .env("XDG_CONFIG_HOME", self.path("settings"))
            .env("WARD_SERVER", &server.address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// What a verb answers.
    fn answer(&self, server: &Running, args: &[&str]) -> Value {
        let output = self.ask(server, args, "");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Logs in and makes two organisations.
    fn set_up(&self, server: &Running, login: &[&str]) -> Tokens {
        let password = fs::read_to_string(self.path("password")).unwrap();
        let args = [&["login", "--name", "administrator"], login].concat();
        let login = self.ask(server, &args, &password);
        assert!(login.status.success(), "{}", String::from_utf8_lossy(&login.stderr));
        let list = self.path("organisations.csv");
        let text = "code,parent,name,kind\nZZ1,ZZ0,Northmoor Trust,trust\n\
                    ZZ2,ZZ0,Southmoor Trust,trust\n";
        fs::write(&list, text).unwrap();
        self.answer(server, &["org", "import", "--json", list.to_str().unwrap()]);
        let secret =
            |args: &[&str]| self.answer(server, args)["secret"].as_str().unwrap().to_owned();
        let orgs = ["ZZ1", "ZZ2"].map(|org| {
            let sender = secret(&["sender", "create", "agents", "--org", org, "--json"]);
            let reader = ["token", "create", "reader", "--org", org, "--role", "analyst"];
            (sender, secret(&[&reader[..], &["--json"]].concat()))
        });
        let role = ["--org", "ZZ0", "--role", "administrator", "--json"];
        let all = secret(&[&["token", "create", "keeper"], &role[..]].concat());
        Tokens { orgs, all }
    }

    /// What a reader sees, once it is enough.
    fn detections(
        &self,
        server: &Running,
        token: &str,
        enough: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        let started = Instant::now();
        loop {
            let args = ["detection", "list", "--json", "--limit", "1000000", "--token", token];
            let items = self.answer(server, &args)["items"].as_array().cloned().unwrap();
            if enough(&items) || started.elapsed() > PATIENCE {
                return items;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Open gaps of each sender, once they are as expected.
    fn gaps(&self, server: &Running, token: &str, expected: [u64; 2]) -> [u64; 2] {
        let started = Instant::now();
        loop {
            let list = self.answer(server, &["sender", "list", "--json", "--token", token]);
            let found = [0, 1].map(|at| list[at]["gaps"].as_u64().unwrap());
            if found == expected || started.elapsed() > PATIENCE {
                return found;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

fn event(number: u64) -> String {
    let event = serde_json::json!({
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        // What a payload says of its organisation counts for nothing.
        "organisation": "ZZ2",
        "Computer": "ZZ1-PC-1",
        "Image": format!("C:\\{number}\\evil.exe"),
        "TimeCreated": "2026-03-02T09:14:05Z",
    });
    event.to_string()
}

fn frame(boot: u64, sequence: u64, records: &[&str]) -> Frame {
    Frame {
        device: "ZZ1-PC-1".to_owned(),
        boot,
        sequence,
        shape: RecordShape::Json,
        source: "events".to_owned(),
        records: records.iter().map(|one| Bytes::copy_from_slice(one.as_bytes())).collect(),
        sent: Timestamp { micros: 0 },
    }
}

/// Sends a frame; none when it was not acknowledged.
fn post(server: &Running, token: &str, frame: &Frame) -> Option<Receipt> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let mut answer = agent
        .post(format!("{}{FRAMES_PATH}", server.address))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", FRAME_MEDIA_TYPE)
        .send(&frame.encode().unwrap()[..])
        .ok()?;
    Receipt::decode(&answer.body_mut().read_to_vec().ok()?).ok()
}

#[test]
fn files_go_over_tls_as_numbered_records_and_not_twice() {
    let rules = tempfile::tempdir().unwrap();
    let rule = rules.path().join("rule.yml");
    fs::write(&rule, RULE).unwrap();
    let place = Place::new(&[&rule], &["--tls", "on"]);
    let server = place.start();
    assert!(server.address.starts_with("https://"), "{}", server.address);
    let ca = place.path("data/tls/ca.pem");
    let tokens = place.set_up(&server, &["--ca", ca.to_str().unwrap()]);
    let [(one, of_one), (two, of_two)] = tokens.orgs;
    // Without the authority nobody is trusted, whatever the system trusts.
    let stranger = Command::new(env!("CARGO_BIN_EXE_ward"))
        .args(["detection", "list", "--token", &of_one, "--server", &server.address])
        .env("XDG_CONFIG_HOME", place.path("elsewhere"))
        .output()
        .unwrap();
    assert_eq!(stranger.status.code(), Some(5), "{stranger:?}");

    let file = place.path("events.jsonl");
    let write = |count: u64| {
        fs::write(&file, (0..count).map(|n| event(n) + "\n").collect::<String>()).unwrap();
    };
    write(1_200);
    let send = |token: &str, more: &[&str]| {
        let args = ["send", "--wire", "ZZ1-PC-1", "--json", "--token", token];
        let file = file.to_str().unwrap();
        place.answer(&server, &[&args[..], &[file], more].concat())
    };
    let told = |sent: &Value| {
        ["records", "known", "frames", "problem_count"].map(|part| sent[part].as_u64().unwrap())
    };
    assert_eq!(told(&send(&one, &[])), [1_200, 0, 3, 0]);
    assert_eq!(told(&send(&one, &[])), [1_200, 1_200, 0, 0]);
    // A start that goes on: only what is new is sent.
    write(5);
    assert_eq!(told(&send(&two, &["--boot", "7"])), [5, 0, 1, 0]);
    write(8);
    assert_eq!(told(&send(&two, &["--boot", "7"])), [8, 5, 1, 0]);
    for (reader, org, count) in [(&of_one, "ZZ1", 1_200), (&of_two, "ZZ2", 8)] {
        let found = place.detections(&server, reader, |found| found.len() >= count);
        assert_eq!(found.len(), count);
        assert!(found.iter().all(|detection| detection["org"] == org));
    }
}

#[test]
fn what_never_came_is_known_detected_and_may_still_come() {
    let rules = tempfile::tempdir().unwrap();
    let rule = rules.path().join("rule.yml");
    fs::write(&rule, RULE).unwrap();
    let coverage = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/coverage");
    let place = Place::new(&[&rule, &coverage], &[]);
    let server = place.start();
    let Tokens { orgs: [(one, of_one), (two, of_two)], all } = place.set_up(&server, &[]);
    let events: Vec<String> = (0..10).map(event).collect();
    let part = |range: std::ops::Range<usize>| -> Vec<&str> {
        events[range].iter().map(String::as_str).collect()
    };
    assert!(post(&server, &one, &frame(1, 1, &part(0..2))).is_some());
    assert!(post(&server, &one, &frame(1, 5, &part(4..6))).is_some());
    assert!(post(&server, &two, &frame(1, 1, &part(0..1))).is_some());
    // The device starts again: what the start before did not send is missing.
    assert!(post(&server, &one, &frame(2, 1, &part(9..10))).is_some());
    assert_eq!(place.gaps(&server, &all, [1, 0]), [1, 0]);
    let is_gap = |one: &Value| one["rule_title"] == "Records of a Device Never Arrived";
    let found =
        place.detections(&server, &of_one, |found| found.len() >= 6 && found.iter().any(is_gap));
    let gap = found.iter().find(|one| is_gap(one)).expect("the gap is detected");
    assert_eq!((&gap["org"], &gap["device"]), (&"ZZ1".into(), &"ZZ1-PC-1".into()), "{gap}");
    assert!(!place.detections(&server, &of_two, |all| !all.is_empty()).iter().any(is_gap));
    // The server starts again, and what was missing comes late.
    drop(server);
    let server = place.start();
    assert_eq!(place.gaps(&server, &all, [1, 0]), [1, 0]);
    let late = post(&server, &one, &frame(1, 1, &part(0..6))).unwrap();
    assert_eq!((late.accepted_through, late.duplicate), (6, false));
    assert_eq!(place.gaps(&server, &all, [0, 0]), [0, 0]);
    let again = post(&server, &one, &frame(1, 1, &part(0..6))).unwrap();
    assert_eq!((again.accepted_through, again.duplicate), (6, true));
    let found = place.detections(&server, &of_one, |found| found.len() >= 8);
    assert_eq!(found.iter().filter(|one| is_gap(one)).count(), 1, "{found:#?}");
    assert_eq!(found.len(), 8);
}

/// What a detection is, however it came about: rule, time, device, what matched.
fn essence(detection: &Value) -> String {
    let mut matched: Vec<(String, String)> = match &detection["matched"] {
        Value::Object(map) => {
            map.iter().map(|(name, value)| (name.clone(), value.to_string())).collect()
        }
        Value::Array(list) => {
            list.iter().map(|pair| (pair[0].to_string(), pair[1].to_string())).collect()
        }
        _ => Vec::new(),
    };
    matched.iter_mut().for_each(|(name, _)| *name = name.trim_matches('"').to_owned());
    matched.sort();
    let part = |name: &str| detection[name].to_string();
    format!("{} {} {} {matched:?}", part("rule_id"), part("time"), part("device"))
}

/// The same order in every run, unlike any other.
fn shuffle<T>(all: &mut [T], mut seed: u64) {
    for at in (1..all.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        all.swap(at, (seed >> 33) as usize % (at + 1));
    }
}

#[test]
fn recorded_attacks_in_shuffled_and_repeated_frames_give_what_a_scan_gives() {
    let Some(corpora) = corpora::folder() else { return };
    let rules = corpora.join("sigma/rules/windows");
    let place = Place::new(&[&rules], &[]);
    let lines = events::shipped_json(&corpora);
    let file = place.path("shipped.jsonl");
    fs::write(&file, &lines).unwrap();
    let scanned = Command::new(env!("CARGO_BIN_EXE_ward"))
        .args(["scan", "--format", "jsonl", "--rules"])
        .args([&rules, &file])
        .output()
        .unwrap();
    let scanned = String::from_utf8(scanned.stdout).unwrap();
    let expected: BTreeSet<String> =
        scanned.lines().map(|line| essence(&serde_json::from_str(line).unwrap())).collect();
    assert!(expected.len() > 500, "the scan found only {}", expected.len());

    let mut server = place.start();
    let Tokens { orgs: readers, all } = place.set_up(&server, &[]);
    let lines: Vec<&str> = lines.lines().filter(|line| !line.trim().is_empty()).collect();
    // Every third frame begins in the middle of the one before; all are sent twice or more.
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for start in (0..lines.len()).step_by(1_000) {
        let end = (start + 1_000).min(lines.len());
        ranges.extend([(start, end), (start, end)]);
        if start % 3_000 == 0 {
            ranges.push((start.saturating_sub(500), end));
        }
    }
    let mut sends: Vec<(usize, (usize, usize))> =
        [0, 1].into_iter().flat_map(|org| ranges.iter().map(move |range| (org, *range))).collect();
    shuffle(&mut sends, 41);
    let (mut acknowledged, mut duplicates) = (HashSet::new(), 0);
    for (turn, (org, (start, end))) in sends.iter().enumerate() {
        // Twice on the way all that is not on the disk is lost.
        if turn == sends.len() / 3 || turn == sends.len() / 2 {
            server.child.kill().unwrap();
            server.child.wait().unwrap();
            server = place.start();
        }
        let frame = frame(1, *start as u64 + 1, &lines[*start..*end]);
        let receipt = post(&server, &readers[*org].0, &frame).expect("the frame is taken");
        let whole = (*start..*end).all(|number| acknowledged.contains(&(*org, number)));
        assert_eq!(receipt.duplicate, whole, "records {start} to {end} of organisation {org}");
        duplicates += u64::from(receipt.duplicate);
        acknowledged.extend((*start..*end).map(|number| (*org, number)));
    }
    for (org, (sender, reader)) in ["ZZ1", "ZZ2"].into_iter().zip(&readers) {
        let asking = post(&server, sender, &frame(1, 1, &[])).unwrap();
        assert_eq!(asking.accepted_through, lines.len() as u64);
        let essences = |found: &[Value]| found.iter().map(essence).collect::<BTreeSet<String>>();
        let found =
            place.detections(&server, reader, |found| essences(found).len() >= expected.len());
        assert!(found.iter().all(|detection| detection["org"] == org));
        assert!(found.len() <= scanned.lines().count(), "{} are too many", found.len());
        let ids: HashSet<String> = found.iter().map(|one| one["id"].to_string()).collect();
        assert_eq!(ids.len(), found.len());
        let found = essences(&found);
        let missing: Vec<&String> = expected.difference(&found).take(3).collect();
        let more: Vec<&String> = found.difference(&expected).take(3).collect();
        println!(
            "{org}: {} records in {} frames, {duplicates} of them known; {} detections by scan, {} \
             by the server",
            lines.len(),
            sends.len(),
            expected.len(),
            found.len()
        );
        assert!(missing.is_empty() && more.is_empty(), "missing {missing:#?}, more {more:#?}");
    }
    // What was worked through is each record once.
    let list = place.answer(&server, &["sender", "list", "--json", "--token", &all]);
    for at in 0..2 {
        assert_eq!(list[at]["gaps"], 0, "{list}");
        // Gaps that were open for a minute are events, too; one frame twice would be 1,000 more.
        let more = list[at]["events"].as_u64().unwrap().checked_sub(lines.len() as u64);
        assert!(more.is_some_and(|more| more < 500), "{} records, {list}", lines.len());
    }
}
