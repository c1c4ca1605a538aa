//! A detection as Detection Finding (class 2004) of the Open Cybersecurity Schema Framework 1.8.
//!
//! Numbers are those of the schema's enumerations (schema.ocsf.io, class `detection_finding`).

use serde_json::{Map, Value, json};
use wardwatch_model::{Entity, EntityKind, Level, Sighting};

use super::attacks;

const VERSION: &str = "1.8.0";
/// Category "Findings", class "Detection Finding", activity "Create".
const FINDINGS: u32 = 2;
const DETECTION_FINDING: u32 = 2004;
const CREATE: u32 = 1;

/// The finding.
pub fn finding(sighting: &Sighting) -> Value {
    let millis = sighting.time.micros.div_euclid(1_000);
    let (severity_id, severity) = severity(sighting.level);
    let (tactics, techniques) = attacks(&sighting.tags);
    let mut attack: Vec<Value> =
        tactics.iter().map(|name| json!({ "tactic": { "name": name } })).collect();
    attack.extend(techniques.iter().map(|uid| json!({ "technique": { "uid": uid } })));
    let matched: Map<String, Value> =
        sighting.matched.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let title = if sighting.advice.title.is_empty() {
        &sighting.rule_title
    } else {
        &sighting.advice.title
    };
    let mut finding = json!({
        "category_uid": FINDINGS,
        "class_uid": DETECTION_FINDING,
        "activity_id": CREATE,
        "type_uid": DETECTION_FINDING * 100 + CREATE,
        "time": millis,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": 1,
        "status": "New",
        "is_alert": true,
        "message": title,
        "metadata": {
            "version": VERSION,
            "uid": sighting.id,
            "logged_time": sighting.received.micros.div_euclid(1_000),
            "tenant_uid": sighting.org,
            "product": { "name": "Wardwatch", "vendor_name": "Wardwatch" },
        },
        "finding_info": {
            "uid": sighting.id,
            "title": title,
            "desc": sighting.advice.why,
            "created_time": sighting.received.micros.div_euclid(1_000),
            "first_seen_time": millis,
            "analytic": {
                "uid": sighting.rule_id,
                "name": sighting.rule_title,
                "type_id": 1,
                "type": "Rule",
            },
            "attacks": attack,
        },
        "evidences": [{ "data": matched }],
        "observables": sighting.entities.iter().map(observable).collect::<Vec<_>>(),
        "remediation": { "desc": sighting.advice.r#do },
    });
    if !sighting.device.is_empty() {
        finding["device"] = json!({
            "hostname": sighting.device, "type_id": 0, "org": { "uid": sighting.org },
        });
    }
    finding
}

fn severity(level: Level) -> (u32, &'static str) {
    match level {
        Level::Informational => (1, "Informational"),
        Level::Low => (2, "Low"),
        Level::Medium => (3, "Medium"),
        Level::High => (4, "High"),
        Level::Critical => (5, "Critical"),
    }
}

fn observable(entity: &Entity) -> Value {
    let (type_id, kind, name) = match entity.kind {
        EntityKind::Device => (1, "Hostname", "device.hostname"),
        EntityKind::User => (4, "User Name", "actor.user.name"),
        EntityKind::Process => (99, "Other", "process.uid"),
        EntityKind::Hash => (8, "Hash", "file.hashes.value"),
        EntityKind::Address => (2, "IP Address", "endpoint.ip"),
        EntityKind::Domain => (1, "Hostname", "endpoint.domain"),
    };
    json!({ "name": name, "type_id": type_id, "type": kind, "value": entity.value })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_detection_is_a_finding() {
        insta::with_settings!({ sort_maps => true }, {
            insta::assert_json_snapshot!(finding(&sample::sighting()));
        });
    }

    #[test]
    fn what_the_schema_requires_is_there() {
        let mut sighting = sample::sighting();
        (sighting.device, sighting.tags, sighting.entities) = (String::new(), vec![], vec![]);
        let finding = finding(&sighting);
        for field in [
            "activity_id",
            "category_uid",
            "class_uid",
            "finding_info",
            "metadata",
            "severity_id",
            "time",
            "type_uid",
        ] {
            assert!(!finding[field].is_null(), "{field}");
        }
        assert_eq!(finding["device"], Value::Null);
    }
}
