//! The document's part on devices.

use wardwatch_model::Permission;

use super::schema::{answer, count, org, page, reference, text, time, yes_or_no};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "get",
            "/api/v1/devices",
            Access::Needs(Permission::ReadFindings),
            "devices_list",
            "List devices that were heard from.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("name", text(), "Only names that start so.")
        .or_problem(404)
        .paged()
        .gives(200, "DevicePage", "In order of organisations and names."),
    ]
}

pub fn schemas() -> Schemas {
    let device = answer(
        &[
            ("org", org(), "The organisation."),
            ("name", text(), "Its name."),
            ("first_seen", time(), "When something of it was first seen."),
            ("last_seen", time(), "When something of it was last seen."),
            ("events", count(), "How many events came from it."),
            ("legacy", yes_or_no(), "Whether it runs a system out of support, as events tell."),
        ],
        &[],
    );
    vec![("Device", device), ("DevicePage", page(reference("Device")))]
}
