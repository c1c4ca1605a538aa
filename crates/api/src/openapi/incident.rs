//! The document's part on incidents.

use serde_json::{Value, json};
use wardwatch_model::{CloseReason, Permission};

use super::schema::{answer, count, id, list, maybe, org, page, reference, request, text};
use super::schema::{text_up_to, time, words, yes_or_no};
use super::{Operation, Schemas};
use crate::access::Access;

const CHANGED: &str = "The incident as it is now.";

pub fn operations() -> Vec<Operation> {
    let read = Access::Needs(Permission::ReadFindings);
    let handle = Access::Needs(Permission::HandleIncidents);
    let change = |path, id, summary| {
        Operation::new("post", path, handle, id, summary).gives(200, "Incident", CHANGED).gives_of(
            409,
            "application/problem+json",
            reference("Problem"),
            "Its state does not allow it, or somebody changed it meanwhile.",
        )
    };
    vec![
        Operation::new(
            "get",
            "/api/v1/incidents",
            read,
            "incidents_list",
            "List incidents, most severe first, then newest.",
        )
        .query("state", states(), "Only in this state.")
        .query("level", reference("Level"), "Only at this level or above.")
        .query("device", text(), "Only that touched this device.")
        .query("owner", text(), "Only that this person works on.")
        .query("unowned", yes_or_no(), "Only that nobody works on.")
        .query("org", org(), "Only of this organisation and those below it.")
        .query("not_org", text(), "None of these and those below them: codes, with commas.")
        .query("not_device", text(), "None that touched this device.")
        .query("not_owner", text(), "None that this person works on.")
        .query("from", time(), "Only with something at this time or later.")
        .query("until", time(), "Only with something before this time.")
        .or_problem(404)
        .paged()
        .gives(200, "IncidentPage", "A page."),
        Operation::new("get", "/api/v1/incidents/{id}", read, "incidents_get", "One incident.")
            .gives(200, "Incident", "The incident."),
        Operation::new(
            "get",
            "/api/v1/incidents/{id}/processes",
            Access::Needs(Permission::ReadEvents),
            "incidents_processes",
            "Processes of one of its devices as trees, with what rules found in them.",
        )
        .query("device", text(), "The device; its first one unless given.")
        .or_problem(422)
        .or_problem(503)
        .gives(200, "ProcessTrees", "The trees."),
        change("/api/v1/incidents/{id}/assign", "incidents_assign", "Say who works on it.")
            .body("Assign"),
        change("/api/v1/incidents/{id}/note", "incidents_note", "Write something down.")
            .body("AddNote"),
        change("/api/v1/incidents/{id}/close", "incidents_close", "End it.").body("Close"),
        change("/api/v1/incidents/{id}/reopen", "incidents_reopen", "Go on with a closed one."),
        change(
            "/api/v1/incidents/{id}/merge",
            "incidents_merge",
            "Fold it into another of the same organisation.",
        )
        .body("Merge"),
        Operation::new(
            "post",
            "/api/v1/incidents/{id}/split",
            handle,
            "incidents_split",
            "Make an incident of its own out of some of its detections.",
        )
        .body("Split")
        .or_problem(409)
        .gives(200, "SplitDone", "Both incidents as they are now."),
    ]
}

fn states() -> Value {
    words(["open", "closed", "merged"])
}

fn incident() -> Value {
    answer(
        &[
            ("id", id(), "Identity: from the detection that opened it."),
            ("org", org(), "The organisation."),
            ("state", states(), "Whether it is worked on."),
            ("title", text(), "What it is, as a headline."),
            ("story", text(), "What happened and what it means, in two sentences."),
            ("level", reference("Level"), "The highest level of its detections."),
            ("score", count(), "From 0 to 100."),
            ("reasons", list(reference("Reason")), "Why the score is what it is."),
            ("first", time(), "Event time of its first detection."),
            ("last", time(), "Event time of its last."),
            ("updated", time(), "When its latest detection was received."),
            ("count", count(), "How many detections it has."),
            ("detections", list(id()), "The first of them."),
            ("rules", list(text()), "Its rules."),
            ("entities", list(reference("Entity")), "What it touched."),
            ("devices", list(text()), "Its devices."),
            ("path", list(reference("Step")), "Its path through tactics, in order of time."),
            ("proposals", list(reference("Proposal")), "What could be done."),
            ("owner", maybe(text()), "Who works on it."),
            ("notes", list(reference("Note")), "What people wrote down."),
            ("closing", maybe(reference("Closing")), "How it ended."),
            ("campaign", maybe(id()), "The campaign that it is part of."),
            ("merged_into", maybe(id()), "The incident that it was folded into."),
        ],
        &[],
    )
}

fn close_reasons() -> Value {
    words(CloseReason::ALL.map(CloseReason::as_str))
}

fn mark() -> Value {
    answer(
        &[
            ("title", text(), "What the rule is called."),
            ("level", reference("Level"), "How serious it is."),
            ("count", count(), "How often."),
        ],
        &[],
    )
}

fn process_node() -> Value {
    answer(
        &[
            ("image", maybe(text()), "The program; null when no event names it."),
            ("command_line", maybe(text()), "How it was started."),
            ("user", maybe(text()), "As whom it runs."),
            ("time", maybe(time()), "When it started; null when that was before `from`."),
            ("guessed", yes_or_no(), "Whether its place is told by names alone."),
            ("found", list(reference("Mark")), "What rules found in it, most serious first."),
            ("children", list(reference("ProcessNode")), "What it started, in order of time."),
            ("more", count(), "What else it started, and is not shown."),
        ],
        &[],
    )
}

fn process_trees() -> Value {
    answer(
        &[
            ("org", org(), "The organisation."),
            ("device", text(), "The device."),
            ("from", time(), "From when on was looked."),
            ("until", time(), "Until when."),
            ("starts", count(), "Processes that started in that time."),
            ("detections", count(), "Findings in that time."),
            ("unplaced", count(), "Those of them that stand in no tree."),
            ("cut", yes_or_no(), "Whether there was more than was read."),
            ("trees", list(reference("ProcessNode")), "The trees."),
        ],
        &[],
    )
}

pub fn schemas() -> Schemas {
    let reason = answer(
        &[("points", count(), "What it adds to the score."), ("text", text(), "In plain English.")],
        &[],
    );
    let step = answer(
        &[
            ("tactic", text(), "The tactic, such as `lateral-movement`."),
            ("time", time(), "When a detection first showed it."),
        ],
        &[],
    );
    let proposal = answer(
        &[
            ("text", text(), "What to do, in plain English."),
            ("devices", list(text()), "To which devices."),
        ],
        &[],
    );
    let note = answer(
        &[("time", time(), "When."), ("by", text(), "Who."), ("text", text(), "What.")],
        &[],
    );
    let closing = answer(
        &[
            ("time", time(), "When."),
            ("by", text(), "By whom."),
            ("reason", close_reasons(), "Why."),
        ],
        &[],
    );
    let assign =
        request(&[("owner", maybe(text_up_to(200)), "The person; null when nobody does.")], &[]);
    let add_note = request(&[("text", text_up_to(10_000), "What.")], &[]);
    let close = request(
        &[("reason", close_reasons(), "Why.")],
        &[("note", maybe(text_up_to(10_000)), "What else to write down.")],
    );
    let merge =
        request(&[("into", id(), "The incident of the same organisation that goes on.")], &[]);
    let leaving = json!({ "type": "array", "items": id(), "minItems": 1, "maxItems": 500 });
    let split = request(&[("detections", leaving, "The detections that leave.")], &[]);
    let split_done = answer(
        &[
            ("stays", reference("Incident"), "What is left of it."),
            ("leaves", reference("Incident"), "The new one."),
        ],
        &[],
    );
    vec![
        ("Reason", reason),
        ("Step", step),
        ("Proposal", proposal),
        ("Note", note),
        ("Closing", closing),
        ("Incident", incident()),
        ("IncidentPage", page(reference("Incident"))),
        ("Assign", assign),
        ("AddNote", add_note),
        ("Close", close),
        ("Merge", merge),
        ("Split", split),
        ("SplitDone", split_done),
        ("Mark", mark()),
        ("ProcessNode", process_node()),
        ("ProcessTrees", process_trees()),
    ]
}
