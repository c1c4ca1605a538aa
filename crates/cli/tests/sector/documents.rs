//! One event in the shapes in which shippers write it: a command that deletes shadow copies.
//!
//! In: the device that it happened on, which tells events apart. Out: a document, or a line.

use serde_json::{Value, json};

/// The rule of our own pack that finds it.
pub const RULES: &str = include_str!("../../../../rules/ransomware/shadow_copies_deleted.yml");
/// When it happened.
pub const TIME: &str = "2026-03-02T09:14:05.25Z";
/// The command.
pub const COMMAND: &str = r"vssadmin.exe delete shadows /all /quiet";
const IMAGE: &str = r"C:\Windows\System32\vssadmin.exe";
const CHANNEL: &str = "Microsoft-Windows-Sysmon/Operational";

/// Windows' own names, all beside each other, as NXLog and Fluent Bit write them.
pub fn flat(device: &str) -> Value {
    json!({
        "TimeCreated": TIME,
        "EventID": 1,
        "Channel": CHANNEL,
        "Computer": device,
        "Image": IMAGE,
        "CommandLine": COMMAND,
        "ParentImage": r"C:\Users\zz-visitor\invoice.exe",
    })
}

/// As Winlogbeat 8 writes it.
pub fn winlogbeat(device: &str) -> Value {
    json!({
        "@timestamp": TIME,
        "@metadata": { "beat": "winlogbeat", "type": "_doc", "version": "8.17.0" },
        "ecs": { "version": "8.0.0" },
        "agent": { "type": "winlogbeat", "name": "zz-collector", "version": "8.17.0" },
        "event": {
            "code": "1",
            "kind": "event",
            "provider": "Microsoft-Windows-Sysmon",
            "action": "Process Create (rule: ProcessCreate)",
        },
        "host": { "name": device },
        "log": { "level": "information" },
        "message": format!("Process Create:\nImage: {IMAGE}\nCommandLine: {COMMAND}"),
        "winlog": {
            "channel": CHANNEL,
            "computer_name": device,
            "event_id": "1",
            "provider_name": "Microsoft-Windows-Sysmon",
            "record_id": 4711,
            "event_data": {
                "Image": IMAGE,
                "CommandLine": COMMAND,
                "ParentImage": r"C:\Users\zz-visitor\invoice.exe",
                "UtcTime": "2026-03-02 09:14:05.250",
            },
        },
    })
}

/// A process of Elastic's own sensors, in the words of its schema.
pub fn schema(device: &str) -> Value {
    json!({
        "@timestamp": TIME,
        "ecs": { "version": "8.11.0" },
        "event": { "category": ["process"], "type": ["start"], "kind": "event" },
        "host": { "name": device, "os": { "type": "windows" } },
        "process": {
            "executable": IMAGE,
            "command_line": COMMAND,
            "parent": { "executable": r"C:\Users\zz-visitor\invoice.exe" },
        },
    })
}

/// As Windows renders it.
pub fn rendered(device: &str) -> String {
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
         <Provider Name='Microsoft-Windows-Sysmon' Guid='{{5770385f-c22a-43e0-bf4c-06f5698ffbd9}}'/>\
         <EventID>1</EventID><Version>5</Version><Level>4</Level><Task>1</Task>\
         <TimeCreated SystemTime='{TIME}'/><EventRecordID>4711</EventRecordID>\
         <Execution ProcessID='2480' ThreadID='3684'/><Channel>{CHANNEL}</Channel>\
         <Computer>{device}</Computer></System><EventData>\
         <Data Name='Image'>{IMAGE}</Data><Data Name='CommandLine'>{COMMAND}</Data>\
         <Data Name='ParentImage'>C:\\Users\\zz &amp; co\\invoice.exe</Data></EventData></Event>"
    )
}

/// Checks that a detection is of this event, on this device, at its time.
pub fn assert_is(detection: &Value, device: &str) {
    let matched = super::matched(detection);
    assert_eq!(detection["device"], device, "{detection}");
    assert_eq!(detection["time"], TIME, "{detection}");
    assert_eq!(detection["rule_title"], "Shadow Copies Deleted");
    assert_eq!(matched.get("CommandLine").map(String::as_str), Some(COMMAND), "{detection}");
    assert_eq!(matched.get("Image").map(String::as_str), Some(IMAGE), "{detection}");
}

/// Checks that the detections are of these devices, each once.
pub fn assert_are(detections: &[Value], devices: &[&str]) {
    for device in devices {
        let of_it: Vec<_> = detections.iter().filter(|found| found["device"] == *device).collect();
        assert_eq!(of_it.len(), 1, "{device} in {detections:#?}");
        assert_is(of_it[0], device);
    }
    assert_eq!(detections.len(), devices.len(), "{detections:#?}");
}
