//! The document's part on services.

use wardwatch_model::Permission;

use super::schema::{answer, list, org, reference, text, yes_or_no};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "get",
            "/api/v1/services",
            Access::Needs(Permission::ReadFindings),
            "services_list",
            "List services.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .or_problem(404)
        .gives_of(
            200,
            "application/json",
            list(reference("Service")),
            "In order of organisations and codes.",
        ),
        Operation::new(
            "post",
            "/api/v1/services/import",
            Access::Needs(Permission::ClassifyDevices),
            "services_import",
            "Add and change services.",
        )
        .query("dry_run", yes_or_no(), "Only say what would change.")
        .body_of("application/json", list(reference("Service")))
        .body_of("text/csv", text())
        .gives(200, "ImportedList", "What changed. With problems nothing did."),
    ]
}

pub fn schemas() -> Schemas {
    let service = answer(
        &[
            ("org", org(), "The organisation that runs it."),
            ("code", reference("ServiceCode"), "Its code there."),
            ("name", text(), "Its name."),
        ],
        &[
            ("sites", list(org()), "The sites where it is run."),
            ("depends_on", list(reference("ServiceCode")), "Services that it depends on."),
        ],
    );
    let imported = answer(
        &[
            ("dry_run", yes_or_no(), "Whether it was only a question."),
            ("added", list(text()), "New ones, as `ORG/NAME`."),
            ("changed", list(text()), "Known ones with something else than before."),
            ("unchanged", list(text()), "Known ones that stay as they are."),
            ("problems", list(text()), "Why nothing is imported; empty when it is."),
        ],
        &[],
    );
    let code = serde_json::json!({ "type": "string", "pattern": "^[0-9A-Za-z-]{1,32}$" });
    vec![("ServiceCode", code), ("Service", service), ("ImportedList", imported)]
}
