//! The document's part on live changes.

use serde_json::json;
use wardwatch_model::Permission;

use super::schema::{answer, count, id, list, maybe, org, reference, text, time, words};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "get",
            "/api/v1/live",
            Access::Needs(Permission::ReadFindings),
            "live_get",
            "Changes of incidents and campaigns as they happen, as server-sent events. With \
             `Last-Event-ID` those missed meanwhile come first; the event `missed` says that some \
             are gone.",
        )
        .gives_of(
            200,
            "text/event-stream",
            text(),
            "Events named `incident`, `campaign` and `missed`; the data of the first two is a \
             `Change`.",
        ),
    ]
}

pub fn schemas() -> Schemas {
    let incident = answer(
        &[
            ("noun", words(["incident"]), "What changed."),
            ("id", id(), "Which."),
            ("org", org(), "Whose."),
            ("state", words(["open", "closed", "merged"]), "Its state now."),
            ("level", reference("Level"), "Its level now."),
            ("score", count(), "Its score now."),
            ("count", count(), "How many detections it has now."),
            ("updated", time(), "When its latest detection was received."),
            ("campaign", maybe(id()), "The campaign that it is part of."),
        ],
        &[],
    );
    let campaign = answer(
        &[
            ("noun", words(["campaign"]), "What changed."),
            ("id", id(), "Which."),
            ("level", reference("Level"), "Its level now."),
            ("orgs", list(org()), "Organisations that it touched, of those the caller sees."),
            ("last", time(), "Event time of its last sign."),
        ],
        &[],
    );
    vec![("Change", json!({ "anyOf": [incident, campaign] }))]
}
