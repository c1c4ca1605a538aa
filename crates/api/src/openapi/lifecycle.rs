//! The document's part on what leaves support.

use serde_json::json;
use wardwatch_model::Permission;

use super::exposure::day;
use super::schema::{answer, count, list, maybe, org, reference, text};
use super::{Operation, Schemas};
use crate::access::Access;
use crate::lifecycle::MAX_MONTHS;

pub fn operations() -> Vec<Operation> {
    let months = json!({ "type": "integer", "minimum": 1, "maximum": MAX_MONTHS });
    vec![
        Operation::new(
            "get",
            "/api/v1/lifecycle",
            Access::Needs(Permission::ReadFindings),
            "lifecycle_get",
            "Say what loses support in the next months, where, and what blocks it.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("months", months, "How many calendar months; 12 unless given.")
        .query(
            "lines",
            count(),
            "Lines of `leaving` and of `by_organisation` at most, of these those with most devices that are \
             without support or lose it then; all, in the order of codes, unless given.",
        )
        .or_problem(404)
        .gives(200, "LifecycleAnswer", "What leaves, and how many devices in which month."),
    ]
}

pub fn schemas() -> Schemas {
    let number = || json!({ "type": "integer" });
    let way = answer(
        &[("what", text(), "What it is, in words."), ("devices", count(), "How many devices.")],
        &[],
    );
    let line = answer(
        &[
            ("ends", day(), "Their last supported day."),
            ("org", org(), "Their organisation."),
            ("label", text(), "What they run."),
            ("devices", count(), "How many they are."),
            ("named", list(text()), "Names of the first of them."),
            ("blocked", count(), "How many of them something blocks."),
            ("blockers", list(reference("InTheWay")), "What blocks them, most first."),
        ],
        &[],
    );
    let wave = answer(
        &[
            ("year", number(), "The year."),
            ("half", number(), "1 for January to June, 2 for July to December."),
            ("devices", count(), "How many move then at the latest."),
            ("ready", count(), "Those that nothing stands in the way of, as far as is known."),
            ("blockers", list(reference("InTheWay")), "What blocks the others, most first."),
        ],
        &[],
    );
    let month = answer(
        &[
            ("year", number(), "The year."),
            ("month", number(), "The month, from 1."),
            ("devices", count(), "How many devices."),
        ],
        &[],
    );
    let cliff = answer(
        &[
            ("org", maybe(org()), "The organisation; null for all together."),
            ("ended", count(), "Without support already."),
            ("months", list(reference("LeavingMonth")), "Months with devices, in their order."),
            ("later", count(), "Later than the months that were asked for."),
            ("open_ended", count(), "Supported without a known end."),
            ("unknown", count(), "Not known."),
        ],
        &[],
    );
    let whole = answer(
        &[
            ("from", day(), "As of this day, in Europe/London."),
            ("months", number(), "Through how many calendar months."),
            ("leaving", list(reference("LeavingLine")), "What leaves, the soonest first."),
            ("leaving_lines", count(), "How many lines of that there are, listed or not."),
            ("waves", list(reference("WaveLine")), "Half-yearly waves in which they move."),
            ("all", reference("CliffLine"), "All organisations together."),
            ("by_organisation", list(reference("CliffLine")), "Each organisation."),
            ("organisations", count(), "How many organisations that is, listed or not."),
            ("decisions", reference("DecisionCounts"), "Of those without support, or losing it."),
            ("coverage", reference("Reporting"), "Of how many devices it speaks."),
            ("landscape", reference("LandscapeInUse"), "What the dates rest on."),
        ],
        &[],
    );
    vec![
        ("InTheWay", way),
        ("LeavingLine", line),
        ("WaveLine", wave),
        ("LeavingMonth", month),
        ("CliffLine", cliff),
        ("LifecycleAnswer", whole),
    ]
}
