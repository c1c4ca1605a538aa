//! A detection as alert in the Elastic Common Schema.
//!
//! What the schema has no field for stands under `wardwatch`.

use serde_json::{Map, Value, json};
use wardwatch_model::{EntityKind, Level, Sighting};

use super::attacks;

const VERSION: &str = "9.0.0";

/// The alert.
pub fn alert(sighting: &Sighting) -> Value {
    let (tactics, techniques) = attacks(&sighting.tags);
    let matched: Map<String, Value> =
        sighting.matched.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let of = |kinds: &[EntityKind]| -> Vec<&str> {
        let all = sighting.entities.iter();
        all.filter(|one| kinds.contains(&one.kind)).map(|one| one.value.as_str()).collect()
    };
    let mut alert = json!({
        "@timestamp": sighting.time,
        "ecs": { "version": VERSION },
        "message": sighting.rule_title,
        "event": {
            "kind": "alert",
            "category": ["intrusion_detection"],
            "type": ["info"],
            "id": sighting.id,
            "ingested": sighting.received,
            "severity": severity(sighting.level),
            "reason": sighting.advice.title,
            "module": "wardwatch",
            "dataset": "wardwatch.detection",
        },
        "organization": { "id": sighting.org },
        "observer": { "vendor": "Wardwatch", "product": "Wardwatch" },
        "rule": { "id": sighting.rule_id, "name": sighting.rule_title },
        "related": {
            "hosts": of(&[EntityKind::Device, EntityKind::Domain]),
            "user": of(&[EntityKind::User]),
            "hash": of(&[EntityKind::Hash]),
            "ip": of(&[EntityKind::Address]),
        },
        "tags": sighting.tags,
        "wardwatch": {
            "level": sighting.level,
            "event": sighting.event,
            "matched": matched,
            "advice": sighting.advice,
        },
    });
    if !tactics.is_empty() || !techniques.is_empty() {
        alert["threat"] = json!({
            "framework": "MITRE ATT&CK",
            "tactic": { "name": tactics },
            "technique": { "id": techniques },
        });
    }
    if !sighting.device.is_empty() {
        alert["host"] = json!({ "name": sighting.device });
    }
    alert
}

/// On a scale to 100, as Elastic's own rules use it.
fn severity(level: Level) -> u32 {
    match level {
        Level::Informational => 5,
        Level::Low => 21,
        Level::Medium => 47,
        Level::High => 73,
        Level::Critical => 99,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_detection_is_an_alert() {
        insta::with_settings!({ sort_maps => true }, {
            insta::assert_json_snapshot!(alert(&sample::sighting()));
        });
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        let mut sighting = sample::sighting();
        (sighting.device, sighting.tags) = (String::new(), vec![]);
        let alert = alert(&sighting);
        assert_eq!((&alert["host"], &alert["threat"]), (&Value::Null, &Value::Null));
    }
}
