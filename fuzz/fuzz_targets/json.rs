//! The JSON scanner against serde_json: whatever the one accepts within our limits, the other
//! accepts with the same fields.
#![no_main]

use bumpalo::Bump;
use libfuzzer_sys::fuzz_target;
use serde_json::Value as Json;
use wardwatch_normalise::{Draft, RecordError, json};

fn plainly(value: &Json, name: &str, out: &mut Vec<(String, String)>) {
    match value {
        Json::Object(map) => {
            for (key, value) in map {
                let key = key.replace(' ', "");
                let name = if name.is_empty() { key } else { format!("{name}.{key}") };
                plainly(value, &name, out);
            }
        }
        Json::Array(list) => list.iter().for_each(|value| plainly(value, name, out)),
        Json::String(text) => out.push((name.to_owned(), text.clone())),
        Json::Null => out.push((name.to_owned(), String::new())),
        Json::Bool(truth) => out.push((name.to_owned(), truth.to_string())),
        // Numbers are kept as written; serde_json may write them otherwise.
        Json::Number(_) => out.push((name.to_owned(), "number".to_owned())),
    }
}

fuzz_target!(|text: &str| {
    let arena = Bump::new();
    let mut draft = Draft::new(&arena, 0);
    let ours = json::flatten(text, &mut draft);
    let Ok(Json::Object(map)) = serde_json::from_str::<Json>(text) else { return };
    // Repeated names are kept by us and not by serde_json; Windows' wrapping, `#text` and empty
    // names are named otherwise.
    let mut expected = Vec::new();
    plainly(&Json::Object(map), "", &mut expected);
    match ours {
        Err(RecordError::TooDeep { .. } | RecordError::TooManyFields { .. }) => return,
        other => assert!(other.is_ok(), "refused what serde_json reads: {other:?}"),
    }
    if draft.fields.len() != expected.len() || text.contains("Event") || text.contains("#text") {
        return;
    }
    for (field, (name, value)) in draft.fields.iter().zip(&expected) {
        if name.starts_with('.') || name.contains("..") || name.is_empty() {
            continue;
        }
        let number = matches!(field.value, wardwatch_model::Value::Number(_));
        let found = if number { "number".into() } else { field.value.text() };
        if field.name == name {
            assert_eq!(&found, value, "{name}");
        }
    }
});
