//! Identities that are hashes of content: the same work done twice makes the same ones.
//!
//! In: what makes an event or a detection that one and no other. Out: the first 16 bytes of its
//! BLAKE3 hash. Every part is preceded by its length, so that no two lists of parts run together.

use blake3::Hasher;
use wardwatch_model::{DetectionId, EventId, OrgId};

fn add(hasher: &mut Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_le_bytes());
    hasher.update(part);
}

fn first_half(hasher: &Hasher) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    half
}

/// An event: organisation, device, record number and content.
pub fn event(org: &OrgId, device: &str, record: u64, body: &str) -> EventId {
    let mut hasher = Hasher::new();
    for part in [org.as_str().as_bytes(), device.as_bytes(), &record.to_le_bytes()] {
        add(&mut hasher, part);
    }
    add(&mut hasher, body.as_bytes());
    EventId(first_half(&hasher))
}

/// A rule's hit on an event.
pub fn detection(rule: &str, event: EventId) -> DetectionId {
    let mut hasher = Hasher::new();
    add(&mut hasher, rule.as_bytes());
    add(&mut hasher, &event.0);
    DetectionId(first_half(&hasher))
}

/// A correlation's hit: rule, organisation, group, and the events that it names.
pub fn correlation(
    rule: &str,
    org: &OrgId,
    group: &[(String, String)],
    origins: &[u64],
) -> DetectionId {
    let mut hasher = Hasher::new();
    add(&mut hasher, rule.as_bytes());
    add(&mut hasher, org.as_str().as_bytes());
    for (name, value) in group {
        add(&mut hasher, name.as_bytes());
        add(&mut hasher, value.as_bytes());
    }
    for origin in origins {
        add(&mut hasher, &origin.to_le_bytes());
    }
    DetectionId(first_half(&hasher))
}

/// An event's short name within correlations.
pub fn origin(event: EventId) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&event.0[..8]);
    u64::from_le_bytes(first)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_of_two_organisations_is_two_events() {
        let [one, two] = ["ZZ1", "ZZ2"].map(|code| code.parse::<OrgId>().unwrap());
        let id = event(&one, "PC", 7, "{}");
        assert_eq!(id, event(&one, "PC", 7, "{}"));
        assert_ne!(id, event(&two, "PC", 7, "{}"));
        assert_ne!(id, event(&one, "PC7", 7, "{}"));
        assert_ne!(event(&one, "a", 1, "b"), event(&one, "", 1, "ab"));
        assert_ne!(detection("r1", id), detection("r2", id));
    }
}
