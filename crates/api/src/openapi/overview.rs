//! The document's part on how things stand.

use serde_json::json;
use wardwatch_model::{OrgKind, Permission};

use super::schema::{answer, count, list, maybe, org, reference, text, time, words};
use super::{Operation, Schemas};
use crate::access::Access;
use crate::overview::{MAX_HOURS, OrgState, TILES};

pub fn operations() -> Vec<Operation> {
    let hours = json!({ "type": "integer", "minimum": 1, "maximum": MAX_HOURS });
    let tiles = json!({ "type": "integer", "minimum": 0, "maximum": TILES });
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
        .query(
            "tiles",
            tiles,
            "How many organisations to name at most, and no groups when it is 0; 240 unless given.",
        )
        .or_problem(404)
        .gives(200, "Overview", "How things stand."),
        Operation::new(
            "get",
            "/api/v1/overview/organisations",
            Access::Needs(Permission::ReadFindings),
            "overview_organisations",
            "List organisations by how they stand, the most serious first.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("not_org", text(), "None of these and those below them: codes, with commas.")
        .query("show", words(OrgState::ALL.map(OrgState::as_str)), "Only those that stand so.")
        .query("kind", words(OrgKind::ALL.map(OrgKind::as_str)), "Only of this kind.")
        .query("not_kind", words(OrgKind::ALL.map(OrgKind::as_str)), "None of this kind.")
        .query("name", text(), "Only those whose name or code has this in it.")
        .paged()
        .or_problem(404)
        .gives(200, "OrgPage", "A page of them."),
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
            ("above_others", json!({ "type": "boolean" }), "Whether others lie below it."),
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
            ("own", maybe(reference("OrgNow")), "The organisation that was asked for."),
            ("all", reference("OrgCounts"), "Organisations that are not closed, counted."),
            ("organisations", count(), "How many these are, bodies or not."),
            (
                "groups",
                list(reference("OrgGroup")),
                "Bodies by what they lie below, the most serious first.",
            ),
            ("rate", list(reference("RateSpan")), "Detections over time, every span once."),
        ],
        &[],
    );
    let counts = answer(
        &[
            ("bodies", count(), "Bodies whose devices are expected to report."),
            ("at_risk", count(), "Organisations with an open incident at level high or above."),
            (
                "silent",
                count(),
                "Bodies from which nothing was heard in the last 24 hours, or ever.",
            ),
            ("never", count(), "Of these, those from which nothing was ever heard."),
            ("devices", count(), "Devices that were ever heard from."),
            ("silent_devices", count(), "Those that were not heard from in the last 24 hours."),
            ("last_heard", maybe(time()), "When one was heard from last; null when never."),
        ],
        &[],
    );
    let group = answer(
        &[
            ("parent", maybe(org()), "What they lie below."),
            ("name", maybe(text()), "Its name, where you see it."),
            ("counts", reference("OrgCounts"), "All of them counted."),
            ("first", list(reference("OrgNow")), "The most serious, then those that are silent."),
        ],
        &[],
    );
    let page = answer(
        &[
            ("time", time(), "When they were counted."),
            ("all", count(), "How many there are, whatever was asked."),
            ("found", count(), "How many of them are meant."),
            ("items", list(reference("OrgNow")), "The most serious first, then by their codes."),
            ("next", maybe(text()), "What to give as `after` for the next page; null on the last."),
        ],
        &[],
    );
    vec![
        ("OpenCounts", open),
        ("OrgNow", one),
        ("OrgCounts", counts),
        ("OrgGroup", group),
        ("OrgPage", page),
        ("RateSpan", span),
        ("Overview", whole),
    ]
}
