//! Events of MISP: as it exports them, answers searches with, and lays them into feeds.
//!
//! In: JSON. Out: the values of attributes that are meant for detection (`to_ids`). Never: an
//! attribute that is not; those are counted as others.

use serde_json::Value;
use wardwatch_model::{Indicator, IndicatorKind};

use super::gather::Gather;
use super::json::{self, Found, Names};
use super::{ListError, value};

/// Reads one or several events. `source` names them where they do not name themselves.
pub fn read(text: &str, source: &str, gather: &mut Gather) -> Result<(), ListError> {
    let names = Names {
        into: &["Event", "Object", "response"],
        each: &["Attribute", "Tag"],
        whole: &["info"],
        top: false,
    };
    let mut event = Event { source: source.to_owned(), ..Event::default() };
    json::walk(text, names, &mut |found| {
        match found {
            Found::Enter("Event") => {
                event.end(gather);
                event = Event { from: gather.indicators.len(), ..Event::default() };
                source.clone_into(&mut event.source);
            }
            Found::Enter(_) => {}
            Found::Value("info", Value::String(info)) => event.info = info,
            Found::Value("Tag", tag) => {
                event.labels.extend(json::text(&tag, "name").map(str::to_owned));
            }
            Found::Value("Attribute", attribute) => take(&attribute, &event, gather)?,
            Found::Value(..) => {}
        }
        Ok(())
    })?;
    event.end(gather);
    Ok(())
}

/// What an event says of all its attributes.
#[derive(Default)]
struct Event {
    source: String,
    info: String,
    labels: Vec<String>,
    /// Where its indicators begin.
    from: usize,
}

impl Event {
    /// Adds to its indicators what stood behind them.
    fn end(&self, gather: &mut Gather) {
        for indicator in gather.indicators.iter_mut().skip(self.from) {
            if indicator.note.is_empty() {
                indicator.note.clone_from(&self.info);
            }
            if indicator.labels.is_empty() {
                indicator.labels.clone_from(&self.labels);
            }
        }
    }
}

/// What a type of attribute holds: the kinds of the parts between bars.
fn parts(name: &str) -> Option<&'static [Option<IndicatorKind>]> {
    use IndicatorKind::{Address, Domain, Md5, Sha1, Sha256, Url};
    let parts: &[Option<IndicatorKind>] = match name {
        "sha256" => &[Some(Sha256)],
        "sha1" => &[Some(Sha1)],
        "md5" => &[Some(Md5)],
        "filename|sha256" => &[None, Some(Sha256)],
        "filename|sha1" => &[None, Some(Sha1)],
        "filename|md5" | "malware-sample" => &[None, Some(Md5)],
        "ip-src" | "ip-dst" => &[Some(Address)],
        "ip-src|port" | "ip-dst|port" => &[Some(Address), None],
        "domain" | "hostname" => &[Some(Domain)],
        "hostname|port" => &[Some(Domain), None],
        "domain|ip" => &[Some(Domain), Some(Address)],
        "url" | "uri" | "link" => &[Some(Url)],
        _ => return None,
    };
    Some(parts)
}

fn take(attribute: &Value, event: &Event, gather: &mut Gather) -> Result<(), ListError> {
    let truth = |name: &str| match attribute.get(name) {
        Some(Value::Bool(truth)) => *truth,
        Some(Value::String(text)) => matches!(text.as_str(), "1" | "true"),
        Some(Value::Number(number)) => number.as_u64() == Some(1),
        _ => false,
    };
    if !truth("to_ids") {
        gather.others += 1;
        return Ok(());
    }
    let place = json::text(attribute, "uuid").unwrap_or("an attribute without uuid");
    if truth("deleted") {
        gather.withdrawn.push(place.to_owned());
        gather.refuse(place, "its source took it back (deleted)");
        return Ok(());
    }
    let (Some(name), Some(text)) = (json::text(attribute, "type"), json::text(attribute, "value"))
    else {
        gather.refuse(place, "it has no type or no value");
        return Ok(());
    };
    let Some(kinds) = parts(name) else {
        gather.refuse(
            place,
            format!(
                "attributes of type {} are not looked for: hashes of files, addresses, domains \
                 and web addresses are",
                value::shown(name)
            ),
        );
        return Ok(());
    };
    let known = about(attribute, event);
    let values: Vec<&str> =
        if kinds.len() == 1 { vec![text] } else { text.splitn(kinds.len(), '|').collect() };
    if values.len() != kinds.len() {
        let wrong = format!("{} has not the parts of {name}", value::shown(text));
        gather.refuse(place, wrong);
        return Ok(());
    }
    for (kind, value) in kinds.iter().zip(values) {
        if let Some(kind) = kind {
            gather.offer(*kind, value, place, &known)?;
        }
    }
    Ok(())
}

fn about(attribute: &Value, event: &Event) -> Indicator {
    let tags = attribute.get("Tag").and_then(Value::as_array).into_iter().flatten();
    Indicator {
        id: json::text(attribute, "uuid").unwrap_or_default().to_owned(),
        source: event.source.clone(),
        valid_from: json::time(attribute, "first_seen"),
        labels: tags.filter_map(|tag| json::text(tag, "name")).map(str::to_owned).collect(),
        note: json::text(attribute, "comment").unwrap_or_default().to_owned(),
        ..Indicator::bare(IndicatorKind::Domain, "")
    }
}

/// The names of a feed's events by its manifest, those that changed last first.
///
/// # Errors
/// When it is no manifest.
pub fn event_names(manifest: &str) -> Result<Vec<String>, ListError> {
    let manifest: Value =
        serde_json::from_str(manifest).map_err(|error| ListError::NotJson(error.to_string()))?;
    let Value::Object(events) = manifest else {
        return Err(ListError::NotAList("the manifest of the feed is no object of events"));
    };
    let mut names: Vec<(i64, String)> = Vec::new();
    for (name, about) in events {
        let is_uuid =
            name.len() == 36 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if !is_uuid {
            return Err(ListError::NotAList("the manifest of the feed names an event by no uuid"));
        }
        names.push((json::time(&about, "timestamp").map_or(0, |time| time.micros), name));
    }
    names.sort_by(|one, other| other.cmp(one));
    Ok(names.into_iter().map(|(_, name)| name).collect())
}
