//! `rsigma-eval` given the same rules, the same events and the same mapping to log sources.

use std::collections::HashMap;

use rsigma_eval::{JsonEvent, MatchDetailLevel};
use rsigma_parser::SigmaRule;
use serde_json::{Map, Value as Json};
use wardwatch_detect::Engine;
use wardwatch_model::{Event, SourceSet, Value};

/// A field's value as JSON.
fn json(value: Value<'_>) -> Json {
    match value {
        Value::Text(_) | Value::Escaped(_) => Json::String(value.text().into_owned()),
        Value::Number(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        Value::Bool(truth) => Json::Bool(truth),
        Value::Null => Json::Null,
    }
}

/// An event as the flat JSON object that the peer reads: repeated fields become lists.
pub fn flat(event: &Event<'_>) -> Json {
    let mut map = Map::new();
    for field in event.fields {
        let value = json(field.value);
        match map.get_mut(field.name) {
            None => {
                map.insert(field.name.to_owned(), value);
            }
            Some(Json::Array(list)) => list.push(value),
            Some(first) => {
                let list = vec![first.take(), value];
                *first = Json::Array(list);
            }
        }
    }
    Json::Object(map)
}

/// One peer engine for each set of log sources, with just the rules that we apply to it.
pub struct Partitioned<'r> {
    rules: &'r [SigmaRule],
    engines: HashMap<Vec<u32>, rsigma_eval::Engine>,
}

impl<'r> Partitioned<'r> {
    /// Over parsed rules in the order of our rule set.
    pub fn new(rules: &'r [SigmaRule]) -> Self {
        Partitioned { rules, engines: HashMap::new() }
    }

    /// Ids of the rules that the peer finds true of an event, in order.
    ///
    /// # Panics
    /// When the peer refuses a rule.
    pub fn evaluate(&mut self, ours: &Engine, sources: SourceSet, event: &Json) -> Vec<String> {
        let key: Vec<u32> = ours.applicable(sources).iter().map(|number| number.0).collect();
        let engine = self.engines.entry(key).or_insert_with_key(|key| {
            engine(key.iter().map(|number| &self.rules[*number as usize]))
        });
        let mut ids: Vec<String> = engine
            .evaluate(&JsonEvent::borrow(event))
            .into_iter()
            .filter_map(|found| found.header.rule_id)
            .collect();
        ids.sort();
        ids
    }
}

/// The peer's engine over rules.
///
/// # Panics
/// When the peer refuses a rule.
pub fn engine<'r>(rules: impl Iterator<Item = &'r SigmaRule>) -> rsigma_eval::Engine {
    let mut engine = rsigma_eval::Engine::new();
    engine.set_match_detail(MatchDetailLevel::Off);
    let refused = engine.add_rules(rules);
    assert!(refused.is_empty(), "the peer refuses a rule: {:?}", refused[0].1);
    engine
}
