//! The document's part on suppressions.

use wardwatch_model::Permission;

use super::schema::{
    answer, count, id, maybe, org, page, reference, request, text, text_up_to, time, yes_or_no,
};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let read = Access::Needs(Permission::ReadFindings);
    let handle = Access::Needs(Permission::HandleIncidents);
    vec![
        Operation::new(
            "get",
            "/api/v1/suppressions",
            read,
            "suppressions_list",
            "List suppressions, newest first, with how many detections each holds.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("ended", yes_or_no(), "Those that ended too.")
        .or_problem(404)
        .paged()
        .gives(200, "SuppressionPage", "A page."),
        Operation::new(
            "post",
            "/api/v1/suppressions",
            handle,
            "suppressions_add",
            "Let detections open no incident, until a date.",
        )
        .body("NewSuppression")
        .or_problem(404)
        .or_problem(409)
        .gives(201, "Suppression", "The suppression."),
        Operation::new(
            "post",
            "/api/v1/suppressions/{id}/end",
            handle,
            "suppressions_end",
            "End a suppression before its time.",
        )
        .gives(200, "Suppression", "The suppression, ended."),
    ]
}

pub fn schemas() -> Schemas {
    let suppression = answer(
        &[
            ("id", id(), "Its identity."),
            ("org", org(), "Where it goes, and below."),
            ("rule", maybe(text()), "Only of this rule."),
            ("entity", maybe(reference("Entity")), "Only of what touched this."),
            ("reason", text(), "Why."),
            ("owner", text(), "Who answers for it."),
            ("created", time(), "When it was made."),
            ("until", time(), "When it ends by itself, or ended."),
            ("ended", maybe(time()), "When somebody ended it before."),
        ],
        &[],
    );
    let new = request(
        &[("org", org(), "Where it goes, and below."), ("reason", text_up_to(1_000), "Why.")],
        &[
            ("rule", maybe(text()), "Only of this rule; this, `entity` or both."),
            ("entity", maybe(reference("Entity")), "Only of what touched this."),
            ("until", maybe(time()), "When it ends; in 30 days when null."),
        ],
    );
    let counted = answer(
        &[
            ("suppression", reference("Suppression"), "The suppression."),
            ("running", yes_or_no(), "Whether it counts now."),
            ("detections", count(), "Detections that it holds."),
        ],
        &[],
    );
    vec![
        ("Suppression", suppression),
        ("NewSuppression", new),
        ("SuppressionCount", counted),
        ("SuppressionPage", page(reference("SuppressionCount"))),
    ]
}
