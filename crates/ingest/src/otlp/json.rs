//! OTLP logs in JSON to the messages that protobuf gives.
//!
//! In: the text of a request. Out: its messages. Names are in lower camel case (the protobuf
//! names are read as well), whole numbers may be text, bytes are base64; what is not named is
//! skipped. Format: OTLP specification, "JSON Protobuf Encoding".

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value as Json;

use super::messages::{
    AnyValue, ExportLogsRequest, KeyValue, Kind, ListValue, LogRecord, MapValue, Resource,
    ResourceLogs, ScopeLogs,
};

/// Reads a request.
///
/// # Errors
/// When the text is no JSON object.
pub fn parse(text: &[u8]) -> Result<ExportLogsRequest, serde_json::Error> {
    let mut root: serde_json::Map<String, Json> = serde_json::from_slice(text)?;
    let resource_logs = list(take(&mut root, "resourceLogs", "resource_logs"));
    Ok(ExportLogsRequest { resource_logs: resource_logs.into_iter().map(resource_log).collect() })
}

type Object = serde_json::Map<String, Json>;

fn take(from: &mut Object, name: &str, other: &str) -> Json {
    from.remove(name).or_else(|| from.remove(other)).unwrap_or_default()
}

fn list(value: Json) -> Vec<Json> {
    match value {
        Json::Array(values) => values,
        _ => Vec::new(),
    }
}

fn object(value: Json) -> Object {
    match value {
        Json::Object(fields) => fields,
        _ => Object::new(),
    }
}

fn text(value: Json) -> String {
    match value {
        Json::String(text) => text,
        Json::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn resource_log(value: Json) -> ResourceLogs {
    let mut fields = object(value);
    let mut resource = object(fields.remove("resource").unwrap_or_default());
    let scope_logs = list(take(&mut fields, "scopeLogs", "scope_logs"));
    ResourceLogs {
        resource: Some(Resource { attributes: pairs(&mut resource, "attributes") }),
        scope_logs: scope_logs
            .into_iter()
            .map(|scope| {
                let mut scope = object(scope);
                let records = list(take(&mut scope, "logRecords", "log_records"));
                ScopeLogs { log_records: records.into_iter().map(record).collect() }
            })
            .collect(),
    }
}

fn record(value: Json) -> LogRecord {
    let mut fields = object(value);
    let mut nanos =
        |name: &str, other: &str| text(take(&mut fields, name, other)).parse().unwrap_or_default();
    let time_unix_nano = nanos("timeUnixNano", "time_unix_nano");
    let observed_time_unix_nano = nanos("observedTimeUnixNano", "observed_time_unix_nano");
    LogRecord {
        time_unix_nano,
        observed_time_unix_nano,
        severity_text: text(take(&mut fields, "severityText", "severity_text")),
        attributes: pairs(&mut fields, "attributes"),
        body: fields.remove("body").map(any_value),
    }
}

fn pairs(from: &mut Object, name: &str) -> Vec<KeyValue> {
    let pair = |value: Json| {
        let mut fields = object(value);
        let key = text(fields.remove("key").unwrap_or_default());
        KeyValue { key, value: fields.remove("value").map(any_value) }
    };
    list(from.remove(name).unwrap_or_default()).into_iter().map(pair).collect()
}

/// Deep values cannot overflow the stack: the parser has refused what is nested too deeply.
fn any_value(value: Json) -> AnyValue {
    let Some((kind, value)) = object(value).into_iter().next() else {
        return AnyValue { value: None };
    };
    let value = match kind.as_str() {
        "stringValue" | "string_value" => Some(Kind::Text(text(value))),
        "boolValue" | "bool_value" => value.as_bool().map(Kind::Bool),
        "intValue" | "int_value" => text(value).parse().ok().map(Kind::Int),
        "doubleValue" | "double_value" => text(value).parse().ok().map(Kind::Double),
        "bytesValue" | "bytes_value" => BASE64_STANDARD.decode(text(value)).ok().map(Kind::Bytes),
        "arrayValue" | "array_value" => {
            let values = list(object(value).remove("values").unwrap_or_default());
            Some(Kind::List(ListValue { values: values.into_iter().map(any_value).collect() }))
        }
        "kvlistValue" | "kvlist_value" => {
            Some(Kind::Map(MapValue { values: pairs(&mut object(value), "values") }))
        }
        _ => None,
    };
    AnyValue { value }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost::Message;

    use super::*;

    #[test]
    fn json_gives_the_messages_of_protobuf() {
        let request = parse(
            br#"{"resourceLogs":[{"resource":{"attributes":[{"key":"host.name",
            "value":{"stringValue":"zz-srv"}}],"droppedAttributesCount":0},"scopeLogs":[{"scope":{},
            "logRecords":[{"timeUnixNano":"1494583200250000000","severityNumber":9,
            "severityText":"Information","body":{"kvlistValue":{"values":[
            {"key":"n","value":{"intValue":"7"}},{"key":"l","value":{"arrayValue":{"values":[
            {"boolValue":true},{"doubleValue":0.5},{"bytesValue":"emU="}]}}}]}},"traceId":""}]}]}]}"#,
        )
        .unwrap();
        let kind = |value| Some(AnyValue { value: Some(value) });
        let list = [Kind::Bool(true), Kind::Double(0.5), Kind::Bytes(b"ze".to_vec())];
        let values = list.into_iter().map(|kind| AnyValue { value: Some(kind) }).collect();
        let pair = |key: &str, value| KeyValue { key: key.to_owned(), value };
        let body = MapValue {
            values: vec![
                pair("n", kind(Kind::Int(7))),
                pair("l", kind(Kind::List(ListValue { values }))),
            ],
        };
        let record = LogRecord {
            time_unix_nano: 1_494_583_200_250_000_000,
            severity_text: "Information".to_owned(),
            body: kind(Kind::Map(body)),
            ..LogRecord::default()
        };
        let attributes = vec![pair("host.name", kind(Kind::Text("zz-srv".to_owned())))];
        let expected = ExportLogsRequest {
            resource_logs: vec![ResourceLogs {
                resource: Some(Resource { attributes }),
                scope_logs: vec![ScopeLogs { log_records: vec![record] }],
            }],
        };
        assert_eq!(request, expected);
        assert_eq!(ExportLogsRequest::decode(&*expected.encode_to_vec()), Ok(expected));
    }

    #[test]
    fn what_is_nested_too_deeply_is_refused() {
        let deep = "{\"arrayValue\":{\"values\":[".repeat(10_000);
        let body =
            format!("{{\"resourceLogs\":[{{\"scopeLogs\":[{{\"logRecords\":[{{\"body\":{deep}");
        assert!(parse(body.as_bytes()).is_err());
        let mut value = AnyValue { value: None };
        for _ in 0..300 {
            value = AnyValue { value: Some(Kind::List(ListValue { values: vec![value] })) };
        }
        assert!(AnyValue::decode(&*value.encode_to_vec()).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\{\"resourceLogs\":\\[(\\{|\\}|\\[|\\]|\"scopeLogs\":|\"logRecords\":|\"body\":|\"stringValue\":|1|\"x\"|,){0,30}") {
            let _ = parse(text.as_bytes());
        }

        #[test]
        fn protobuf_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = ExportLogsRequest::decode(&*bytes);
        }
    }
}
