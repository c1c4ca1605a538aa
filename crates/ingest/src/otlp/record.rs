//! One OTLP record to a line that `normalise` reads.
//!
//! In: a record and the resource's attributes. Out: a body that is itself a JSON object or a line
//! of a known kind as it is; the structured body of a Windows event under Windows' own names; any
//! other structured body with the attributes beside it; any other text as `message` with the
//! attributes beside it. Never: an attribute in place of what the body says.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value as Json};
use wardwatch_model::Timestamp;

use super::messages::{AnyValue, KeyValue, Kind, LogRecord};
use super::windows;
use crate::carry::{self, Beside};
use crate::gather::Gather;

/// Adds a record; false when there is nothing in it.
pub(crate) fn add(record: LogRecord, resource: &[KeyValue], out: &mut Gather) -> bool {
    let Some(body) = record.body.and_then(|body| body.value) else { return false };
    let host = text_of(&record.attributes, "host.name").or_else(|| text_of(resource, "host.name"));
    let nanos = match record.time_unix_nano {
        0 => record.observed_time_unix_nano,
        nanos => nanos,
    };
    let time = i64::try_from(nanos / 1_000).ok().filter(|micros| *micros > 0);
    let mut beside =
        Beside { time: time.map(|micros| Timestamp { micros }), host, more: Vec::new() };
    match body {
        Kind::Text(text) => {
            put_attributes(&record.attributes, resource, &mut beside);
            carry::text(&text, &beside, out);
        }
        Kind::Map(map) => {
            let mut fields = Map::new();
            for pair in map.values {
                fields.insert(pair.key, pair.value.map(plain).unwrap_or_default());
            }
            let fields = match windows::event(&fields) {
                Some(event) => event,
                None => {
                    put_attributes(&record.attributes, resource, &mut beside);
                    fields
                }
            };
            let text = Json::Object(fields).to_string();
            // An object that was just printed is one.
            return carry::object(&text, &beside, out).is_ok();
        }
        other => {
            put_attributes(&record.attributes, resource, &mut beside);
            let text = match plain(AnyValue { value: Some(other) }) {
                Json::String(text) => text,
                other => other.to_string(),
            };
            carry::text(&text, &beside, out);
        }
    }
    true
}

/// Attributes of record and resource go beside, the host's name excepted.
fn put_attributes(own: &[KeyValue], resource: &[KeyValue], beside: &mut Beside<'_>) {
    for pair in own.iter().chain(resource).filter(|pair| pair.key != "host.name") {
        if let Some(value) = &pair.value {
            beside.more.push((Cow::Owned(pair.key.clone()), plain(value.clone())));
        }
    }
}

fn text_of<'a>(pairs: &'a [KeyValue], name: &str) -> Option<&'a str> {
    let pair = pairs.iter().find(|pair| pair.key == name)?;
    match pair.value.as_ref()?.value.as_ref()? {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

/// A value as JSON; bytes that are UTF-8 as text, others as base64.
fn plain(value: AnyValue) -> Json {
    match value.value {
        None => Json::Null,
        Some(Kind::Text(text)) => text.into(),
        Some(Kind::Bool(truth)) => truth.into(),
        Some(Kind::Int(number)) => number.into(),
        Some(Kind::Double(number)) => number.into(),
        Some(Kind::List(list)) => list.values.into_iter().map(plain).collect(),
        Some(Kind::Map(map)) => {
            let pairs = map.values.into_iter();
            Json::Object(
                pairs.map(|pair| (pair.key, pair.value.map(plain).unwrap_or_default())).collect(),
            )
        }
        Some(Kind::Bytes(bytes)) => match String::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(error) => BASE64_STANDARD.encode(error.as_bytes()).into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::json;
    use super::*;

    /// Lines of a request with this body, and attributes `log.file.name` and `host.name`.
    fn told(body: &str) -> String {
        let request = format!(
            r#"{{"resourceLogs":[{{"resource":{{"attributes":[{{"key":"host.name","value":
            {{"stringValue":"zz-srv"}}}}]}},"scopeLogs":[{{"logRecords":[{{
            "timeUnixNano":"1494583200250000000","body":{body},"attributes":[{{"key":
            "log.file.name","value":{{"stringValue":"a.log"}}}}]}}]}}]}}]}}"#
        );
        let mut request = json::parse(request.as_bytes()).unwrap();
        let mut logs = request.resource_logs.remove(0);
        let record = logs.scope_logs.remove(0).log_records.remove(0);
        let mut gather = Gather::new("t".to_owned(), 1 << 20);
        add(record, &logs.resource.unwrap().attributes, &mut gather);
        let tell = |one: &crate::gather::Gathered| {
            let text = String::from_utf8_lossy(&one.batch.bytes);
            format!("{:?} {}", one.batch.shape, text.trim_end())
        };
        gather.take().iter().map(tell).collect()
    }

    #[test]
    fn text_passes_on_or_becomes_a_message() {
        assert_eq!(
            told(r#"{"stringValue":"<34>Nov 24 03:05:01 h su: no"}"#),
            "Lines <34>Nov 24 03:05:01 h su: no"
        );
        assert_eq!(
            told(r#"{"stringValue":"{\"Channel\":\"c\",\"Computer\":\"x\",\"UtcTime\":\"t\"}"}"#),
            r#"JsonLines {"log.file.name":"a.log","Channel":"c","Computer":"x","UtcTime":"t"}"#
        );
        assert_eq!(
            told(r#"{"stringValue":"hello"}"#),
            r#"JsonLines {"@timestamp":"2017-05-12T10:00:00.25Z","Hostname":"zz-srv","log.file.name":"a.log","message":"hello"}"#
        );
        assert_eq!(told(r#"{}"#), "");
    }

    #[test]
    fn a_windows_event_has_windows_names() {
        let body = r#"{"kvlistValue":{"values":[
            {"key":"channel","value":{"stringValue":"Security"}},
            {"key":"computer","value":{"stringValue":"zz-pc"}},
            {"key":"event_id","value":{"kvlistValue":{"values":[
                {"key":"id","value":{"intValue":"4688"}}]}}},
            {"key":"system_time","value":{"stringValue":"2026-11-24T03:05:01Z"}},
            {"key":"event_data","value":{"kvlistValue":{"values":[{"key":"data","value":
                {"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"NewProcessName",
                "value":{"stringValue":"C:\\a.exe"}}]}}]}}}]}}}]}}"#;
        assert_eq!(
            told(body),
            r#"JsonLines {"Channel":"Security","Computer":"zz-pc","TimeCreated":"2026-11-24T03:05:01Z","EventID":4688,"NewProcessName":"C:\\a.exe"}"#
        );
    }
}
