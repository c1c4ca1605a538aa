//! The document's part on organisations.

use wardwatch_model::posture::PosturePart;
use wardwatch_model::{OrgKind, Permission};

use super::schema::{answer, count, list, maybe, org, reference, request, text, text_up_to, time};
use super::schema::{words, yes_or_no};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "get",
            "/api/v1/organisations",
            Access::Needs(Permission::ReadFindings),
            "organisations_list",
            "List the organisations that the caller sees.",
        )
        .query("codes", text(), "Only those with these codes, apart by commas; 500 at most.")
        .query("name", text(), "Only the first 50 whose name has this in it.")
        .gives_of(
            200,
            "application/json",
            list(reference("Organisation")),
            "In order of codes.",
        ),
        Operation::new(
            "post",
            "/api/v1/organisations/import",
            Access::Needs(Permission::Administer),
            "organisations_import",
            "Add and change organisations.",
        )
        .query("dry_run", yes_or_no(), "Only say what would change.")
        .body_of("application/json", list(reference("Organisation")))
        .body_of("text/csv", text())
        .gives(200, "Imported", "What changed. With problems nothing did."),
        Operation::new(
            "put",
            "/api/v1/organisations/{id}",
            Access::Needs(Permission::Administer),
            "organisations_change",
            "Change name, kind or place of an organisation; its code is the path's last part.",
        )
        .body("ChangeOrganisation")
        .or_problem(409)
        .gives(200, "Organisation", "As it is now."),
        Operation::new(
            "post",
            "/api/v1/organisations/{id}/close",
            Access::Needs(Permission::Administer),
            "organisations_close",
            "Close an organisation. What is its own stays so, and its successor sees it too.",
        )
        .body("CloseOrganisation")
        .or_problem(409)
        .gives(200, "ClosedOrganisation", "As it is now, and what still belongs to it."),
        Operation::new(
            "get",
            "/api/v1/organisations/{id}/posture",
            Access::Needs(Permission::ReadFindings),
            "organisations_posture",
            "How an organisation and those below it stand, as one number with its reasons.",
        )
        .or_problem(503)
        .gives(200, "Posture", "The number and its reasons."),
    ]
}

fn posture() -> Schemas {
    let parts = words(PosturePart::ALL.map(PosturePart::as_str));
    let reason = answer(
        &[
            ("part", parts, "What it is about."),
            ("points", count(), "Points that it takes away."),
            ("text", text(), "Why, with its counts."),
        ],
        &[],
    );
    let posture = answer(
        &[
            ("score", maybe(count()), "From 0 to 100; null when nothing is known."),
            (
                "reasons",
                list(reference("PostureReason")),
                "What is taken from a hundred, most first.",
            ),
        ],
        &[],
    );
    vec![("PostureReason", reason), ("Posture", posture)]
}

pub fn schemas() -> Schemas {
    let organisation = answer(
        &[
            ("code", org(), "Its code."),
            ("parent", maybe(org()), "What it belongs to; null only for the centre."),
            ("name", text(), "Its name."),
            ("kind", words(OrgKind::ALL.map(OrgKind::as_str)), "What kind of body it is now."),
        ],
        &[
            ("closed", maybe(time()), "When it closed or merged."),
            ("successor", maybe(org()), "What took over from it."),
        ],
    );
    let imported = answer(
        &[
            ("dry_run", yes_or_no(), "Whether it was only a question."),
            ("added", list(org()), "New ones."),
            ("changed", list(org()), "Known ones with something else than before."),
            ("unchanged", list(org()), "Known ones that stay as they are."),
            ("problems", list(text()), "Why nothing is imported; empty when it is."),
        ],
        &[],
    );
    let change = request(
        &[],
        &[
            ("name", maybe(text_up_to(200)), "Another name."),
            ("kind", maybe(words(OrgKind::ALL.map(OrgKind::as_str))), "Another kind."),
            ("parent", maybe(org()), "Another parent."),
        ],
    );
    let close = request(&[], &[("successor", maybe(org()), "Who took it over.")]);
    let closed = answer(
        &[
            ("organisation", reference("Organisation"), "As it is now."),
            ("people", count(), "How many people may log in who belong to it."),
            ("api_tokens", count(), "How many tokens of the API count."),
            ("below", list(org()), "Organisations directly below it that are open."),
            ("senders", list(reference("Sender")), "Those that go on until they are revoked."),
        ],
        &[],
    );
    let mut all = vec![
        ("Organisation", organisation),
        ("Imported", imported),
        ("ChangeOrganisation", change),
        ("CloseOrganisation", close),
        ("ClosedOrganisation", closed),
    ];
    all.extend(posture());
    all
}
