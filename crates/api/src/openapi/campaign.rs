//! The document's part on campaigns.

use wardwatch_model::Permission;

use super::schema::{answer, count, id, list, org, page, reference, text, time};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let access = Access::Needs(Permission::ReadFindings);
    vec![
        Operation::new("get", "/api/v1/campaigns", access, "campaigns_list", "List campaigns.")
            .paged()
            .gives(200, "CampaignPage", "A page; with the parts that the caller sees."),
        Operation::new("get", "/api/v1/campaigns/{id}", access, "campaigns_get", "One campaign.")
            .gives(200, "Campaign", "The campaign, with the parts that the caller sees."),
    ]
}

pub fn schemas() -> Schemas {
    let part = answer(
        &[
            ("org", org(), "The organisation."),
            ("incidents", list(id()), "Its incidents."),
            ("first", time(), "Event time of its first sign."),
            ("devices", count(), "How many devices."),
            ("legacy_devices", count(), "How many of them run a system out of support."),
        ],
        &[],
    );
    let campaign = answer(
        &[
            ("id", id(), "Identity: from the incident that opened it."),
            ("title", text(), "What it is, as a headline."),
            ("level", reference("Level"), "The highest level of its incidents."),
            ("rules", list(text()), "Rules that its incidents share."),
            ("indicators", list(reference("Entity")), "Hashes, addresses, domains they share."),
            ("first", time(), "Event time of its first sign."),
            ("last", time(), "Event time of its last."),
            ("parts", list(reference("Part")), "Organisations in order of their first sign."),
        ],
        &[],
    );
    vec![("Part", part), ("Campaign", campaign), ("CampaignPage", page(reference("Campaign")))]
}
