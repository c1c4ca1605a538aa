//! The document's part on detections.

use serde_json::json;
use wardwatch_model::Permission;

use super::schema::{answer, id, list, org, page, reference, text, time, words};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let access = Access::Needs(Permission::ReadFindings);
    let shapes = json!({ "anyOf": [
        reference("DetectionPage"),
        { "type": "object", "description": "A page of findings of OCSF 1.8 or alerts of ECS." },
    ] });
    vec![
        Operation::new(
            "get",
            "/api/v1/detections",
            access,
            "detections_list",
            "List detections, newest first.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("not_org", text(), "None of these and those below them: codes, with commas.")
        .query("from", time(), "Only that happened at this time or later.")
        .query("until", time(), "Only that happened before this time.")
        .query("rule", text(), "Only of this rule.")
        .query("device", text(), "Only on this device.")
        .query("level", reference("Level"), "Only at this level or above.")
        .query("incident", id(), "Only of this incident.")
        .query("suppressed", words(["no", "only", "all"]), "Whether with suppressed ones.")
        .query("format", words(["ward", "ocsf", "ecs"]), "In whose words.")
        .or_problem(404)
        .paged()
        .gives_of(200, "application/json", shapes, "A page."),
        Operation::new(
            "get",
            "/api/v1/detections/{id}",
            access,
            "detections_get",
            "One detection.",
        )
        .gives(200, "Sighting", "The detection."),
    ]
}

pub fn schemas() -> Schemas {
    let advice = answer(
        &[
            ("title", text(), "What happened, as a short headline."),
            ("why", text(), "Why it matters."),
            ("do", text(), "What to do next."),
        ],
        &[],
    );
    let pair = json!({
        "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2,
    });
    let sighting = answer(
        &[
            ("id", id(), "Identity: hash of rule and events."),
            ("org", org(), "The organisation whose sender reported the events."),
            ("time", time(), "When it happened; when it was received, if the event does not say."),
            ("received", time(), "When the event was received."),
            ("rule_id", text(), "The rule."),
            ("rule_title", text(), "The rule's title."),
            ("level", reference("Level"), "How serious."),
            ("tags", list(text()), "The rule's tags."),
            ("device", text(), "The device; empty when not known."),
            ("event", id(), "The event; of a correlation, the one that completed it."),
            ("entities", list(reference("Entity")), "What it touched."),
            ("matched", list(pair), "The fields that made the rule true: names and values."),
            ("advice", reference("Advice"), "What it means and what to do."),
        ],
        &[("suppressed_by", id(), "The suppression under which it opened no incident.")],
    );
    vec![("Advice", advice), ("Sighting", sighting), ("DetectionPage", page(reference("Sighting")))]
}
