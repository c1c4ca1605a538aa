//! Splunk's HTTP Event Collector.
//!
//! In: events and raw lines. Out: each as one line, with when and on which host beside it; an
//! answer with Splunk's codes, and an acknowledgement id for requests on a channel.
//! Format: Splunk, "HTTP Event Collector REST API endpoints" and "HEC response codes".

mod answer;
pub mod channels;
pub mod events;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::PoisonError;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;
use wardwatch_model::Timestamp;
use wardwatch_store::Sender;

use crate::carry::{self, Beside};
use crate::counters::Door;
use crate::gate::{Gate, Refused};
use crate::gather::{Gather, named};
use crate::http::{BodyError, Caller, Denied, Doors, Shared, read_body, with_retry_after};
use answer::Code;
use channels::is_channel;
use events::{Content, EventError, HecEvent};

const DOOR: Door = Door::Hec;

type Parameters = Query<HashMap<String, String>>;

/// All endpoints.
pub(crate) fn router<G: Gate>() -> Router<Shared<G>> {
    let base = "/services/collector";
    let mut router = Router::new().route(base, post(take_events::<G>));
    for version in ["", "/1.0"] {
        router = router
            .route(&format!("{base}/event{version}"), post(take_events::<G>))
            .route(&format!("{base}/raw{version}"), post(take_raw::<G>))
            .route(&format!("{base}/health{version}"), get(async || Code::Healthy.response()));
    }
    router.route(&format!("{base}/ack"), post(tell_acks::<G>))
}

/// The channel of a request: none, its name, or one that cannot be read.
fn channel(headers: &HeaderMap, query: &HashMap<String, String>) -> Result<Option<String>, Code> {
    let header = headers.get("x-splunk-request-channel").and_then(|value| value.to_str().ok());
    match header.or_else(|| query.get("channel").map(String::as_str)).map(str::trim) {
        None | Some("") => Ok(None),
        Some(name) if is_channel(name) => Ok(Some(name.to_ascii_lowercase())),
        Some(_) => Err(Code::InvalidChannel),
    }
}

/// What every endpoint does first: who sends, on which channel, what.
async fn open<G: Gate>(
    doors: &Doors<G>,
    headers: &Caller,
    query: &HashMap<String, String>,
) -> Result<(Sender, Option<String>), Response> {
    let sender = match doors.admit(DOOR, headers).await {
        Ok(sender) => sender,
        Err(Denied::Unavailable) => return Err(busy(doors)),
        Err(Denied::Missing) => return Err(Code::TokenRequired.response()),
        Err(Denied::Malformed) => return Err(Code::InvalidAuthorization.response()),
        Err(Denied::Unknown) => return Err(Code::InvalidToken.response()),
    };
    match channel(headers, query) {
        Ok(channel) => Ok((sender, channel)),
        Err(code) => {
            doors.counters.invalid(DOOR, 1);
            Err(code.response())
        }
    }
}

fn busy<G>(doors: &Doors<G>) -> Response {
    with_retry_after(Code::Busy.response(), &doors.limits)
}

fn unread<G>(error: &BodyError, doors: &Doors<G>) -> Response {
    let code = match error {
        BodyError::NoRoom => {
            doors.counters.refused(DOOR);
            return busy(doors);
        }
        BodyError::TooLarge { .. } => {
            doors.counters.refused(DOOR);
            return Code::TooLarge.response();
        }
        BodyError::Encoding(_) | BodyError::Broken(_) | BodyError::Slow => Code::InvalidFormat,
    };
    doors.counters.invalid(DOOR, 1);
    code.with_status(error.status(StatusCode::SERVICE_UNAVAILABLE), json!({}))
}

async fn take_events<G: Gate>(
    State(doors): State<Shared<G>>,
    Query(query): Parameters,
    headers: Caller,
    body: Body,
) -> Response {
    let (sender, channel) = match open(&doors, &headers, &query).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let held = doors.room.holder();
    let (body, _held) = match read_body(body, &headers, &doors.limits, held).await {
        Ok(read) => read,
        Err(error) => return unread(&error, &doors),
    };
    let events = events::parse(&body, doors.limits.records, doors.limits.record_bytes);
    if events.is_empty() {
        return Code::NoData.response();
    }
    let mut gather = Gather::new(named(DOOR.word(), &stream(&events)), doors.limits.batch_bytes);
    let mut first_broken = None;
    for (number, event) in events.into_iter().enumerate() {
        match event {
            Ok(event) => add_event(event, &mut gather),
            Err(error) => {
                doors.counters.invalid(DOOR, 1);
                first_broken.get_or_insert((number, error));
            }
        }
    }
    keep(&doors, &sender, channel, gather, first_broken).await
}

/// What the request's first event is read from.
fn stream(events: &[Result<HecEvent<'_>, EventError>]) -> String {
    let first = events.iter().flatten().next();
    let word = first.and_then(|event| event.sourcetype.as_ref().or(event.source.as_ref()));
    word.map(|word| word.to_string()).unwrap_or_default()
}

fn add_event(event: HecEvent<'_>, gather: &mut Gather) {
    let mut beside = Beside { time: event.time, host: event.host.as_deref(), more: Vec::new() };
    beside.more.extend(event.fields.into_iter().map(|(name, value)| (Cow::Owned(name), value)));
    match event.event {
        // An object that the parser has taken is one.
        Content::Object(text) => {
            let _ = carry::object(text, &beside, gather);
        }
        Content::Text(text) => {
            for (name, value) in [("source", &event.source), ("sourcetype", &event.sourcetype)] {
                if let Some(value) = value {
                    beside.more.push((Cow::Borrowed(name), value.as_ref().into()));
                }
            }
            carry::text(&text, &beside, gather);
        }
    }
}

async fn take_raw<G: Gate>(
    State(doors): State<Shared<G>>,
    Query(query): Parameters,
    headers: Caller,
    body: Body,
) -> Response {
    let (sender, channel) = match open(&doors, &headers, &query).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let held = doors.room.holder();
    let (body, _held) = match read_body(body, &headers, &doors.limits, held).await {
        Ok(read) => read,
        Err(error) => return unread(&error, &doors),
    };
    let word = |name: &str| query.get(name).map(String::as_str);
    let time = word("time").and_then(Timestamp::parse);
    let mut beside = Beside { time, host: word("host"), more: Vec::new() };
    for name in ["source", "sourcetype"] {
        if let Some(value) = word(name) {
            beside.more.push((Cow::Borrowed(name), value.into()));
        }
    }
    let stream = word("sourcetype").or(word("source")).unwrap_or_default();
    let mut gather = Gather::new(named(DOOR.word(), stream), doors.limits.batch_bytes);
    let mut first_broken = None;
    let lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let (most, limit) = (doors.limits.records, doors.limits.record_bytes);
    let mut lines = lines.filter(|line| !line.is_empty()).enumerate();
    for (number, line) in lines.by_ref().take(most) {
        if line.len() > limit {
            doors.counters.invalid(DOOR, 1);
            let error = EventError::TooLong { bytes: line.len(), limit };
            first_broken.get_or_insert((number, error));
            continue;
        }
        carry::text(&String::from_utf8_lossy(line), &beside, &mut gather);
    }
    if let Some((number, _)) = lines.next() {
        doors.counters.invalid(DOOR, 1);
        first_broken.get_or_insert((number, EventError::TooMany { limit: most }));
    }
    if gather.pending_bytes() == 0 && first_broken.is_none() {
        return Code::NoData.response();
    }
    keep(&doors, &sender, channel, gather, first_broken).await
}

/// Keeps what was gathered and answers; events beside a broken one are kept, too.
async fn keep<G: Gate>(
    doors: &Doors<G>,
    sender: &Sender,
    channel: Option<String>,
    mut gather: Gather,
    broken: Option<(usize, EventError)>,
) -> Response {
    match doors.keep_all(DOOR, sender, gather.take()).await {
        Ok(()) => {}
        Err(Refused::Busy | Refused::Full) => return busy(doors),
        Err(Refused::TooLarge { .. }) => return Code::TooLarge.response(),
        Err(Refused::Broken(_)) => return Code::Internal.response(),
    }
    if let Some((number, error)) = broken {
        return Code::of(&error).with(json!({ "invalid-event-number": number }));
    }
    match channel.filter(|_| doors.limits.hec_acknowledge) {
        None => Code::Success.response(),
        Some(channel) => {
            let mut channels = doors.channels.lock().unwrap_or_else(PoisonError::into_inner);
            let id = channels.give(sender.token(), &channel);
            Code::Success.with(json!({ "ackId": id }))
        }
    }
}

/// Most ids of one question.
const MAX_IDS: usize = 100_000;

async fn tell_acks<G: Gate>(
    State(doors): State<Shared<G>>,
    Query(query): Parameters,
    headers: Caller,
    body: Body,
) -> Response {
    let (sender, channel) = match open(&doors, &headers, &query).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    if !doors.limits.hec_acknowledge {
        return Code::AckDisabled.response();
    }
    let Some(channel) = channel else { return Code::ChannelMissing.response() };
    let held = doors.room.holder();
    let (body, _held) = match read_body(body, &headers, &doors.limits, held).await {
        Ok(read) => read,
        Err(error) => return unread(&error, &doors),
    };
    #[derive(serde::Deserialize)]
    struct Asked {
        acks: Vec<u64>,
    }
    let Ok(asked) = serde_json::from_slice::<Asked>(&body) else {
        doors.counters.invalid(DOOR, 1);
        return Code::InvalidFormat.response();
    };
    if asked.acks.len() > MAX_IDS {
        return Code::TooLarge.response();
    }
    let channels = doors.channels.lock().unwrap_or_else(PoisonError::into_inner);
    let tell = |id: &u64| (id.to_string(), channels.is_durable(sender.token(), &channel, *id));
    let acks: HashMap<String, bool> = asked.acks.iter().map(tell).collect();
    answer::json_response(StatusCode::OK, &json!({ "acks": acks }))
}

#[cfg(test)]
mod tests;
