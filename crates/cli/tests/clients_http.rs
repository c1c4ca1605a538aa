//! `curl` through every door over HTTP, and the shapes of documents that shippers send to `_bulk`.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod sector;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use sector::Sector;
use sector::client::{program, run};
use sector::documents::{RULES, assert_are, flat, rendered, schema, winlogbeat};
use serde_json::{Value, json};

/// A request and its answer: the status and the body.
fn curl(program: &Path, arguments: &[&str]) -> (u16, Value) {
    let mut command = Command::new(program);
    command.args(["--silent", "--show-error", "--noproxy", "*"]);
    let done = run(command.args(["--write-out", "\n%{http_code}"]).args(arguments));
    assert!(done.status.success(), "{done:?}");
    let (body, status) = done.stdout.rsplit_once('\n').unwrap();
    (status.parse().unwrap(), serde_json::from_str(body).unwrap_or(Value::Null))
}

#[test]
fn curl_through_every_door() {
    let Some(program) = program("curl") else { return };
    let sector = Sector::new(RULES);
    let token = sector.one.sender.as_str();
    let file = |name: &str, content: &[u8]| {
        let path = sector.path(name);
        fs::write(&path, content).unwrap();
        format!("@{}", path.display())
    };
    let url = |path: &str| format!("{}{path}", sector.address());
    let bulk = |device| format!("{{\"create\":{{}}}}\n{}\n", flat(device));
    let packed = |text: String| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    let hec = |device| {
        let mut event = flat(device);
        event.as_object_mut().unwrap().remove("Computer");
        event.as_object_mut().unwrap().remove("TimeCreated");
        json!({ "host": device, "time": 1_772_442_845.25, "event": event }).to_string()
    };
    let otlp = json!({ "resourceLogs": [{ "scopeLogs": [{ "logRecords": [{
        "timeUnixNano": "1772442845250000000",
        "body": { "stringValue": flat("zz-otlp").to_string() },
    }] }] }] });
    let lines = format!("{}\n{}\n", flat("zz-raw"), flat("zz-raw-2"));
    let upload = format!("{}\n", flat("zz-upload"));
    let (ndjson, json, octets) = (
        "content-type: application/x-ndjson",
        "content-type: application/json",
        "content-type: application/octet-stream",
    );
    let channel = "x-splunk-request-channel: 6f1f3a52-0d1c-4b0e-9a53-2c7d6f1b0a11";
    let basic = format!("zz:{token}");
    let bearer = format!("authorization: Bearer {token}");
    let splunk = format!("authorization: Splunk {token}");
    let key = format!("authorization: ApiKey {token}");
    let requests: [(&str, &str, &[&str], String); 7] = [
        (
            "zz-basic",
            "/_bulk",
            &["--user", &basic, "-H", ndjson],
            file("1", bulk("zz-basic").as_bytes()),
        ),
        (
            "zz-gzip",
            "/zz-logs/_bulk?refresh=false",
            &["-H", &key, "-H", ndjson, "-H", "content-encoding: gzip"],
            file("2", &packed(bulk("zz-gzip"))),
        ),
        (
            "zz-hec",
            "/services/collector/event",
            &["-H", &splunk],
            file("3", hec("zz-hec").as_bytes()),
        ),
        (
            "zz-acknowledged",
            "/services/collector",
            &["-H", &splunk, "-H", channel],
            file("4", hec("zz-acknowledged").as_bytes()),
        ),
        (
            "zz-raw zz-raw-2",
            "/services/collector/raw?sourcetype=zz",
            &["-H", &splunk],
            file("5", lines.as_bytes()),
        ),
        (
            "zz-otlp",
            "/v1/logs",
            &["-H", &bearer, "-H", json],
            file("6", otlp.to_string().as_bytes()),
        ),
        (
            "zz-upload",
            "/api/v1/upload?source=zz.jsonl",
            &["-H", &bearer, "-H", octets],
            file("7", upload.as_bytes()),
        ),
    ];
    let mut devices = Vec::new();
    for (sent, path, options, body) in &requests {
        let url = url(path);
        let given = ["--data-binary", body.as_str(), url.as_str()];
        let (status, answer) = curl(&program, &[*options, &given].concat());
        assert!(status == 200, "{path}: {status} {answer}");
        if *sent == "zz-acknowledged" {
            let asked = json!({ "acks": [answer["ackId"]] }).to_string();
            let url = sector.address().to_owned() + "/services/collector/ack";
            let (_, answer) =
                curl(&program, &["-H", &splunk, "-H", channel, "--data-binary", &asked, &url]);
            assert_eq!(answer["acks"]["0"], true, "{answer}");
        }
        devices.extend(sent.split(' '));
        // The same for nobody, and for no token at all.
        let nobody = "authorization: Bearer wt_nobody";
        let (status, answer) = curl(&program, &[&["-H", nobody, "-H", json][..], &given].concat());
        let (expected, words) = refusal(path);
        assert_eq!(status, expected, "{path}: {answer}");
        assert!(answer.to_string().contains(words), "{path}: {answer}");
        let (status, _) = curl(&program, &[&["-H", json][..], &given].concat());
        assert_eq!(status, 401, "{path}");
    }
    assert_are(&sector.only_in_one(devices.len()), &devices);
}

/// How each door says that it does not know a token.
fn refusal(path: &str) -> (u16, &'static str) {
    match path {
        path if path.contains("_bulk") => (401, "security_exception"),
        path if path.contains("collector") => (403, "Invalid token"),
        path if path.contains("/v1/logs") => (401, "\"code\":16"),
        _ => (401, "about:blank"),
    }
}

/// A line of syslog within documents.
const LINE_RULE: &str = "title: Stranger let in\nid: stranger\nlevel: high\n\
    logsource: {product: linux, service: sshd}\n\
    detection: {s: {program: sshd, pid: 4711, message|endswith: 'for zz-visitor'}, condition: s}\n";

#[test]
fn documents_in_the_shapes_of_many_shippers() {
    let sector = Sector::new(&format!("{RULES}\n---\n{LINE_RULE}"));
    let stamp = "2026-03-02T09:14:05.000Z";
    let line =
        |host: &str| format!("Mar  2 09:14:05 {host} sshd[4711]: Accepted password for zz-visitor");
    let text = "Accepted password for zz-visitor";
    let shapes = [
        ("flat", flat("flat")),
        ("winlogbeat", winlogbeat("winlogbeat")),
        ("schema", schema("schema")),
        ("rendered", json!({ "@timestamp": stamp, "message": rendered("rendered") })),
        (
            "original",
            json!({ "@timestamp": stamp, "ecs": { "version": "8.0.0" },
                "event": { "original": rendered("original") }, "message": "Process Create" }),
        ),
        // Filebeat's `filestream` or `log` input over /var/log/auth.log, without a pipeline.
        (
            "filebeat",
            json!({ "@timestamp": stamp, "ecs": { "version": "8.0.0" },
                "agent": { "type": "filebeat", "name": "filebeat" }, "host": { "name": "filebeat" },
                "log": { "file": { "path": "/var/log/auth.log" }, "offset": 7 },
                "input": { "type": "filestream" }, "message": line("filebeat") }),
        ),
        // Filebeat's `syslog` input.
        (
            "filebeat-syslog",
            json!({ "@timestamp": stamp, "ecs": { "version": "8.0.0" }, "input": { "type": "syslog" },
                "host": { "name": "filebeat-syslog" }, "hostname": "filebeat-syslog",
                "log": { "syslog": { "priority": 38, "facility": { "code": 4, "name": "security/authorization" },
                    "severity": { "code": 6, "name": "Informational" } } },
                "process": { "program": "sshd", "name": "sshd", "pid": 4711 }, "message": text }),
        ),
        // Filebeat's `journald` input.
        (
            "journald",
            json!({ "@timestamp": stamp, "ecs": { "version": "8.0.0" }, "host": { "name": "journald" },
                "input": { "type": "journald" }, "syslog": { "facility": 4, "identifier": "sshd", "priority": 6 },
                "process": { "name": "sshd", "pid": 4711 }, "message": text }),
        ),
        // Fluent Bit's parser for RFC 3164.
        (
            "fluent",
            json!({ "@timestamp": stamp, "pri": "38", "host": "fluent", "ident": "sshd", "pid": "4711",
                "message": text }),
        ),
        // rsyslog's own names, as templates with `jsonf` write them.
        (
            "rsyslog",
            json!({ "timereported": stamp, "hostname": "rsyslog", "syslogtag": "sshd[4711]:",
                "programname": "sshd", "procid": "4711", "syslogfacility-text": "auth",
                "syslogseverity-text": "info", "msg": format!(" {text}") }),
        ),
        // journald's own names, as Vector, Fluent Bit's systemd input and journal exports have them.
        (
            "journal",
            json!({ "@timestamp": stamp, "_HOSTNAME": "journal", "SYSLOG_IDENTIFIER": "sshd",
                "_PID": "4711", "PRIORITY": "6", "SYSLOG_FACILITY": "4", "MESSAGE": text }),
        ),
        // Logstash's syslog input.
        (
            "logstash",
            json!({ "@timestamp": stamp, "logsource": "logstash", "program": "sshd", "pid": "4711",
                "facility": 4, "facility_label": "security/authorization", "severity": 6,
                "priority": 38, "message": text }),
        ),
    ];
    let body: String =
        shapes.iter().map(|(_, shape)| format!("{{\"create\":{{}}}}\n{shape}\n")).collect();
    let answer = sector.bulk(&sector.one.sender, &body);
    assert_eq!(answer["errors"], false, "{answer}");
    let found = sector.only_in_one(shapes.len());
    for (name, _) in &shapes {
        let of_it: Vec<_> = found.iter().filter(|found| found["device"] == *name).collect();
        assert_eq!(of_it.len(), 1, "{name} in {found:#?}");
        let time = of_it[0]["time"].as_str().unwrap();
        assert!(time.starts_with("2026-03-02T09:14:05"), "{name}: {time}");
    }
}
