//! One record as a shipper hands it over, to a line that `normalise` reads.
//!
//! In: a JSON object or text, and what the shipper says beside it (when, on which host). Out: the
//! object with what it does not say itself put in front; a line of syslog, CEF or auditd as it
//! is; any other text as the `message` of an object. Never: a name changed, a value that the
//! record has itself replaced.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use wardwatch_model::Timestamp;
use wardwatch_normalise::block::Shape;
use wardwatch_normalise::{Normaliser, audit};

use crate::gather::Gather;

/// Names by which records that `normalise` knows tell their time.
const TIMES: [&str; 14] = [
    "@timestamp",
    "timestamp",
    "time",
    "eventTime",
    "EventTime",
    "TimeCreated",
    "TimeCreated_SystemTime",
    "SystemTime",
    "UtcTime",
    "ts",
    "date",
    "Event",
    "ID",
    "_write_ts",
];

/// Names by which they tell their device.
const HOSTS: [&str; 18] = [
    "Computer",
    "ComputerName",
    "Hostname",
    "HostName",
    "hostname",
    "host",
    "host.name",
    "host.hostname",
    "device",
    "agent",
    "agent.name",
    "observer",
    "observer.name",
    "Event",
    "winlog",
    "NODE",
    "sensor_name",
    "_system_name",
];

/// What a shipper says beside a record.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beside<'a> {
    /// When it happened.
    pub(crate) time: Option<Timestamp>,
    /// On which host.
    pub(crate) host: Option<&'a str>,
    /// Anything else, for text that has no names of its own and for objects without that name.
    pub(crate) more: Vec<(Cow<'a, str>, serde_json::Value)>,
}

/// Adds text: an object, a line of a kind that is read, or else a message.
pub(crate) fn text(text: &str, beside: &Beside<'_>, out: &mut Gather) {
    let line = text.trim_start_matches('\u{feff}').trim();
    if line.starts_with('{') && object(line, beside, out).is_ok() {
        return;
    }
    if audit::recognise(line) {
        return out.add(Shape::Audit, line.as_bytes());
    }
    if Normaliser::is_line(line) {
        return match (line.starts_with("CEF:"), beside.time, beside.host) {
            // A syslog header tells what the record may leave out.
            (true, Some(time), Some(host)) if !host.contains(char::is_whitespace) => {
                out.add(Shape::Lines, format!("{time} {host} {line}").as_bytes());
            }
            _ => out.add(Shape::Lines, line.as_bytes()),
        };
    }
    let mut fields = serde_json::Map::new();
    put_beside(&mut fields, &HashSet::new(), beside);
    fields.insert("message".to_owned(), line.into());
    out.add(Shape::JsonLines, serde_json::Value::Object(fields).to_string().as_bytes());
}

/// Adds a JSON object, given as text.
///
/// # Errors
/// When the text is not one JSON object.
pub(crate) fn object(
    text: &str,
    beside: &Beside<'_>,
    out: &mut Gather,
) -> Result<(), serde_json::Error> {
    let names = names(text)?;
    let mut fields = serde_json::Map::new();
    put_beside(&mut fields, &names, beside);
    let text = text.trim();
    if fields.is_empty() {
        out.add(Shape::JsonLines, text.as_bytes());
        return Ok(());
    }
    let mut line = serde_json::Value::Object(fields).to_string();
    line.pop();
    if !names.is_empty() {
        line.push(',');
    }
    line.push_str(text.strip_prefix('{').unwrap_or("}"));
    out.add(Shape::JsonLines, line.as_bytes());
    Ok(())
}

fn put_beside(
    fields: &mut serde_json::Map<String, serde_json::Value>,
    names: &HashSet<String>,
    beside: &Beside<'_>,
) {
    let has = |known: &[&str]| known.iter().any(|name| names.contains(*name));
    if let Some(time) = beside.time
        && !has(&TIMES)
    {
        fields.insert("@timestamp".to_owned(), time.to_string().into());
    }
    if let Some(host) = beside.host
        && !host.is_empty()
        && !has(&HOSTS)
    {
        fields.insert(host_name(names).to_owned(), host.into());
    }
    for (name, value) in &beside.more {
        if !names.contains(name.as_ref()) && !fields.contains_key(name.as_ref()) {
            fields.insert(name.clone().into_owned(), value.clone());
        }
    }
}

/// The name by which `normalise` finds the device in a record with these names.
fn host_name(names: &HashSet<String>) -> &'static str {
    let has = |name: &str| names.contains(name);
    let starts = |prefix: &str| names.iter().any(|name| name.starts_with(prefix));
    if has("event_type") && has("timestamp") {
        "host"
    } else if has("ecs")
        || starts("ecs.")
        || has("@timestamp") && (has("event") || starts("event."))
    {
        "host.name"
    } else {
        "Hostname"
    }
}

/// The outermost names of an object; checks on the way that the text is one JSON object.
fn names(text: &str) -> Result<HashSet<String>, serde_json::Error> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = HashSet<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<HashSet<String>, A::Error> {
            let mut names = HashSet::new();
            while let Some((name, IgnoredAny)) = map.next_entry::<Cow<'de, str>, _>()? {
                names.insert(name.into_owned());
            }
            Ok(names)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let names = reader.deserialize_map(Names)?;
    reader.end()?;
    Ok(names)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(record: &str, time: Option<&str>, host: Option<&str>) -> String {
        let mut gather = Gather::new("t".to_owned(), 1 << 20);
        let time = time.and_then(Timestamp::parse);
        text(record, &Beside { time, host, more: Vec::new() }, &mut gather);
        let all = gather.take();
        let tell = |one: &crate::gather::Gathered| {
            let text = String::from_utf8_lossy(&one.batch.bytes);
            format!("{:?} {}", one.batch.shape, text.trim_end())
        };
        all.iter().map(tell).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_the_record_does_not_say_is_put_in_front() {
        let stamp = Some("2026-11-24T03:05:01Z");
        let host = Some("zz-pc-01");
        for (record, line) in [
            (
                r#"{"a":1.10}"#,
                r#"{"@timestamp":"2026-11-24T03:05:01Z","Hostname":"zz-pc-01","a":1.10}"#,
            ),
            ("{ }", r#"{"@timestamp":"2026-11-24T03:05:01Z","Hostname":"zz-pc-01" }"#),
            (r#"{"Computer":"c","UtcTime":"t"}"#, r#"{"Computer":"c","UtcTime":"t"}"#),
            (r#"{"Event":{}}"#, r#"{"Event":{}}"#),
            (
                r#"{"event_type":"dns","timestamp":"t","flow_id":1}"#,
                r#"{"host":"zz-pc-01","event_type":"dns","timestamp":"t","flow_id":1}"#,
            ),
            (
                r#"{"@timestamp":"t","event":{"category":"process"}}"#,
                r#"{"host.name":"zz-pc-01","@timestamp":"t","event":{"category":"process"}}"#,
            ),
        ] {
            assert_eq!(told(record, stamp, host), format!("JsonLines {line}"));
        }
    }

    #[test]
    fn lines_that_are_read_pass_as_they_are() {
        for (record, line) in [
            ("<34>Nov 24 03:05:01 h su: no", "Lines <34>Nov 24 03:05:01 h su: no"),
            ("type=CWD msg=audit(1.2:3): cwd=\"/\"", "Audit type=CWD msg=audit(1.2:3): cwd=\"/\""),
            ("CEF:0|a|b|c|d|e|5|", "Lines 2026-11-24T03:05:01Z zz-fw CEF:0|a|b|c|d|e|5|"),
            (
                "two\nlines {",
                r#"JsonLines {"@timestamp":"2026-11-24T03:05:01Z","Hostname":"zz-fw","message":"two\nlines {"}"#,
            ),
            (
                "{broken",
                r#"JsonLines {"@timestamp":"2026-11-24T03:05:01Z","Hostname":"zz-fw","message":"{broken"}"#,
            ),
        ] {
            assert_eq!(told(record, Some("2026-11-24T03:05:01Z"), Some("zz-fw")), line);
        }
        assert_eq!(told("plain", None, None), r#"JsonLines {"message":"plain"}"#);
    }

    proptest! {
        #[test]
        fn what_comes_out_is_one_line_that_parses(record in "[{}\":,a1<>\\\\ \nCEF|é]{0,40}", host in "\\PC{0,5}") {
            let line = told(&record, Some("2026-11-24T03:05:01Z"), Some(&host));
            prop_assert!(!line.contains('\n'));
            if let Some(json) = line.strip_prefix("JsonLines ") {
                prop_assert!(serde_json::from_str::<serde_json::Value>(json).is_ok(), "{}", json);
            }
        }
    }
}
