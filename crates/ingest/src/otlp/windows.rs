//! The structured body that OpenTelemetry's Windows event log receiver makes, under Windows' own
//! names.
//!
//! In: the body's fields. Out: the flat names that `normalise` reads, or nothing when it is no
//! such body. Format: opentelemetry-collector-contrib, `windowseventlogreceiver`.

use serde_json::{Map, Value as Json};

/// The receiver's names for what Windows has in `System`.
const NAMES: [(&str, &str); 8] = [
    ("channel", "Channel"),
    ("computer", "Computer"),
    ("record_id", "EventRecordID"),
    ("system_time", "TimeCreated"),
    ("task", "Task"),
    ("opcode", "Opcode"),
    ("keywords", "Keywords"),
    ("message", "Message"),
];

/// The same event flat; `None` when the body is no Windows event.
pub(super) fn event(body: &Map<String, Json>) -> Option<Map<String, Json>> {
    let id = body.get("event_id")?;
    if !body.contains_key("channel") {
        return None;
    }
    let mut event = Map::new();
    for (from, to) in NAMES {
        if let Some(value) = body.get(from) {
            event.insert(to.to_owned(), value.clone());
        }
    }
    let id = id.get("id").unwrap_or(id);
    event.insert("EventID".to_owned(), id.clone());
    let mut put = |place: &str, member: &str, name: &str| {
        if let Some(value) = body.get(place).and_then(|part| part.get(member)) {
            event.insert(name.to_owned(), value.clone());
        }
    };
    put("provider", "name", "Provider_Name");
    put("provider", "guid", "Provider_Guid");
    put("execution", "process_id", "Execution_ProcessID");
    put("execution", "thread_id", "Execution_ThreadID");
    put("security", "user_id", "Security_UserID");
    for part in ["event_data", "user_data"] {
        if let Some(value) = body.get(part) {
            put_data("Data", value, &mut event, 0);
        }
    }
    Some(event)
}

/// Deepest nesting of data that is unwrapped; below, values stay as they are.
const MAX_DEPTH: usize = 4;

/// Values of data, whether they are members, members of `data`, or a list of single members.
/// What `System` says is never replaced.
fn put_data(name: &str, value: &Json, event: &mut Map<String, Json>, depth: usize) {
    match value {
        Json::Object(members) if depth < MAX_DEPTH => {
            for (member, value) in members {
                let unnamed = member.is_empty() || member.eq_ignore_ascii_case("data");
                put_data(if unnamed { "Data" } else { member }, value, event, depth + 1);
            }
        }
        Json::Array(values) if depth < MAX_DEPTH && values.iter().any(Json::is_object) => {
            for value in values {
                put_data(name, value, event, depth + 1);
            }
        }
        value => match event.get_mut(name) {
            None => {
                event.insert(name.to_owned(), value.clone());
            }
            Some(Json::Array(values)) if name == "Data" => values.push(value.clone()),
            Some(first) if name == "Data" => {
                *first = Json::Array(vec![first.take(), value.clone()])
            }
            Some(_) => {}
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(body: &str) -> String {
        let body: Map<String, Json> = serde_json::from_str(body).unwrap();
        event(&body).map_or("-".to_owned(), |event| Json::Object(event).to_string())
    }

    #[test]
    fn all_layouts_of_data_are_unwrapped() {
        for data in [
            r#"{"Image":"x","Channel":"forged"}"#,
            r#"{"data":[{"Image":"x"},{"Channel":"forged"}]}"#,
            r#"{"data":{"Image":"x"}}"#,
        ] {
            let body = format!(
                r#"{{"channel":"S","event_id":1,"provider":{{"name":"P"}},"event_data":{data}}}"#
            );
            assert_eq!(
                told(&body),
                r#"{"Channel":"S","EventID":1,"Provider_Name":"P","Image":"x"}"#
            );
        }
        assert_eq!(
            told(
                r#"{"channel":"S","event_id":{"id":7},"event_data":{"data":[{"":"x"},{"":"y"}]}}"#
            ),
            r#"{"Channel":"S","EventID":7,"Data":["x","y"]}"#
        );
        assert_eq!(told(r#"{"event_id":7}"#), "-");
    }
}
