//! The document's part on how things stand.

use serde_json::json;
use wardwatch_model::{OrgKind, Permission};

use super::schema::{answer, count, list, maybe, org, reference, text, time, words};
use super::{Operation, Schemas};
use crate::access::Access;
use crate::overview::MAX_HOURS;

pub fn operations() -> Vec<Operation> {
    let hours = json!({ "type": "integer", "minimum": 1, "maximum": MAX_HOURS });
    vec![
        Operation::new(
            "get",
            "/api/v1/overview",
            Access::Needs(Permission::ReadFindings),
            "overview_get",
            "Say how things stand: open incidents, organisations, detections over time.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("hours", hours, "Hours of the rate, up to now; 24 unless given.")
        .or_problem(404)
        .gives(200, "Overview", "How things stand."),
    ]
}

pub fn schemas() -> Schemas {
    let open = answer(
        &[
            ("critical", count(), "Critical."),
            ("high", count(), "High."),
            ("medium", count(), "Medium."),
            ("low", count(), "Low."),
            ("informational", count(), "For information."),
            ("unowned", count(), "Those at high or critical that nobody works on."),
        ],
        &[],
    );
    let one = answer(
        &[
            ("org", org(), "Its code."),
            ("name", text(), "Its name."),
            ("kind", words(OrgKind::ALL.map(OrgKind::as_str)), "Its kind."),
            ("parent", maybe(org()), "What it lies below."),
            ("open", count(), "Open incidents."),
            ("worst", maybe(reference("Level")), "The most serious of them."),
            ("devices", count(), "Devices that were ever heard from."),
            ("silent", count(), "Those that were not heard from in the last 24 hours."),
            ("last_heard", maybe(time()), "When one was heard from last; null when never."),
        ],
        &[],
    );
    let span = answer(
        &[
            ("from", time(), "When it begins."),
            ("detections", count(), "How many."),
            ("serious", count(), "How many of them at level high or above."),
        ],
        &[],
    );
    let whole = answer(
        &[
            ("time", time(), "When it was counted."),
            ("open", reference("OpenCounts"), "Open incidents."),
            ("organisations", list(reference("OrgNow")), "Organisations that are not closed."),
            ("rate", list(reference("RateSpan")), "Detections over time, every span once."),
        ],
        &[],
    );
    vec![("OpenCounts", open), ("OrgNow", one), ("RateSpan", span), ("Overview", whole)]
}
