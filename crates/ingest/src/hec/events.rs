//! The body of a Splunk HEC request: JSON objects one behind the other, each around one event.
//!
//! In: the bytes. Out: one item for each object, in order, with its event and what is said beside
//! it, or why it is not taken. Never: a broken object that takes its neighbours with it.
//! Format: Splunk, "Format events for HTTP Event Collector".

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use wardwatch_model::Timestamp;

/// What the envelope says of an event.
#[derive(Debug, Default, Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    host: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    source: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    sourcetype: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    event: Option<&'a RawValue>,
    #[serde(default)]
    fields: serde_json::Map<String, serde_json::Value>,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct HecEvent<'a> {
    /// When it happened.
    pub time: Option<Timestamp>,
    /// On which host.
    pub host: Option<Cow<'a, str>>,
    /// Which file or input it was read from.
    pub source: Option<Cow<'a, str>>,
    /// What kind of log it is.
    pub sourcetype: Option<Cow<'a, str>>,
    /// Fields that are put beside it.
    pub fields: serde_json::Map<String, serde_json::Value>,
    /// The event.
    pub event: Content<'a>,
}

/// What an event is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'a> {
    /// A JSON object, as written.
    Object(&'a str),
    /// Text; also numbers and lists, as written.
    Text(Cow<'a, str>),
}

/// Why one event is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// No JSON object, or not one of this form.
    #[error("invalid data format: {0}")]
    Format(String),
    /// There is no event in it.
    #[error("event field is required")]
    Missing,
    /// The event is empty.
    #[error("event field cannot be blank")]
    Blank,
    /// The event is too long.
    #[error("event of {bytes} bytes, at most {limit} are taken")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// Most bytes.
        limit: usize,
    },
    /// There are more events than a request may have.
    #[error("more than {limit} events in one request")]
    TooMany {
        /// Most events.
        limit: usize,
    },
}

/// Splits a body into its events. The objects may also stand in a list.
pub fn parse(
    body: &[u8],
    most_events: usize,
    record_bytes: usize,
) -> Vec<Result<HecEvent<'_>, EventError>> {
    let mut events = Vec::new();
    let mut rest = body;
    loop {
        rest = skip_between(rest);
        if rest.is_empty() {
            return events;
        }
        if events.len() >= most_events {
            events.push(Err(EventError::TooMany { limit: most_events }));
            return events;
        }
        let mut stream = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
        let outcome = stream.next();
        let used = stream.byte_offset();
        match outcome {
            Some(Ok(whole)) => {
                events.push(parse_one(whole.get(), record_bytes));
                rest = rest.get(used..).unwrap_or_default();
            }
            Some(Err(error)) => {
                events.push(Err(EventError::Format(error.to_string())));
                rest = resume(rest);
            }
            None => return events,
        }
    }
}

/// Blanks, and the marks of a list around or between the objects.
fn skip_between(bytes: &[u8]) -> &[u8] {
    let skip = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']');
    let start = bytes.iter().position(|byte| !skip(byte)).unwrap_or(bytes.len());
    bytes.get(start..).unwrap_or_default()
}

/// Behind a broken object: the next line that starts like an envelope.
fn resume(bytes: &[u8]) -> &[u8] {
    let next = memchr::memchr_iter(b'\n', bytes).find(|at| {
        bytes.get(at + 1..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"))
    });
    next.and_then(|at| bytes.get(at + 1..)).unwrap_or_default()
}

fn parse_one(text: &str, record_bytes: usize) -> Result<HecEvent<'_>, EventError> {
    let format = |error: serde_json::Error| EventError::Format(error.to_string());
    if !text.starts_with('{') {
        return Err(EventError::Format("a JSON object was expected".to_owned()));
    }
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(format)?;
    let event = envelope.event.map(RawValue::get).filter(|event| *event != "null");
    let Some(event) = event else { return Err(EventError::Missing) };
    if event.len() > record_bytes {
        return Err(EventError::TooLong { bytes: event.len(), limit: record_bytes });
    }
    let event = match event.as_bytes().first() {
        Some(b'{') => Content::Object(event),
        Some(b'"') => {
            let text: Cow<'_, str> = match serde_json::from_str::<&str>(event) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => Cow::Owned(serde_json::from_str(event).map_err(format)?),
            };
            if text.trim().is_empty() {
                return Err(EventError::Blank);
            }
            Content::Text(text)
        }
        _ => Content::Text(Cow::Borrowed(event)),
    };
    Ok(HecEvent {
        time: envelope.time.and_then(|time| Timestamp::parse(time.get().trim_matches('"'))),
        host: envelope.host,
        source: envelope.source,
        sourcetype: envelope.sourcetype,
        fields: envelope.fields,
        event,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(body: &str) -> Vec<String> {
        let tell = |event: &Result<HecEvent<'_>, EventError>| match event {
            Err(error) => format!("! {error}"),
            Ok(event) => {
                let time = event.time.map_or("-".to_owned(), |time| time.to_string());
                format!("{time} {} {:?}", event.host.as_deref().unwrap_or("-"), event.event)
            }
        };
        parse(body.as_bytes(), 10, 60).iter().map(tell).collect()
    }

    #[test]
    fn objects_follow_each_other_with_or_without_line_ends() {
        let body = r#"{"time":1494583200.25,"host":"zz-pc","event":{"a":1}}{"time":"1494583200","event":"x \" y"}
            {"event":7} "#;
        let expected = [
            r#"2017-05-12T10:00:00.25Z zz-pc Object("{\"a\":1}")"#,
            r#"2017-05-12T10:00:00Z - Text("x \" y")"#,
            r#"- - Text("7")"#,
        ];
        assert_eq!(told(body), expected);
        let list = format!("[{}]", body.trim().replace("}{", "},{").replace("\n", ","));
        assert_eq!(told(&list), expected);
    }

    #[test]
    fn a_broken_event_fails_only_itself() {
        let body = "{\"event\":\"a\"}\n{\"event\": }\n{\"event\":\"b\"}\n{\"e\":1}\n{\"event\":null}\n\
            {\"event\":\" \"}\n{\"host\":3,\"event\":\"c\"}\nnoise\n{\"event\":\"d\"}\n5\n{\"event\":\"e";
        assert_eq!(
            told(body),
            [
                "- - Text(\"a\")",
                "! invalid data format: expected value at line 1 column 11",
                "- - Text(\"b\")",
                "! event field is required",
                "! event field is required",
                "! event field cannot be blank",
                "! invalid data format: invalid type: integer `3`, expected a string at line 1 \
                 column 9",
                "! invalid data format: expected ident at line 1 column 2",
                "- - Text(\"d\")",
                "! invalid data format: a JSON object was expected",
            ]
            .into_iter()
            .chain(["! more than 10 events in one request"])
            .collect::<Vec<_>>()
        );
        assert_eq!(
            told(&format!("{{\"event\":\"{}\"}}", "x".repeat(70))),
            ["! event of 72 bytes, at most 60 are taken"]
        );
    }

    proptest! {
        #[test]
        fn never_panics(body in "(\\{\"event\":|\"a\"|\\}|[{}\":a,\n\\[\\]1]{0,6}){0,20}") {
            let _ = parse(body.as_bytes(), 100, 100);
        }

        #[test]
        fn never_panics_on_bytes(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&body, 100, 100);
        }
    }
}
