//! Bundles of STIX 2.1, and pages of TAXII collections, which hold the same objects.
//!
//! In: JSON. Out: the values of its indicators' patterns. Of an indicator that stands there in
//! several versions the newest counts. Never: a pattern that asks for more than one value taken
//! for one that does not; it is named, with the reason.

mod pattern;

use std::collections::HashMap;

use serde_json::Value;
use wardwatch_model::{Indicator, IndicatorKind};

use super::gather::Gather;
use super::json::{self, Found, Names};
use super::{ListError, value};

/// What stood around the objects.
#[derive(Debug, Default)]
pub struct Envelope {
    /// Whether there are more pages.
    pub more: bool,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many objects there were.
    pub objects: usize,
}

/// An indicator of the list in its newest version so far.
struct Version {
    modified: String,
    object: Value,
}

/// Reads a bundle or an envelope.
pub fn read(text: &str, gather: &mut Gather) -> Result<Envelope, ListError> {
    let names = Names { each: &["objects"], whole: &["more", "next"], top: true, into: &[] };
    let mut envelope = Envelope::default();
    let mut versions: Vec<Version> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let most = gather.limits().indicators;
    json::walk(text, names, &mut |found| {
        let Found::Value(name, value) = found else { return Ok(()) };
        match name {
            "more" => envelope.more = value.as_bool().unwrap_or(false),
            "next" => envelope.next = next(&value),
            _ => {
                envelope.objects += 1;
                let Some(object) = indicator(value, gather) else { return Ok(()) };
                keep(object, &mut versions, &mut known);
                if versions.len() > most {
                    return Err(ListError::TooMany(most));
                }
            }
        }
        Ok(())
    })?;
    for version in versions {
        let before = gather.indicators.len();
        take(&version.object, gather)?;
        // Whatever an earlier version gave, this one gives nothing.
        if gather.indicators.len() == before
            && let Some(id) = json::text(&version.object, "id")
        {
            gather.withdrawn.push(id.to_owned());
        }
    }
    Ok(envelope)
}

fn next(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The object, reduced to what is looked at, if it is an indicator.
fn indicator(mut value: Value, gather: &mut Gather) -> Option<Value> {
    if value.get("type").and_then(Value::as_str) != Some("indicator") {
        match value {
            Value::Object(_) => gather.others += 1,
            _ => gather.refuse("objects", "an element is no object"),
        }
        return None;
    }
    const LOOKED_AT: [&str; 12] = [
        "id",
        "modified",
        "pattern",
        "pattern_type",
        "revoked",
        "valid_from",
        "valid_until",
        "confidence",
        "labels",
        "indicator_types",
        "name",
        "created_by_ref",
    ];
    if let Value::Object(fields) = &mut value {
        fields.retain(|name, _| LOOKED_AT.contains(&name.as_str()));
    }
    Some(value)
}

fn keep(object: Value, versions: &mut Vec<Version>, known: &mut HashMap<String, usize>) {
    let id = json::text(&object, "id").unwrap_or_default().to_owned();
    let modified = json::text(&object, "modified").unwrap_or_default().to_owned();
    let version = Version { modified, object };
    match known.get(&id).and_then(|at| versions.get_mut(*at)) {
        // RFC 3339 in UTC sorts as text, as STIX has it.
        Some(before) if !id.is_empty() => {
            if before.modified < version.modified {
                *before = version;
            }
        }
        _ => {
            known.insert(id, versions.len());
            versions.push(version);
        }
    }
}

/// Takes an indicator's values.
fn take(object: &Value, gather: &mut Gather) -> Result<(), ListError> {
    let id = json::text(object, "id").unwrap_or("an indicator without id");
    if object.get("revoked").and_then(Value::as_bool) == Some(true) {
        gather.refuse(id, "its source took it back (revoked)");
        return Ok(());
    }
    let kind = json::text(object, "pattern_type").unwrap_or("stix");
    if kind != "stix" {
        gather.refuse(id, format!("its pattern is of type {}, not stix", value::shown(kind)));
        return Ok(());
    }
    let Some(text) = json::text(object, "pattern") else {
        gather.refuse(id, "it has no pattern");
        return Ok(());
    };
    let reduced = match pattern::reduce(text) {
        Ok(reduced) => reduced,
        Err(error) => {
            gather.refuse(id, format!("its pattern cannot be read: {error}"));
            return Ok(());
        }
    };
    for reason in &reduced.left {
        gather.refuse(id, reason.clone());
    }
    let known = about(object);
    for (kind, value) in &reduced.values {
        gather.offer(*kind, value, id, &known)?;
    }
    Ok(())
}

/// What an indicator says beside its pattern.
fn about(object: &Value) -> Indicator {
    let strings = |name: &str| {
        let list = object.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned)
    };
    let confidence = object.get("confidence").and_then(Value::as_u64);
    Indicator {
        id: json::text(object, "id").unwrap_or_default().to_owned(),
        source: json::text(object, "created_by_ref").unwrap_or_default().to_owned(),
        valid_from: json::time(object, "valid_from"),
        valid_until: json::time(object, "valid_until"),
        confidence: confidence.map(|number| u8::try_from(number).unwrap_or(100)),
        labels: strings("indicator_types").chain(strings("labels")).collect(),
        note: json::text(object, "name").unwrap_or_default().to_owned(),
        ..Indicator::bare(IndicatorKind::Domain, "")
    }
}
