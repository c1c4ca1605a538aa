//! Clients from Python's package index, each through its own door: Elastic's bulk helper, logging
//! handlers for Splunk, OpenTelemetry's exporter, and a Lumberjack client.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod sector;

use std::process::Command;

use sector::client::{Done, python, run_with, script};
use sector::documents::{RULES, assert_are, flat, rendered, winlogbeat};
use sector::{Sector, assert_recent, free_port, matched, now};
use serde_json::{Value, json};

/// A line of syslog, for clients that send text.
const LINE_RULE: &str = "title: Stranger let in\nid: stranger\nlevel: high\n\
    logsource: {product: linux, service: sshd}\n\
    detection: {s: {program: sshd, message|contains: zz-visitor}, condition: s}\n";
const LINE: &str = "<38>Mar  2 09:14:05 zz-gate sshd[4711]: Accepted password for zz-visitor";

/// Both rules.
fn rules() -> String {
    format!("{RULES}\n---\n{LINE_RULE}")
}

fn client(name: &str, arguments: &[&str], input: &str) -> Option<Done> {
    let mut command = Command::new(python()?);
    // A proxy in the environment is not for this machine.
    command.arg(script(name)).args(arguments).env("NO_PROXY", "*");
    Some(run_with(&mut command, input))
}

fn lines(records: &[Value]) -> String {
    let text = |record: &Value| match record {
        Value::String(text) => format!("{text}\n"),
        record => format!("{record}\n"),
    };
    records.iter().map(text).collect()
}

#[test]
fn elastic_bulk_helper_of_two_versions() {
    if python().is_none() {
        return;
    }
    let sector = Sector::new(RULES);
    let mut devices = Vec::new();
    for version in ["8", "9"] {
        for kind in ["create", "index"] {
            let device = format!("zz-es{version}-{kind}");
            let documents = json!([winlogbeat(&device), { "message": "of no interest" }]);
            let arguments = [version, sector.address(), &sector.one.sender, kind];
            let Some(done) = client("elastic.py", &arguments, &documents.to_string()) else {
                return;
            };
            assert!(done.status.success(), "{done:?}");
            let said: Value = serde_json::from_str(&done.stdout).unwrap();
            assert_eq!((&said["sent"], &said["errors"]), (&json!(2), &json!([])), "{said}");
            devices.push(device);
        }
        let arguments = [version, sector.address(), "wt_nobody", "create"];
        let Some(done) = client("elastic.py", &arguments, "[{}]") else { return };
        assert_eq!(done.status.code(), Some(3), "{done:?}");
        assert!(done.stdout.contains("security_exception"), "{done:?}");
    }
    let devices: Vec<&str> = devices.iter().map(String::as_str).collect();
    assert_are(&sector.only_in_one(devices.len()), &devices);
}

#[test]
fn splunk_logging_handlers() {
    if python().is_none() {
        return;
    }
    let sector = Sector::new(&rules());
    let (host, port) = sector.server().authority().split_once(':').unwrap();
    for way in ["one_by_one", "together"] {
        let input = lines(&[
            flat(&format!("zz-{way}")),
            json!(LINE.replace("zz-gate", &format!("zz-gate-{way}"))),
            json!(rendered(&format!("zz-{way}-rendered"))),
        ]);
        let Some(done) = client("hec.py", &[way, host, port, &sector.one.sender], &input) else {
            return;
        };
        assert!(done.status.success(), "{done:?}");
        let Some(refused) = client("hec.py", &[way, host, port, "wt_nobody"], &input) else {
            return;
        };
        let words = match way {
            "one_by_one" => "Invalid token",
            _ => "403",
        };
        assert!(format!("{refused:?}").contains(words), "{refused:?}");
    }
    let found = sector.only_in_one(6);
    let (lines, events): (Vec<Value>, Vec<Value>) =
        found.into_iter().partition(|found| found["rule_id"] == "stranger");
    let devices = ["zz-one_by_one", "zz-together"];
    let rendered = ["zz-one_by_one-rendered", "zz-together-rendered"];
    assert_are(&events, &[devices, rendered].concat());
    for way in ["one_by_one", "together"] {
        let device = format!("zz-gate-{way}");
        let this = lines.iter().find(|found| found["device"] == device.as_str());
        assert_eq!(matched(this.unwrap())["program"], "sshd");
    }
}

#[test]
fn opentelemetry_exporter() {
    if python().is_none() {
        return;
    }
    let sector = Sector::new(&rules());
    for packing in ["none", "gzip"] {
        let bare = json!({ "EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Image": r"C:\Windows\System32\vssadmin.exe", "CommandLine": format!("vssadmin delete shadows {packing}") });
        let input = lines(&[
            flat(&format!("zz-{packing}")),
            json!(LINE.replace("zz-gate", &format!("zz-gate-{packing}"))),
            bare,
        ]);
        let since = now();
        let arguments = [sector.address(), &sector.one.sender, packing];
        let Some(done) = client("otlp.py", &arguments, &input) else { return };
        assert!(done.status.success(), "{done:?}");
        let arguments = [sector.address(), "wt_nobody", packing];
        let Some(done) = client("otlp.py", &arguments, &input) else { return };
        assert_eq!(done.status.code(), Some(3), "{done:?}");
        assert!(done.stderr.contains("401"), "{done:?}");
        // What the record does not say is taken from what stands beside it.
        let bare = |found: &Value| {
            found["device"] == "zz-otlp" && found["matched"].to_string().contains(packing)
        };
        let found = sector.wait(&sector.one, |found| found.iter().any(bare));
        assert_recent(found.iter().find(|found| bare(found)).unwrap(), since);
    }
    let found = sector.only_in_one(6);
    let of = |device: &str| found.iter().filter(|found| found["device"] == device).count();
    let devices = ["zz-none", "zz-gzip", "zz-gate-none", "zz-gate-gzip", "zz-otlp"];
    assert_eq!(devices.map(of), [1, 1, 1, 1, 2], "{found:#?}");
}

#[test]
fn lumberjack_client() {
    if python().is_none() {
        return;
    }
    let mut sector = Sector::new(&rules());
    let port = free_port();
    let door = |token: &str| format!("127.0.0.1:{port}={token}");
    // This protocol has no words for a token: the door is not opened for one that is nobody's.
    let refused = sector.try_open(&["--lumberjack", &door("wt_nobody")]);
    assert!(refused.is_err_and(|said| said.contains("nobody's")));
    sector.open(&["--lumberjack", &door(&sector.one.sender.clone())]);
    let shipped = json!({
        "@timestamp": "2026-03-02T09:14:06.000Z",
        "agent": { "type": "filebeat", "name": "zz-gate", "version": "8.17.0" },
        "ecs": { "version": "8.0.0" },
        "host": { "name": "zz-gate" },
        "log": { "file": { "path": "/var/log/auth.log" }, "offset": 77 },
        "message": LINE.trim_start_matches("<38>"),
    });
    let documents = json!([winlogbeat("zz-beats"), flat("zz-flat"), shipped]);
    let input = documents.to_string();
    let Some(done) = client("beats.py", &["127.0.0.1", &port.to_string()], &input) else { return };
    assert!(done.status.success() && done.stdout.contains("acknowledged"), "{done:?}");
    let mut found = sector.only_in_one(3);
    let line = found.iter().position(|found| found["rule_id"] == "stranger").unwrap();
    assert_eq!(found.remove(line)["device"], "zz-gate");
    assert_are(&found, &["zz-beats", "zz-flat"]);
}
