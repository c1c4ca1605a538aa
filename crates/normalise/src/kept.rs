//! Events that were kept as flat JSON, back to events.
//!
//! In: the fields as one JSON object under their native names, and the event's first log source. Out:
//! the event as it was, as far as rules can tell. Never: a field added; what a shape adds was added
//! before it was kept.

use std::collections::HashMap;
use std::sync::Arc;

use bumpalo::Bump;
use wardwatch_model::{Event, RawTime, SourceSet, Value};

use crate::draft::Draft;
use crate::error::RecordError;
use crate::json;
use crate::normaliser::Normaliser;

/// An event at rest.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'k> {
    /// Its first log source, as it prints.
    pub class: &'k str,
    /// Its fields.
    pub body: &'k str,
    /// When it happened.
    pub time: RawTime<'k>,
    /// Its device.
    pub device: &'k str,
    /// Its record.
    pub record: u64,
}

/// Reads kept events; each thread has one.
pub struct KeptReader {
    normaliser: Arc<Normaliser>,
    arena: Bump,
    /// Sets of log sources by their first one.
    sets: HashMap<String, Vec<SourceSet>>,
}

impl KeptReader {
    /// A reader over the table of log sources that rules are compiled for.
    pub fn new(normaliser: Arc<Normaliser>) -> Self {
        let mut sets: HashMap<String, Vec<SourceSet>> = HashMap::new();
        for (number, set) in normaliser.table().iter() {
            if let Some(first) = set.first() {
                sets.entry(first.to_string()).or_default().push(number);
            }
        }
        KeptReader { normaliser, arena: Bump::new(), sets }
    }

    /// Makes the event and hands it on.
    ///
    /// # Errors
    /// When the body is not one JSON object, or exceeds a limit.
    pub fn read<T>(
        &mut self,
        kept: Kept<'_>,
        each: impl FnOnce(&Event<'_>) -> T,
    ) -> Result<T, RecordError> {
        self.arena.reset();
        let sources = self.sources(&kept);
        let mut draft = Draft::new(&self.arena, kept.record);
        json::flatten(kept.body, &mut draft)?;
        draft.sources = sources;
        draft.time = kept.time;
        draft.device = Value::Text(kept.device);
        Ok(each(&draft.finish()))
    }

    /// The log sources of an event. Where several sets begin alike, the event's own fields decide;
    /// where they do not, the set with most sources is meant, since the smaller one is that of JSON
    /// documents, whose fields do.
    fn sources(&self, kept: &Kept<'_>) -> SourceSet {
        let table = self.normaliser.table();
        let sets = self.sets.get(kept.class).map_or(&[][..], Vec::as_slice);
        let [first, _, ..] = sets else {
            return sets.first().copied().unwrap_or(SourceSet::UNKNOWN);
        };
        let told = self.normaliser.json(&self.arena, kept.body, kept.record);
        if let Some(set) = told.ok().map(|event| event.sources).filter(|set| sets.contains(set)) {
            return set;
        }
        sets.iter().copied().max_by_key(|set| table.get(*set).len()).unwrap_or(*first)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sources(class: &str, body: &str) -> Vec<String> {
        let normaliser = Arc::new(Normaliser::new(None));
        let mut reader = KeptReader::new(normaliser.clone());
        let kept = Kept { class, body, time: RawTime::Missing, device: "PC1", record: 1 };
        let found = reader.read(kept, |event| event.sources).unwrap();
        normaliser.table().get(found).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_event_has_its_log_sources_again() {
        let class = "windows/registry_add/sysmon";
        assert_eq!(sources(class, "{}"), [class, "windows/registry_event/sysmon"]);
        let audit = ["linux/process_creation/-", "linux/-/auditd"];
        assert_eq!(sources(audit[0], r#"{"exe":"/bin/sh"}"#), audit);
        let ecs = r#"{"@timestamp":"2026-03-02T09:14:05Z","ecs.version":"8.0",
            "event.category":"process","event.type":"start","host.os.type":"linux"}"#;
        assert_eq!(sources(audit[0], ecs), [audit[0]]);
        assert_eq!(sources("unknown", "{}"), [""; 0]);
    }

    #[test]
    fn a_list_is_a_field_with_several_values() {
        let mut reader = KeptReader::new(Arc::new(Normaliser::new(None)));
        let body = r#"{"a":["x","y"],"n":1.50,"b":true,"c":null}"#;
        let kept = Kept { class: "", body, time: RawTime::Missing, device: "", record: 1 };
        let told = reader.read(kept, |event| {
            let told = event.fields.iter().map(|field| format!("{}={:?}", field.name, field.value));
            told.collect::<Vec<_>>().join(" ")
        });
        let expected = r#"a=Text("x") a=Text("y") n=Number("1.50") b=Bool(true) c=Null"#;
        assert_eq!(told.unwrap(), expected);
    }

    proptest! {
        #[test]
        fn never_panics(class in any::<String>(), body in any::<String>()) {
            let mut reader = KeptReader::new(Arc::new(Normaliser::new(None)));
            let kept = Kept { class: &class, body: &body, time: RawTime::Missing, device: "", record: 1 };
            let _ = reader.read(kept, |event| event.fields.len());
        }
    }
}
