//! Small builders of JSON schemas, and the schemas that every noun uses.

use serde_json::{Map, Value, json};
use wardwatch_model::{Level, Role};

use super::Schemas;

/// A field of an object: its name, its schema, what it is.
pub type Field<'f> = (&'f str, Value, &'f str);

/// Text.
pub fn text() -> Value {
    json!({ "type": "string" })
}

/// Text of at most so many characters.
pub fn text_up_to(characters: usize) -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": characters })
}

/// A password, token or code.
pub fn secret() -> Value {
    json!({ "type": "string", "format": "password" })
}

/// A moment.
pub fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// A number of things.
pub fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

/// A truth value.
pub fn yes_or_no() -> Value {
    json!({ "type": "boolean" })
}

/// One of some words.
pub fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> Value {
    let words: Vec<&str> = words.into_iter().collect();
    json!({ "type": "string", "enum": words })
}

/// A named schema.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The code of an organisation.
pub fn org() -> Value {
    reference("OrgId")
}

/// An identifier of 32 hexadecimal digits.
pub fn id() -> Value {
    reference("Id")
}

/// A list.
pub fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// Something or null.
pub fn maybe(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// An answer: fields that are always there, and fields that may be missing.
pub fn answer(always: &[Field<'_>], sometimes: &[Field<'_>]) -> Value {
    object(always, sometimes, true)
}

/// A request: as an answer, but nothing else may be in it.
pub fn request(needed: &[Field<'_>], optional: &[Field<'_>]) -> Value {
    object(needed, optional, false)
}

fn object(required: &[Field<'_>], optional: &[Field<'_>], open: bool) -> Value {
    let properties: Map<String, Value> = required
        .iter()
        .chain(optional)
        .map(|(name, schema, about)| {
            let mut schema = schema.clone();
            schema["description"] = json!(about);
            ((*name).to_owned(), schema)
        })
        .collect();
    let required: Vec<&str> = required.iter().map(|(name, ..)| *name).collect();
    let mut object = json!({ "type": "object", "properties": properties, "required": required });
    if !open {
        object["additionalProperties"] = json!(false);
    }
    object
}

/// A page of a list.
pub fn page(of: Value) -> Value {
    answer(
        &[
            ("items", list(of), "The items, in the list's order."),
            ("next", maybe(text()), "What to give as `after` for the next page; null on the last."),
        ],
        &[],
    )
}

/// Schemas that several nouns use.
pub fn shared() -> Schemas {
    let problem = answer(
        &[
            ("type", text(), "What kind of problem; `about:blank` when the status says it all."),
            ("title", text(), "The status in words."),
            ("status", json!({ "type": "integer" }), "The HTTP status."),
            ("detail", text(), "What was wrong with this request."),
        ],
        &[],
    );
    let entity = answer(
        &[
            (
                "kind",
                words(["device", "user", "process", "hash", "address", "domain"]),
                "What it is.",
            ),
            ("value", text(), "Which one."),
        ],
        &[],
    );
    vec![
        ("Id", json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" })),
        (
            "OrgId",
            json!({
                "type": "string",
                "pattern": "^[0-9A-Za-z]{2,12}$",
                "description": "Code of an organisation; small letters count as capital ones.",
            }),
        ),
        ("Level", words(Level::ALL.map(Level::as_str))),
        ("Role", words(Role::ALL.map(Role::as_str))),
        ("Entity", entity),
        ("Problem", problem),
    ]
}
