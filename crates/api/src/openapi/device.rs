//! The document's part on devices.

use wardwatch_model::{CareClass, Permission};

use super::schema::{answer, count, list, maybe, org, page, reference, request, text, time};
use super::schema::{words, yes_or_no};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let classify = Access::Needs(Permission::ClassifyDevices);
    let classes = CareClass::ALL.map(CareClass::as_str).into_iter().chain(["unclassified"]);
    vec![
        Operation::new(
            "get",
            "/api/v1/devices",
            Access::Needs(Permission::ReadFindings),
            "devices_list",
            "List devices that were heard from.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("not_org", text(), "None of these and those below them: codes, with commas.")
        .query("name", text(), "Only names that start so.")
        .query("care_class", words(classes.clone()), "Only of this care class.")
        .query("not_care_class", words(classes), "None of this care class.")
        .query("service", text(), "Only those that this service depends on.")
        .query("not_service", text(), "None that this service depends on.")
        .query("legacy", yes_or_no(), "Only those out of support, as far as known; or the others.")
        .query("silent", yes_or_no(), "Only those not heard from for 24 hours; false: the others.")
        .or_problem(404)
        .paged()
        .gives(200, "DevicePage", "In order of organisations and names."),
        Operation::new(
            "put",
            "/api/v1/devices/{org}/{name}",
            classify,
            "devices_classify",
            "Say how careful to be with a device. It need not have been heard from yet.",
        )
        .body("Classify")
        .gives_nothing("It is written down."),
        Operation::new(
            "post",
            "/api/v1/devices/import",
            classify,
            "devices_import",
            "Say how careful to be with many devices.",
        )
        .query("dry_run", yes_or_no(), "Only say what would change.")
        .body_of("application/json", list(reference("DeviceCare")))
        .body_of("text/csv", text())
        .gives(200, "ImportedList", "What changed. With problems nothing did."),
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
            ("care_class", maybe(reference("CareClass")), "Null: nobody classified it."),
            ("service", maybe(reference("ServiceCode")), "The service that depends on it."),
        ],
        &[],
    );
    let care = |null: &'static str| {
        [
            ("care_class", maybe(reference("CareClass")), null),
            ("service", maybe(reference("ServiceCode")), "The service that depends on it."),
        ]
    };
    let device_care = answer(
        &[("org", org(), "The organisation."), ("name", text(), "Its name.")],
        &care("Its care class; null when nobody knows."),
    );
    let classify = request(&[], &care("Its care class; null takes away the one that it had."));
    vec![
        ("CareClass", words(CareClass::ALL.map(CareClass::as_str))),
        ("Device", device),
        ("DeviceCare", device_care),
        ("Classify", classify),
        ("DevicePage", page(reference("Device"))),
    ]
}
