//! The document's part on contacts.

use serde_json::json;
use wardwatch_model::Permission;

use super::schema::{answer, list, org, reference, text, yes_or_no};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "get",
            "/api/v1/contacts",
            Access::Needs(Permission::ReadFindings),
            "contacts_list",
            "List whom to ring at organisations.",
        )
        .query(
            "codes",
            text(),
            "Only of organisations with these codes, apart by commas; 500 at most.",
        )
        .gives_of(
            200,
            "application/json",
            list(reference("Contact")),
            "In order of organisations and names.",
        ),
        Operation::new(
            "post",
            "/api/v1/contacts/import",
            Access::Needs(Permission::ClassifyDevices),
            "contacts_import",
            "Add and change contacts.",
        )
        .query("dry_run", yes_or_no(), "Only say what would change.")
        .body_of("application/json", list(reference("Contact")))
        .body_of("text/csv", text())
        .gives(200, "ImportedList", "What changed. With problems nothing did."),
        Operation::new(
            "delete",
            "/api/v1/contacts/{org}/{name}",
            Access::Needs(Permission::ClassifyDevices),
            "contacts_remove",
            "Take a contact away.",
        )
        .gives_nothing("It is gone."),
        Operation::new(
            "get",
            "/api/v1/me/contacts",
            Access::Known,
            "me_contacts",
            "Say whom to ring oneself.",
        )
        .gives_of(
            200,
            "application/json",
            list(reference("Contact")),
            "Of one's own organisation, then of the nearest above that lets those below ring.",
        ),
    ]
}

pub fn schemas() -> Schemas {
    let phone = json!({ "type": "string", "pattern": "^[0-9+() .x-]{3,40}$" });
    let contact = answer(
        &[
            ("org", org(), "The organisation whose contact it is."),
            ("name", text(), "What it is called."),
            ("phone", phone, "Its telephone number."),
            ("for_below", yes_or_no(), "Whether organisations below ring it too."),
        ],
        &[("about", text(), "What it is for."), ("mail", text(), "Its address of mail.")],
    );
    vec![("Contact", contact)]
}
