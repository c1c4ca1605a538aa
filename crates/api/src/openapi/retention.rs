//! The document's part on how long events are kept, and on erasure.

use serde_json::json;
use wardwatch_model::Permission;

use super::schema::{answer, count, list, maybe, org, reference, request, text_up_to};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let access = Access::Needs(Permission::Administer);
    let path = "/api/v1/retention";
    vec![
        Operation::new("get", path, access, "retention_list", "Say how long events are kept.")
            .gives_of(
                200,
                "application/json",
                list(reference("Retention")),
                "Where it is not 90 days.",
            ),
        Operation::new("post", path, access, "retention_set", "Set how long events are kept.")
            .body("Retention")
            .or_problem(404)
            .gives_nothing("It counts from the next round of housekeeping on."),
        Operation::new(
            "post",
            "/api/v1/organisations/{id}/erase",
            access,
            "organisations_erase",
            "Erase an organisation's data. Its entries of the audit stay.",
        )
        .body("Erase")
        .or_problem(409)
        .gives(200, "Erased", "How much was erased."),
    ]
}

pub fn schemas() -> Schemas {
    let days = json!({ "type": "integer", "minimum": 1, "maximum": 3653 });
    let retention = request(
        &[
            ("org", org(), "Whose events."),
            (
                "class",
                json!({ "type": "string", "maxLength": 200 }),
                "The beginning of their class; empty for all.",
            ),
            ("days", maybe(days), "How many days; null takes the setting away."),
        ],
        &[],
    );
    let erase = request(&[("name", text_up_to(200), "The organisation's name, as written.")], &[]);
    let erased = answer(
        &[
            ("events", count(), "Events."),
            ("detections", count(), "Detections."),
            ("incidents", count(), "Incidents."),
            ("campaign_parts", count(), "Its parts of campaigns."),
            ("devices", count(), "Devices."),
            ("observations", count(), "What correlations remembered."),
            ("tokens", count(), "Tokens."),
            ("saved_hunts", count(), "Saved hunts."),
            ("inventories", count(), "Reports of what devices run."),
        ],
        &[],
    );
    vec![("Retention", retention), ("Erase", erase), ("Erased", erased)]
}
