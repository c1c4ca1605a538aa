//! `ward serve` as its users run it: a real process, real doors, real verbs; and killed at random
//! moments, after which everything that was acknowledged is there, once.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use wardwatch_testkit::{corpora, events};

const RULE: &str = "title: Found\nid: f\nlevel: high\nlogsource: {product: windows}\n\
                    detection: {s: {Image|endswith: '\\evil.exe'}, condition: s}\n";
/// Longest wait for anything to happen; only a defect waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

fn ward() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ward"))
}

/// Folder of a server's data, rules and its users' settings.
struct Place {
    folder: TempDir,
}

/// A running server.
struct Running {
    child: Child,
    address: String,
}

/// Secrets: of senders of two organisations, and of readers of all and of the second only.
struct Tokens {
    one: String,
    two: String,
    all: String,
    of_one: String,
    of_two: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rule.yml"), RULE).unwrap();
        Place { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start(&self) -> Running {
        self.start_with(&self.path("rule.yml"))
    }

    fn start_with(&self, rules: &Path) -> Running {
        let mut child = ward()
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.path("data"))
            .arg("--rules")
            .arg(rules)
            .arg("--password-file")
            .arg(self.path("password"))
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
        let mut child = ward()
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

    /// Logs in, makes two organisations with a sender each, and gives their tokens.
    fn set_up(&self, server: &Running) -> Tokens {
        let password = fs::read_to_string(self.path("password")).unwrap();
        let login = self.ask(server, &["login", "--name", "administrator"], &password);
        assert!(login.status.success(), "{}", String::from_utf8_lossy(&login.stderr));
        let list = self.path("organisations.csv");
        fs::write(
            &list,
            "code,parent,name,kind\nZZ1,ZZ0,Northmoor Trust,trust\nZZ2,ZZ0,Southmoor Trust,trust\n",
        )
        .unwrap();
        self.answer(server, &["org", "import", "--json", list.to_str().unwrap()]);
        let secret =
            |args: &[&str]| self.answer(server, args)["secret"].as_str().unwrap().to_owned();
        let sender = |org| secret(&["sender", "create", "logs", "--org", org, "--json"]);
        let reader = |org| {
            secret(&["token", "create", "reader", "--org", org, "--role", "analyst", "--json"])
        };
        Tokens {
            one: sender("ZZ1"),
            two: sender("ZZ2"),
            all: reader("ZZ0"),
            of_one: reader("ZZ1"),
            of_two: reader("ZZ2"),
        }
    }

    /// All detections, once there are at least so many.
    fn detections(&self, server: &Running, token: &str, least: usize) -> Vec<Value> {
        self.detections_until(server, token, |items| items.len() >= least)
    }

    /// All detections, once they are enough, or have not become more for long.
    fn detections_until(
        &self,
        server: &Running,
        token: &str,
        enough: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        let (mut count, mut grown) = (0, Instant::now());
        loop {
            let asked = Instant::now();
            let all = self.answer(
                server,
                &["detection", "list", "--json", "--limit", "1000000", "--token", token],
            );
            let items = all["items"].as_array().cloned().unwrap_or_default();
            if items.len() > count {
                (count, grown) = (items.len(), Instant::now());
            }
            if enough(&items) || grown.elapsed() > PATIENCE {
                return items;
            }
            // A long list is asked for less often, so that the server has time for its work.
            std::thread::sleep(Duration::from_millis(200).max(asked.elapsed() * 4));
        }
    }
}

/// Two documents of Elastic's `_bulk`, each for its own file name.
fn bulk(numbers: impl Iterator<Item = u64>) -> String {
    numbers
        .map(|number| {
            let event = serde_json::json!({
                "EventID": 1,
                "Channel": "Microsoft-Windows-Sysmon/Operational",
                // What a payload says of its organisation counts for nothing.
                "organisation": "ZZ2",
                "Computer": "ZZ1-PC-1",
                "Image": format!("C:\\{number}\\evil.exe"),
                "TimeCreated": "2026-03-02T09:14:05Z",
            });
            format!("{{\"index\":{{}}}}\n{event}\n")
        })
        .collect()
}

/// Sends; true when every record was acknowledged.
fn post(address: &str, token: &str, body: &str) -> bool {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let sent = agent
        .post(format!("{address}/_bulk"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/x-ndjson")
        .send(body);
    let Ok(mut answer) = sent else { return false };
    let Ok(text) = answer.body_mut().read_to_string() else { return false };
    let Ok(answer) = serde_json::from_str::<Value>(&text) else { return false };
    answer["errors"] == Value::Bool(false)
}

fn image(detection: &Value) -> Option<u64> {
    let pairs = detection["matched"].to_string();
    pairs.split("C:\\\\").nth(1)?.split('\\').next()?.parse().ok()
}

#[test]
fn a_file_that_is_no_log_does_not_stop_its_neighbours() {
    let place = Place::new();
    let server = place.start();
    let tokens = place.set_up(&server);
    let logs = place.path("logs");
    fs::create_dir(&logs).unwrap();
    fs::write(logs.join("a.bin"), [0u8, 159, 146, 150, 0, 1, 2, 3]).unwrap();
    let event = r#"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"PC","Image":"C:\\evil.exe"}"#;
    fs::write(logs.join("b.jsonl"), format!("{event}\n")).unwrap();
    let sent = place.ask(&server, &["send", logs.to_str().unwrap(), "--token", &tokens.one], "");
    let said = String::from_utf8_lossy(&sent.stdout).into_owned();
    assert_eq!(sent.status.code(), Some(6), "{said}{}", String::from_utf8_lossy(&sent.stderr));
    assert!(said.contains("of no kind that is read"), "{said}");
    assert_eq!(place.detections(&server, &tokens.of_one, 1).len(), 1);
}

#[test]
fn what_one_organisation_sends_is_found_and_is_only_its_own() {
    let place = Place::new();
    let server = place.start();
    let Tokens { one, two, all, of_two, .. } = place.set_up(&server);
    assert!(post(&server.address, &one, &bulk(0..10)));
    assert!(post(&server.address, &two, &bulk(5..8)));
    // The same again, as after a lost acknowledgement: nothing new.
    assert!(post(&server.address, &one, &bulk(0..10)));
    let found = place.detections(&server, &all, 13);
    let mut by_org: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for detection in &found {
        by_org.entry(detection["org"].as_str().unwrap()).or_default().extend(image(detection));
    }
    by_org.values_mut().for_each(|numbers| numbers.sort_unstable());
    assert_eq!(by_org["ZZ1"], (0..10).collect::<Vec<_>>());
    assert_eq!(by_org["ZZ2"], [5, 6, 7]);
    let theirs = place
        .answer(&server, &["detection", "list", "--json", "--limit", "1000", "--token", &of_two]);
    let theirs = theirs["items"].as_array().unwrap();
    assert_eq!(theirs.len(), 3);
    assert!(theirs.iter().all(|detection| detection["org"] == "ZZ2"));
    let hidden = found.iter().find(|detection| detection["org"] == "ZZ1").unwrap();
    let path = format!("{}/api/v1/detections/{}", server.address, hidden["id"].as_str().unwrap());
    let refused = ureq::get(path).header("authorization", format!("Bearer {of_two}")).call();
    assert!(matches!(refused, Err(ureq::Error::StatusCode(404))), "{refused:?}");
    assert!(!post(&server.address, "wt_nobody", &bulk(0..1)), "an unknown sender is let in");
    let audit = place.answer(&server, &["audit", "verify", "--json"]);
    assert_eq!(audit["broken_at"], Value::Null, "{audit}");
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

#[test]
fn recorded_attacks_through_a_door_give_what_a_scan_gives() {
    let Some(corpora) = corpora::folder() else { return };
    let place = Place::new();
    let rules = corpora.join("sigma/rules/windows");
    let lines = events::shipped_json(&corpora);
    let file = place.path("shipped.jsonl");
    fs::write(&file, &lines).unwrap();
    let scanned = ward()
        .args(["scan", "--format", "jsonl", "--rules"])
        .args([&rules, &file])
        .output()
        .unwrap();
    let expected: BTreeSet<String> = String::from_utf8(scanned.stdout)
        .unwrap()
        .lines()
        .map(|line| essence(&serde_json::from_str(line).unwrap()))
        .collect();
    assert!(expected.len() > 500, "the scan found only {}", expected.len());
    let server = place.start_with(&rules);
    let Tokens { one, two, of_one, of_two, .. } = place.set_up(&server);
    let lines: Vec<&str> = lines.lines().collect();
    for part in lines.chunks(2_000) {
        let body: String =
            part.iter().map(|line| format!("{{\"create\":{{}}}}\n{line}\n")).collect();
        assert!(post(&server.address, &one, &body));
        assert!(post(&server.address, &two, &body));
    }
    // Each read by its own people: to others, users' names are pseudonyms.
    for (org, reader) in [("ZZ1", of_one), ("ZZ2", of_two)] {
        let essences = |found: &[Value]| found.iter().map(essence).collect::<BTreeSet<String>>();
        let found = place
            .detections_until(&server, &reader, |found| essences(found).len() >= expected.len());
        assert!(found.iter().all(|detection| detection["org"] == org));
        let found = essences(&found);
        let missing: Vec<&String> = expected.difference(&found).take(3).collect();
        let more: Vec<&String> = found.difference(&expected).take(3).collect();
        println!("{} detections by scan, {} by the server for {org}", expected.len(), found.len());
        assert!(missing.is_empty() && more.is_empty(), "missing {missing:#?}, more {more:#?}");
    }
}

/// Rounds of [`what_is_acknowledged_outlives_a_kill`]; more with `WARD_KILL_ROUNDS`.
fn rounds() -> u64 {
    std::env::var("WARD_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

#[test]
fn what_is_acknowledged_outlives_a_kill() {
    let place = Place::new();
    let server = place.start();
    let Tokens { one: token, all, .. } = place.set_up(&server);
    drop(server);
    let mut acknowledged = HashSet::new();
    let mut sent = 0u64;
    for round in 0..rounds() {
        let mut server = place.start();
        let dead = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let senders: Vec<_> = (0..2u64)
                .map(|thread| {
                    let (address, token, dead) = (server.address.clone(), token.clone(), &dead);
                    scope.spawn(move || {
                        let mut done = (Vec::new(), 0);
                        for turn in 0..10_000 {
                            if dead.load(Ordering::Relaxed) {
                                break;
                            }
                            let start = ((round * 2 + thread) * 10_000 + turn) * 20;
                            done.1 += 20;
                            if post(&address, &token, &bulk(start..start + 20)) {
                                done.0.extend(start..start + 20);
                            }
                        }
                        done
                    })
                })
                .collect();
            // A moment that differs from round to round, the same in every run.
            let moment = 30 + (round.wrapping_mul(6_364_136_223_846_793_005) >> 33) % 400;
            std::thread::sleep(Duration::from_millis(moment));
            server.child.kill().unwrap();
            server.child.wait().unwrap();
            dead.store(true, Ordering::Relaxed);
            for sender in senders {
                let (numbers, count) = sender.join().unwrap();
                acknowledged.extend(numbers);
                sent += count;
            }
        });
        if round % 3 == 2 {
            tear_last_segment(&place.path("data/log"));
        }
    }
    let server = place.start();
    let found = place.detections(&server, &all, acknowledged.len());
    let mut times: BTreeMap<u64, u32> = BTreeMap::new();
    for number in found.iter().filter_map(image) {
        *times.entry(number).or_default() += 1;
    }
    let missing = acknowledged.iter().filter(|number| !times.contains_key(number)).count();
    let twice = times.values().filter(|count| **count > 1).count();
    println!(
        "{} rounds: {sent} records sent, {} acknowledged, {} detected, {missing} missing, {twice} \
         twice",
        rounds(),
        acknowledged.len(),
        times.len()
    );
    assert!(acknowledged.len() > 100, "too few were acknowledged to say anything");
    assert_eq!((missing, twice), (0, 0));
}

/// Half a record behind the last one, as a write that power cut off leaves it.
fn tear_last_segment(log: &Path) {
    let mut segments: Vec<PathBuf> = fs::read_dir(log)
        .unwrap()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "seg"))
        .collect();
    segments.sort();
    let last = segments.last().unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(last).unwrap();
    file.write_all(&[0x5a; 37]).unwrap();
}
