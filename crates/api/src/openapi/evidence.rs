//! The document's part on evidence packs.

use serde_json::json;
use wardwatch_model::Permission;

use super::schema::{answer, org, text};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let archive = json!({ "type": "string", "format": "binary" });
    vec![
        Operation::new(
            "get",
            "/api/v1/evidence",
            Access::Needs(Permission::ReadFindings),
            "evidence_get",
            "What is known of organisations, as a signed archive: answers of this API with their questions.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .or_problem(404)
        .or_problem(503)
        .gives_of(200, "application/zip", archive, "The archive."),
        Operation::new(
            "get",
            "/api/v1/evidence/key",
            Access::Known,
            "evidence_key",
            "The public key that archives of evidence are signed with.",
        )
        .gives(200, "EvidenceKey", "The key."),
    ]
}

pub fn schemas() -> Schemas {
    let key = answer(&[("key", text(), "Ed25519, 64 hexadecimal digits.")], &[]);
    vec![("EvidenceKey", key)]
}
