//! The document's part on alerts.

use serde_json::Value;
use wardwatch_model::{AlertProgress, Permission};

use super::exposure::{cve, day, status};
use super::schema::{
    answer, count, id, list, maybe, org, reference, request, text, text_up_to, time, words,
    yes_or_no,
};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let read = Access::Needs(Permission::ReadFindings);
    let handle = Access::Needs(Permission::HandleIncidents);
    vec![
        Operation::new("get", "/api/v1/alerts", read, "alerts_list", "List alerts.")
            .query("org", org(), "Only what goes to this organisation and those below it.")
            .query("ended", yes_or_no(), "Those that were ended too.")
            .or_problem(404)
            .gives_of(
                200,
                "application/json",
                list(reference("AlertView")),
                "Those that go to the caller's organisations, the newest first, without answers.",
            ),
        Operation::new("post", "/api/v1/alerts", handle, "alerts_issue", "Issue an alert.")
            .body("NewAlert")
            .gives(201, "Alert", "It goes to the organisation and all below it."),
        Operation::new("get", "/api/v1/alerts/{id}", read, "alerts_get", "One alert.")
            .query(
                "lines",
                count(),
                "Answers at most, those that are overdue first; all unless given.",
            )
            .gives(
                200,
                "AlertView",
                "With the answers of the caller's organisations, filled in by their devices.",
            ),
        Operation::new(
            "get",
            "/api/v1/alerts/{id}/devices",
            read,
            "alerts_devices",
            "List the devices behind an alert's answers, by how they stand.",
        )
        .query("org", org(), "Only those that this organisation answers for; of a site, its own.")
        .query("not_org", text(), "None of these and those below them: codes, with commas.")
        .query("product", text(), "Only those that run this.")
        .query("not_product", text(), "None that runs this.")
        .query("care_class", text(), "Only of this care class, or unclassified.")
        .query("not_care_class", text(), "None of this care class, or unclassified.")
        .query("status", status(), "Those that stand so; exposed unless given.")
        .or_problem(404)
        .paged()
        .gives(200, "ExposedDevicePage", "In order of organisations and names."),
        Operation::new("post", "/api/v1/alerts/{id}/end", handle, "alerts_end", "End an alert.")
            .gives(200, "Alert", "Nobody needs to answer it any more."),
        Operation::new(
            "post",
            "/api/v1/alerts/{id}/acknowledge",
            handle,
            "alerts_acknowledge",
            "Say that an organisation read an alert.",
        )
        .body("AcknowledgeAlert")
        .gives(200, "AlertAnswer", "Its answer now."),
        Operation::new(
            "post",
            "/api/v1/alerts/{id}/sign",
            handle,
            "alerts_sign",
            "Sign an organisation's answer, with what its devices say at that moment.",
        )
        .body("SignAlert")
        .gives(200, "AlertAnswer", "Its answer now."),
    ]
}

fn progress() -> Value {
    words(AlertProgress::ALL.map(AlertProgress::as_str))
}

pub fn schemas() -> Schemas {
    let figures = answer(
        &[
            ("affected", count(), "Open to at least one of the vulnerabilities."),
            ("unknown", count(), "Not known; devices that never reported what they run too."),
            ("mitigated", count(), "The way in is closed."),
            ("fixed", count(), "Fixed."),
            ("not_affected", count(), "Not running what is vulnerable."),
        ],
        &[],
    );
    let signature = answer(&[("time", time(), "When."), ("by", text(), "Who.")], &[]);
    let signed = answer(
        &[
            ("signature", reference("Signature"), "Who signed, and when."),
            ("progress", progress(), "How far they say they are."),
            ("note", text(), "What they wrote."),
            ("figures", reference("AlertFigures"), "What the devices said at that moment."),
        ],
        &[],
    );
    let given = answer(
        &[
            ("acknowledged", maybe(reference("Signature")), "That it was read, and by whom."),
            ("signed", maybe(reference("SignedAnswer")), "What was signed last."),
        ],
        &[],
    );
    let line = answer(
        &[
            ("org", org(), "The organisation."),
            ("figures", reference("AlertFigures"), "What its devices say now."),
            ("acknowledged", maybe(reference("Signature")), "Who acknowledged it, and when."),
            ("signed", maybe(reference("SignedAnswer")), "What was signed last."),
            ("overdue", maybe(words(["acknowledge", "act"])), "What is overdue."),
        ],
        &[],
    );
    let new = request(
        &[
            ("org", org(), "Who issues it: it goes to this organisation and all below it."),
            ("title", text_up_to(200), "What it is about, as a headline."),
            ("cves", list(cve()), "The vulnerabilities that are to be closed, 1 to 100."),
        ],
        &[
            ("text", text(), "What to do, in plain English."),
            ("act_by", maybe(day()), "The last day for it; 14 days from now unless given."),
        ],
    );
    let sign = request(
        &[("org", org(), "The organisation."), ("progress", progress(), "How far it says it is.")],
        &[("note", text(), "What it wants to say; needed when something is left open.")],
    );
    vec![
        ("AlertFigures", figures),
        ("Signature", signature),
        ("SignedAnswer", signed),
        ("AlertAnswer", given),
        ("AlertAnswerLine", line),
        ("Alert", answer(&alert_fields(), &[("ended", time(), "When the issuer ended it.")])),
        ("AlertView", view()),
        ("NewAlert", new),
        ("AcknowledgeAlert", request(&[("org", org(), "The organisation.")], &[])),
        ("SignAlert", sign),
    ]
}

fn alert_fields() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("id", id(), "Its identity."),
        ("org", org(), "Who issued it."),
        ("title", text(), "What it is about, as a headline."),
        ("text", text(), "What to do, in plain English."),
        ("cves", list(cve()), "The vulnerabilities that are to be closed."),
        ("issued", time(), "When it was issued."),
        ("issued_by", text(), "By whom."),
        ("acknowledge_by", time(), "Until when it is to be acknowledged."),
        ("act_by", day(), "The last day for closing what it is about."),
    ]
}

fn view() -> Value {
    let mut fields = alert_fields();
    fields.extend([
        ("figures", reference("AlertFigures"), "All devices of the caller's organisations."),
        ("organisations", count(), "Organisations of the caller's that it goes to."),
        ("acknowledged", count(), "Those that acknowledged it."),
        ("done", count(), "Those that signed that it is done."),
        ("overdue", count(), "Those that are overdue."),
        ("answers", list(reference("AlertAnswerLine")), "Each of them; empty in a list."),
    ]);
    answer(&fields, &[("ended", time(), "When the issuer ended it.")])
}
