//! The document's part on protection plans, and on what sensors saw for them.

use serde_json::{Value, json};
use wardwatch_model::{Duty, Permission, Reach, Signer, StepKind, StepState};

use super::exposure::day;
use super::schema::{
    answer, count, list, maybe, org, page, reference, request, text, text_up_to, time, words,
    yes_or_no,
};
use super::{Operation, Schemas};
use crate::access::Access;
use crate::plan::{MAX_FLOWS, MAX_NOTE, MAX_WORDS};

pub fn operations() -> Vec<Operation> {
    let read = Access::Needs(Permission::ReadFindings);
    let say = Access::Needs(Permission::ClassifyDevices);
    vec![
        Operation::new(
            "get",
            "/api/v1/plans",
            read,
            "plans_list",
            "List devices that get no fixes any more, with their protection plans.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("not_org", text(), "None of these and those below them: codes, with commas.")
        .query("system", text(), "Only those that run this.")
        .query("not_system", text(), "None that runs this.")
        .query("care_class", text(), "Only of this care class, or unclassified.")
        .query("not_care_class", text(), "None of this care class, or unclassified.")
        .or_problem(404)
        .paged()
        .gives(200, "PlanPage", "Those that an attacker reaches most easily first."),
        Operation::new(
            "get",
            "/api/v1/devices/{org}/{name}/plan",
            read,
            "plans_get",
            "The protection plan of a device, as it stands.",
        )
        .gives(200, "PlanView", "Each step with its proofs, and how it stands."),
        Operation::new(
            "put",
            "/api/v1/devices/{org}/{name}/placing",
            say,
            "plans_place",
            "Say what a device does, who supplied it and from where it can be reached.",
        )
        .body("Placing")
        .gives_nothing("It is written down. What is left out is taken away."),
        Operation::new(
            "post",
            "/api/v1/devices/{org}/{name}/plan/sign",
            say,
            "plans_sign",
            "Sign a step of a plan, or say that somebody looked.",
        )
        .body("SignStep")
        .gives(200, "PlanView", "The plan as it stands then."),
        Operation::new(
            "post",
            "/api/v1/devices/{org}/{name}/plan/flow",
            say,
            "plans_flow",
            "Say whether care needs a flow.",
        )
        .body("JudgeFlow")
        .gives(200, "PlanView", "The plan as it stands then."),
        Operation::new(
            "post",
            "/api/v1/flows",
            say,
            "flows_seen",
            "Tell what a sensor of the network saw of devices.",
        )
        .body("FlowsSeen")
        .or_problem(404)
        .gives(200, "FlowsTaken", "What was taken of it. With any problem nothing is."),
    ]
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": 65535 })
}

fn duty() -> Value {
    words(Duty::ALL.iter().map(|one| one.as_str()))
}

fn reach() -> Value {
    words(Reach::ALL.iter().map(|one| one.as_str()))
}

fn signer() -> Value {
    words(Signer::ALL.iter().map(|one| one.as_str()))
}

fn kind() -> Value {
    words(StepKind::ALL.iter().map(|one| one.as_str()))
}

fn row() -> Value {
    answer(
        &[
            ("org", org(), "Its organisation."),
            ("device", text(), "Its name."),
            ("system", text(), "What it runs."),
            ("ended", maybe(day()), "The last day of its support, where known."),
            ("care_class", maybe(reference("CareClass")), "Null counts as passive."),
            ("service", maybe(reference("ServiceCode")), "The service that depends on it."),
            ("duty", maybe(duty()), "What it does; null while nobody has said."),
            ("reach", maybe(reach()), "From how far away it can be reached; null: not said."),
            ("score", count(), "Higher is first."),
            ("reasons", list(text()), "Why it stands there."),
            ("steps", reference("StepCounts"), "How its steps stand."),
        ],
        &[],
    )
}

fn plan() -> Value {
    answer(
        &[
            ("org", org(), "Its organisation."),
            ("device", text(), "Its name."),
            ("about", text(), "What it is and runs."),
            ("why", text(), "Why it needs a plan."),
            ("passive", yes_or_no(), "Whether nothing may be done on the device itself."),
            ("placing", reference("Placing"), "Where people say that it stands."),
            ("watched", maybe(reference("Watched")), "Null: its segment was never watched."),
            ("learnt_until", maybe(day()), "Until when every flow is learnt."),
            ("keep", list(reference("FlowView")), "What must go on."),
            ("let_through", list(reference("FlowView")), "What the plan itself needs."),
            ("others", list(reference("FlowView")), "What was seen beside that."),
            ("steps", list(reference("StepView")), "Its steps."),
            ("signatures", list(reference("StepSignature")), "The newest first."),
            ("review", day(), "The day on which it is looked at again."),
            ("sign_off", list(signer()), "Who signs the whole."),
            ("page", text(), "The plan as one page of text."),
        ],
        &[],
    )
}

fn step() -> Value {
    answer(
        &[
            ("number", count(), "Its place in this plan."),
            ("kind", kind(), "Its key."),
            ("title", text(), "What it is, in a few words."),
            ("what", text(), "How, on this system."),
            ("who", text(), "Who does it."),
            ("effect", text(), "What it changes for an attacker."),
            ("proofs", list(text()), "How it is proven."),
            ("signers", list(signer()), "Whose signatures it wants."),
            ("by_hand", yes_or_no(), "Whether somebody has to look and say so."),
            ("state", words(StepState::ALL.iter().map(|one| one.as_str())), "How it stands."),
            ("reason", text(), "Why."),
        ],
        &[],
    )
}

fn flow() -> Value {
    answer(
        &[
            ("peer", text(), "The other side."),
            ("port", number(), "The port that is served."),
            ("protocol", text(), "tcp or udp."),
            ("inward", yes_or_no(), "Whether the device serves it."),
            ("purpose", text(), "What the port is for."),
            ("first", maybe(day()), "The first day on which it was seen."),
            ("last", maybe(day()), "The last."),
            ("needed", maybe(yes_or_no()), "Whether care needs it, where somebody has said."),
        ],
        &[],
    )
}

pub fn schemas() -> Schemas {
    let counts = answer(
        &[
            ("verified", count(), "Proven."),
            ("broken", count(), "Proven once, or needed by care, and so no longer."),
            ("open", count(), "Not done."),
            ("unknown", count(), "Nothing tells."),
        ],
        &[],
    );
    let watched =
        answer(&[("from", day(), "The first day."), ("through", day(), "The last.")], &[]);
    let signature = answer(
        &[
            ("step", kind(), "The step."),
            ("signer", maybe(signer()), "In whose name; null for a check by hand."),
            ("by", text(), "Who wrote it down."),
            ("time", time(), "When."),
            ("until", maybe(day()), "The last day on which it holds."),
            ("note", text(), "What they said."),
        ],
        &[],
    );
    let word = || text_up_to(MAX_WORDS);
    let placing = request(
        &[],
        &[
            ("duty", maybe(duty()), "What it does."),
            ("what", maybe(word()), "What it is, in words of the house."),
            ("supplier", maybe(word()), "Who supplied it."),
            ("jump_host", maybe(word()), "The host through which the supplier comes."),
            ("reach", maybe(reach()), "From how far away it can be reached."),
        ],
    );
    let sign = request(
        &[("step", kind(), "The step.")],
        &[
            ("signer", maybe(signer()), "In whose name; null says that somebody looked."),
            ("until", maybe(day()), "The last day on which it holds."),
            ("note", text_up_to(MAX_NOTE), "What they said, or where the paper is."),
        ],
    );
    let protocol = || words(["tcp", "udp"]);
    let judge = request(
        &[
            ("peer", word(), "The other side."),
            ("port", number(), "The port."),
            ("inward", yes_or_no(), "Whether the device serves it."),
            ("needed", yes_or_no(), "Whether care needs it."),
        ],
        &[("protocol", protocol(), "tcp unless given.")],
    );
    let line = request(
        &[
            ("device", word(), "The device."),
            ("peer", word(), "The other side: a name or an address."),
            ("port", number(), "The port that is served."),
            ("inward", yes_or_no(), "Whether the device serves it."),
        ],
        &[
            ("protocol", protocol(), "tcp unless given."),
            ("first", maybe(day()), "The first day on which it was seen; its last unless given."),
            ("last", maybe(day()), "The last day on which it was seen; 'through' unless given."),
        ],
    );
    let few = |mut of: Value| {
        of["maxItems"] = json!(MAX_FLOWS);
        of
    };
    let seen = request(
        &[
            ("org", org(), "The devices' organisation."),
            ("from", day(), "The first day that the sensor watched."),
            ("through", day(), "The last day, wholly watched."),
        ],
        &[
            ("devices", few(list(word())), "Devices that it watched."),
            ("flows", few(list(reference("FlowLine"))), "What it saw."),
        ],
    );
    let taken = answer(
        &[
            ("devices", count(), "Devices that were watched."),
            ("flows", count(), "Flows that were seen."),
            ("strangers", count(), "Flows that care may not need: new peers after the learning."),
        ],
        &[],
    );
    vec![
        ("StepCounts", counts),
        ("PlanRow", row()),
        ("PlanPage", page(reference("PlanRow"))),
        ("FlowView", flow()),
        ("StepView", step()),
        ("Watched", watched),
        ("StepSignature", signature),
        ("Placing", placing),
        ("PlanView", plan()),
        ("SignStep", sign),
        ("JudgeFlow", judge),
        ("FlowLine", line),
        ("FlowsSeen", seen),
        ("FlowsTaken", taken),
    ]
}
