//! The document's part on decisions and exceptions.

use serde_json::{Value, json};
use wardwatch_model::{Course, Permission};

use super::exposure::{cve, day};
use super::schema::{
    answer, count, list, maybe, org, page, reference, request, text, text_up_to, time, words,
    yes_or_no,
};
use super::{Operation, Schemas};
use crate::access::Access;
use crate::decision::{MAX_DEVICES, MAX_OWNER, MAX_REASON, Stage};
use crate::lifecycle::MAX_MONTHS;

pub fn operations() -> Vec<Operation> {
    let read = Access::Needs(Permission::ReadFindings);
    let say = Access::Needs(Permission::ClassifyDevices);
    let months = json!({ "type": "integer", "minimum": 0, "maximum": MAX_MONTHS });
    vec![
        Operation::new(
            "get",
            "/api/v1/decisions",
            read,
            "decisions_list",
            "List devices whose support has ended or ends soon, with what was decided of them.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("not_org", text(), "None of these and those below them: codes, with commas.")
        .query("system", text(), "Only those that run this.")
        .query("not_system", text(), "None that runs this.")
        .query("care_class", text(), "Only of this care class, or unclassified.")
        .query("not_care_class", text(), "None of this care class, or unclassified.")
        .query("stage", words(Stage::ALL.map(Stage::as_str)), "Only those at this stage.")
        .query("months", months, "Those that lose support within so many months; 12 unless given.")
        .or_problem(404)
        .paged()
        .gives(200, "DecisionPage", "In order of organisations and names."),
        Operation::new(
            "post",
            "/api/v1/decisions",
            say,
            "decisions_make",
            "Decide what becomes of devices.",
        )
        .body("Decide")
        .or_problem(404)
        .gives(200, "DecisionMade", "It is decided of all of them."),
        Operation::new(
            "get",
            "/api/v1/exceptions",
            read,
            "exceptions_list",
            "List holes that stay open for now, and who answers for that.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("cve", cve(), "Only of this vulnerability.")
        .query("ended", yes_or_no(), "Those that have run out too.")
        .or_problem(404)
        .gives_of(
            200,
            "application/json",
            list(reference("Exception")),
            "In order of organisations, vulnerabilities and devices.",
        ),
        Operation::new(
            "post",
            "/api/v1/exceptions",
            say,
            "exceptions_make",
            "Let a hole stay open until a day.",
        )
        .body("NewException")
        .or_problem(404)
        .gives(200, "Exception", "It runs. The devices stay open in every count."),
        Operation::new(
            "post",
            "/api/v1/exceptions/end",
            say,
            "exceptions_end",
            "End an exception.",
        )
        .body("EndException")
        .or_problem(404)
        .gives_nothing("It is ended."),
    ]
}

pub fn schemas() -> Schemas {
    let mut all = of_decisions();
    all.extend(of_exceptions());
    all
}

fn who_and_why() -> [(&'static str, Value, &'static str); 2] {
    [
        ("owner", text_up_to(MAX_OWNER), "Who answers for it."),
        ("reason", text_up_to(MAX_REASON), "Why."),
    ]
}

fn of_decisions() -> Schemas {
    let [owner, reason] = who_and_why();
    let course = words(Course::ALL.map(Course::as_str));
    let until = ("until", day(), "By when; of what is accepted, the last day on which it is.");
    let decision = request(&[("course", course, "What becomes of it."), owner, reason, until], &[]);
    let decided = answer(
        &[
            ("decision", reference("Decision"), "The decision."),
            ("by", text(), "Who wrote it down."),
            ("at", time(), "When."),
        ],
        &[],
    );
    let row = answer(
        &[
            ("org", org(), "Its organisation."),
            ("device", text(), "Its name."),
            ("system", text(), "What it runs."),
            ("ends", day(), "The last day of its support."),
            ("care_class", maybe(reference("CareClass")), "Null counts as passive."),
            ("service", maybe(text()), "The service that depends on it."),
            ("decided", maybe(reference("Decided")), "Null: nothing was."),
            ("late", yes_or_no(), "Whether the day of the decision has passed."),
        ],
        &[],
    );
    let counts = answer(
        &[
            ("undecided", count(), "Without a decision."),
            ("upgrade", count(), "To get a newer release."),
            ("replace", count(), "To be replaced."),
            ("isolate", count(), "Cut off."),
            ("accept", count(), "Accepted."),
            ("late", count(), "Those of whose decision the day has passed."),
        ],
        &[],
    );
    let devices = json!({
        "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": MAX_DEVICES,
    });
    let decide = request(
        &[("org", org(), "The devices' organisation."), ("devices", devices, "Their names.")],
        &[("decision", maybe(reference("Decision")), "Null takes away what was decided.")],
    );
    let made = answer(&[("devices", count(), "Of how many.")], &[]);
    vec![
        ("Decision", decision),
        ("Decided", decided),
        ("DecisionRow", row),
        ("DecisionPage", page(reference("DecisionRow"))),
        ("DecisionCounts", counts),
        ("Decide", decide),
        ("DecisionMade", made),
    ]
}

fn of_exceptions() -> Schemas {
    let exception = answer(
        &[
            ("org", org(), "Whose devices."),
            ("cve", cve(), "The vulnerability."),
            ("device", maybe(text()), "Null: all of the organisation's."),
            ("owner", text(), "Who answers for it."),
            ("reason", text(), "Why it cannot be closed now."),
            ("until", day(), "The last day."),
            ("by", text(), "Who wrote it down."),
            ("at", time(), "When."),
        ],
        &[],
    );
    let [owner, reason] = who_and_why();
    let new = request(
        &[
            ("org", org(), "Whose devices."),
            ("cve", cve(), "The vulnerability."),
            owner,
            reason,
            ("until", day(), "The last day; within a year."),
        ],
        &[("device", maybe(text()), "The device; all of the organisation's unless given.")],
    );
    let end = request(
        &[("org", org(), "Whose devices."), ("cve", cve(), "The vulnerability.")],
        &[("device", maybe(text()), "The device; the one of all unless given.")],
    );
    vec![("Exception", exception), ("NewException", new), ("EndException", end)]
}
