//! A stored detection, as incidents see it: whose, where, and what it touched.

use serde::{Deserialize, Serialize};

use crate::advice::Advice;
use crate::id::{DetectionId, EventId};
use crate::level::Level;
use crate::organisation::OrgId;
use crate::rule::RuleId;
use crate::time::Timestamp;

/// Kind of thing that detections may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A device by name.
    Device,
    /// A user, as domain and name or a bare name.
    User,
    /// A running process by its GUID.
    Process,
    /// A file's hash, lower case.
    Hash,
    /// An address.
    Address,
    /// A domain name, lower case.
    Domain,
}

/// Something that a detection touched.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Which one.
    pub value: String,
}

/// A stored detection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sighting {
    /// Its identity: hash of rule and events.
    pub id: DetectionId,
    /// The organisation whose sender reported the events. Never taken from the events.
    pub org: OrgId,
    /// When it happened; when it was received, if the event does not say.
    pub time: Timestamp,
    /// When the event was received.
    pub received: Timestamp,
    /// The rule.
    pub rule_id: RuleId,
    /// The rule's title.
    pub rule_title: String,
    /// How serious.
    pub level: Level,
    /// The rule's tags.
    pub tags: Vec<String>,
    /// The device; empty when not known.
    pub device: String,
    /// The event; of a correlation, the one that completed it.
    pub event: EventId,
    /// What it touched, the device included.
    pub entities: Vec<Entity>,
    /// The fields that made the rule true, with their values.
    pub matched: Vec<(String, String)>,
    /// What it means and what to do.
    pub advice: Advice,
}
