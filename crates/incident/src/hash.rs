//! Identifiers as hashes of what they stand for, and marks by which things are counted.
//!
//! In: the content. Out: 16 bytes or 8. Never: chance, so that doing it again gives the same.

use std::hash::{DefaultHasher, Hasher};

use wardwatch_model::{CampaignId, DetectionId, IncidentId, OrgId};

/// The incident that a detection opens.
pub(crate) fn opened_by(org: &OrgId, detection: DetectionId) -> IncidentId {
    IncidentId(digest("incident", org.as_str().as_bytes(), &detection.0))
}

/// The incident that is split off another one, beginning with a detection.
pub(crate) fn split_from(incident: IncidentId, detection: DetectionId) -> IncidentId {
    IncidentId(digest("split", &incident.0, &detection.0))
}

/// The campaign that an incident opens.
pub(crate) fn campaign_of(incident: IncidentId) -> CampaignId {
    CampaignId(digest("campaign", &incident.0, &[]))
}

fn digest(kind: &str, first: &[u8], second: &[u8]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_derive_key("wardwatch incident 1");
    for part in [kind.as_bytes(), first, second] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut id = [0; 16];
    hasher.finalize_xof().fill(&mut id);
    id
}

/// Stands for a device's name where devices are only counted; case does not matter.
pub(crate) fn mark(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    for byte in name.bytes() {
        hasher.write_u8(byte.to_ascii_lowercase());
    }
    hasher.finish()
}
