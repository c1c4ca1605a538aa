//! The document's part on organisations.

use wardwatch_model::{OrgKind, Permission};

use super::schema::{answer, list, maybe, org, reference, text, time, words, yes_or_no};
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
    ]
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
    vec![("Organisation", organisation), ("Imported", imported)]
}
