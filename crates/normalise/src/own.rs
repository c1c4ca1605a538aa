//! Records that Wardwatch makes itself, so that rules see what its own parts found.
//!
//! They are flat JSON with `wardwatch` as the name of the service. Their times and devices stand
//! where those of unknown JSON are looked for.

use wardwatch_model::{LogSource, SourceSet, SourceTable};

use crate::draft::Draft;

/// The log sources of our own records.
#[derive(Debug)]
pub struct OwnSources {
    coverage: SourceSet,
}

impl OwnSources {
    /// Numbers them.
    pub fn intern(table: &mut SourceTable) -> Self {
        OwnSources { coverage: table.intern(vec![LogSource::new("wardwatch", "", "coverage")]) }
    }

    /// The log source of a record of ours.
    pub fn recognise(&self, draft: &Draft<'_>) -> Option<SourceSet> {
        let service = draft.get("wardwatch")?;
        (service.text() == "coverage").then_some(self.coverage)
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use crate::Normaliser;

    #[test]
    fn a_gap_is_an_event_of_our_own() {
        let (normaliser, arena) = (Normaliser::new(None), Bump::new());
        let gap = r#"{"wardwatch":"coverage","kind":"gap","time":"2026-11-24T03:05:01Z","device":"ZZ1-PC-1","from":6}"#;
        let event = normaliser.json(&arena, gap, 6).unwrap();
        let sources: Vec<String> =
            normaliser.table().get(event.sources).iter().map(ToString::to_string).collect();
        assert_eq!(sources, ["wardwatch/-/coverage"]);
        assert_eq!(event.device.text(), "ZZ1-PC-1");
        assert_eq!(event.time.timestamp().unwrap().micros, 1_795_489_501_000_000);
        let other = r#"{"wardwatch":"else","device":"ZZ1-PC-1"}"#;
        let event = normaliser.json(&arena, other, 1).unwrap();
        assert!(normaliser.table().get(event.sources).is_empty());
    }
}
