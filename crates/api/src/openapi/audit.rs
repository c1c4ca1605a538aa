//! The document's part on the audit.

use serde_json::json;
use wardwatch_model::Permission;

use super::schema::{answer, count, maybe, org, page, reference, text, time};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let access = Access::Needs(Permission::Administer);
    vec![
        Operation::new("get", "/api/v1/audit", access, "audit_list", "List who did what.")
            .paged()
            .gives(200, "AuditPage", "A page, newest first."),
        Operation::new(
            "get",
            "/api/v1/audit/verify",
            access,
            "audit_verify",
            "Go over the whole chain.",
        )
        .gives(200, "AuditProof", "Whether it is whole."),
    ]
}

pub fn schemas() -> Schemas {
    let entry = answer(
        &[
            ("seq", count(), "Its number in the chain."),
            ("time", time(), "When."),
            ("actor", text(), "Who."),
            ("org", maybe(org()), "Whose data it is about."),
            ("action", text(), "What was done."),
            ("target", text(), "To what."),
            ("detail", json!({}), "More about it."),
            ("hash", text(), "The chain's hash up to here."),
        ],
        &[],
    );
    let proof = answer(
        &[
            ("entries", count(), "How many entries were looked at."),
            ("broken_at", maybe(count()), "The first entry that does not fit; null when all do."),
            ("head", text(), "The hash of the last entry, to be kept elsewhere."),
        ],
        &[],
    );
    vec![("AuditEntry", entry), ("AuditPage", page(reference("AuditEntry"))), ("AuditProof", proof)]
}
